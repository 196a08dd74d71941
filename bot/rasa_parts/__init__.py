"""The only code of Lantern that imports Rasa."""

from bot import quiet

quiet.hush()
