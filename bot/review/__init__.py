"""Sign-off by clinicians, bound to the words: any later change of an entry makes its sign-off void.

``export`` writes what a clinician reads and fills in, ``import_csv`` records the verdicts in the entries.
"""

from __future__ import annotations

import hashlib
import json

from bot.knowledge import Entry

STATUSES = ("approved", "changes wanted")  # the verdicts; an entry without one is "unreviewed"


def content_hash(entry: Entry) -> str:
    """16 hex digits over everything of an entry that a person reads, with its sources."""
    shown = [entry.title, entry.question, entry.summary.text, *entry.shown_points, *entry.cites, entry.figure or ""]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()[:16]


def is_signed(entry: Entry) -> bool:
    """Whether a clinician approved exactly these words."""
    return entry.review.status == "approved" and entry.review.hash == content_hash(entry)
