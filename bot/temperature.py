"""Body temperatures written in a message, in Celsius or Fahrenheit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.wording import Match, Words

FEVER, RAISED, NORMAL, COLD = "fever", "raised", "normal", "cold"
MEASURED, DECIMAL, WHOLE = "measured", "decimal", "whole"  # with a degree word; 38.2; 38
GROUPS = frozenset(f"{how} {height}" for how in (MEASURED, DECIMAL, WHOLE) for height in (FEVER, RAISED, NORMAL, COLD))
SCALES = {"c": "celsius", "f": "fahrenheit"}
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")  # not `isdigit`: a superscript two is a digit, but no number


class Thermometer:
    """Tells a temperature from other numbers by its range, its unit and the words beside it."""

    def __init__(
        self, limits: Mapping[str, Any], names: frozenset[str], degrees: frozenset[str], other: frozenset[str]
    ) -> None:
        self._limits = limits
        self._names = names
        self._degrees = degrees
        self._other = other

    def find(self, words: Words) -> Iterator[tuple[str, Match]]:
        """Groups like ``measured fever``, each with where it stands."""
        for at, word in enumerate(words.text):
            if len(word) <= 5 and NUMBER.fullmatch(word) and not self._is_other(words, at):
                after = words.text[at + 1 : at + 3]
                has_unit = bool(after) and after[0] in self._degrees
                unit = next((w for w in after if w in SCALES), "") if has_unit else ""
                height = self.height(float(word.replace(",", ".")), unit)
                if height:
                    decimal = DECIMAL if not word.isdigit() else WHOLE
                    yield f"{MEASURED if has_unit else decimal} {height}", Match(at, at + 1, (at,))

    def _is_other(self, words: Words, at: int) -> bool:
        """Whether the neighbours say that the number is an age, a week, a marker, ..."""
        if not self._names.isdisjoint(words.text[max(0, at - 3) : at]):
            return False
        return not self._other.isdisjoint(words.text[max(0, at - 1) : at] + words.text[at + 1 : at + 2])

    def height(self, value: float, unit: str = "") -> str:
        """``fever``, ``raised``, ``normal``, ``cold``, or nothing for an impossible value."""
        for letter, scale in SCALES.items():
            lowest, highest = self._limits["plausible"][scale]
            if unit in ("", letter) and lowest <= value <= highest:
                if value >= self._limits[FEVER][scale]:
                    return FEVER
                if value >= self._limits[RAISED][scale]:
                    return RAISED
                return COLD if value < self._limits[COLD][scale] else NORMAL
        return ""
