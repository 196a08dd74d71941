"""Sign-off by clinicians, bound to the words: any later change of an entry makes its sign-off void.

``export`` writes what a clinician reads and fills in, ``import_csv`` records the verdicts in the entries.
"""

from __future__ import annotations

import hashlib
import json

from bot.knowledge import Entry

STATUSES = ("approved", "changes wanted")  # the verdicts; an entry without one is "unreviewed"


def content_hash(entry: Entry) -> str:
    """16 hex digits over everything of an entry that a person reads, and which statement rests on which sources."""
    statements = [[statement.text, *statement.cites] for statement in (entry.summary, *entry.points)]
    shown = [entry.title, entry.question, statements, entry.ask, entry.figure or ""]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:16]


def is_signed(entry: Entry) -> bool:
    """Whether a clinician approved exactly these words."""
    return entry.review.status == "approved" and entry.review.hash == content_hash(entry)
