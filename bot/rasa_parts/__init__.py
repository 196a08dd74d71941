"""The only code that imports rasa. Rasa's telemetry is off from here on, whichever command brought us in."""

import os

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
