"""Events that could not be written yet, because the tracker store was locked, full or away; written with the next."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

MOST = 20_000  # events, about 40 MB: some 4,000 turns

Row = dict[str, Any]


class Unsaved:
    """Rows by conversation, in the order they arose. Bounded: beyond that the oldest conversation's are given up."""

    def __init__(self, most: int = MOST) -> None:
        self._rows: OrderedDict[str, list[Row]] = OrderedDict()
        self._most = most
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, rows: list[Row]) -> int:
        """Keep rows; returns how many had to be given up for them."""
        for row in rows:
            self._rows.setdefault(row["sender_id"], []).append(row)
        self._count += len(rows)
        lost = 0
        while self._count > self._most and len(self._rows) > 1:
            _, oldest = self._rows.popitem(last=False)
            self._count -= len(oldest)
            lost += len(oldest)
        return lost

    def all(self) -> list[Row]:
        return [row for rows in self._rows.values() for row in rows]

    def of(self, conversation: str) -> list[Row]:
        return list(self._rows.get(conversation, ()))

    def drop(self, conversation: str) -> None:
        """Forget a conversation that is deleted."""
        self._count -= len(self._rows.pop(conversation, ()))

    def clear(self) -> None:
        self._rows.clear()
        self._count = 0
