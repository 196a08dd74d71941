"""Messages that are nothing but a name: "kisqali?", "what is neutropenia", "tell me about hospice".

The names are those of the terms, and the synonyms, titles and questions of the knowledge base's entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.knowledge import Entry
from bot.terms import Terms

_SAYS_NOTHING = """
what whats what's is are was does do a an the my me tell about info information on please pls explain explained mean
means meaning met mets metastasis metastases it exactly actually of give some and so use used for in breast cancer
metastatic advanced secondary patients drug medicine medication injection tablet tablets
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())  # beside a name these leave a message that is just the name


class Names:
    """Finds the answer that a text names, if it says nothing else."""

    def __init__(self, terms: Terms, entries: Iterable[Entry]) -> None:
        self._answers: dict[tuple[str, ...], str] = {}
        for term in terms.all:
            for name in term.names:
                self._answers.setdefault(said(name), term.about)
        for entry in entries:
            for name in (entry.question, entry.title, *entry.synonyms):
                self._answers.setdefault(said(name), entry.id)
        self._answers.pop((), None)

    def answer(self, text: str) -> str | None:
        """The id of the answer, or None where the text says more than a name."""
        return self._answers.get(said(text))


def said(text: str) -> tuple[str, ...]:
    """The words of a text that say something, in lower case."""
    return tuple(word for word in re.findall(r"[\w+/'-]+", text.lower()) if word not in SAYS_NOTHING)
