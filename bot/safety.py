"""Danger signs in a message: evaluates the rules of ``knowledge/safety.yml``.

A rule names groups of words that must stand near each other. What stands around them decides what they are: "I have"
makes a claim of a sign, "can ... cause" asks about it, "no" denies it, "two years ago" puts it in the past. These
phrases are the *frames*; the one nearest before the sign counts most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from bot import yaml
from bot.errors import DataError, Problem
from bot.paths import KNOWLEDGE
from bot.temperature import Thermometer
from bot.wording import Lexicon, Match, Reader, Words, flat

CERTAIN, POSSIBLE = "certain", "possible"
CLAIMS, SUPPORTS, DOUBTS, SILENCES = "claims", "supports", "doubts", "silences"
BEFORE, AFTER, AROUND, MESSAGE = "before", "after", "around", "message"
HARMLESS, LISTS, STOPS = "harmless", "list words", "stop words"
TEMPERATURE, DEGREES, OTHER_NUMBERS = "temperature word", "degree words", "other numbers"
HEIGHTS = frozenset(f"{how} {height}" for how in ("measured", "decimal", "whole") for height in ("fever", "raised", "cold"))
MAX_HITS = 200  # of one rule in one message; only a text of many pages has more
FAR = 60  # words; no frame reaches farther
_start = attrgetter("start")


@dataclass(frozen=True)
class Frame:
    """What phrases around a sign make of it; the fields are explained in knowledge/safety.yml."""

    name: str
    effect: str
    side: str = BEFORE
    reach: int = 12
    telling: str = ""
    firm: bool = False
    same_clause: bool = False
    lists: bool = False
    not_after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """A danger sign; the fields are explained in knowledge/safety.yml."""

    name: str
    answer: str
    all: tuple[tuple[str, ...], ...]
    strength: str = CERTAIN
    within: int = 10
    telling: bool = False
    anywhere: tuple[tuple[str, ...], ...] = ()
    unless: tuple[str, ...] = ()
    unless_within: int = 6
    only_claimed: bool = False
    max_words: int = 0
    ignores: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Danger:
    """The strongest sign in a message. ``spans`` are character offsets; ``silenced`` says why it does not count."""

    answer: str
    rule: str
    strength: str
    spans: tuple[tuple[int, int], ...]
    silenced: str | None = None
    also: tuple[str, ...] = ()  # other answers with as strong a sign in the same message

    @property
    def rings(self) -> bool:
        return self.silenced is None

    @property
    def certain(self) -> bool:
        return self.rings and self.strength == CERTAIN


@dataclass(frozen=True)
class _Seen:
    """A frame where it stands in the message."""

    frame: Frame
    start: int
    end: int
    places: frozenset[int]
    words: str


class SafetyRules:
    """The rules, ready to scan messages; build once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        groups = {name: flat(phrases) for name, phrases in content["words"].items()}
        frame_words = {f"frame: {name}": flat(frame["words"]) for name, frame in content["frames"].items()}
        special = {name: frozenset(groups.pop(name)) for name in (LISTS, STOPS, DEGREES, OTHER_NUMBERS)}
        same = {standard: flat(variants) for standard, variants in content["same"].items()}
        self.answers: tuple[str, ...] = tuple(content["answers"])
        self.frames = [_frame(name, frame) for name, frame in content["frames"].items()]
        self.rules = [_rule(name, rule) for name, rule in content["rules"].items()]
        self._signs = frozenset(groups) - {HARMLESS}
        self._lists, self._stops = special[LISTS], special[STOPS]
        self._lexicon = Lexicon({**groups, **frame_words}, flat(content["fillers"]), content["also_read_as"])
        right = self._lexicon.vocabulary | set(flat(content["right"])) | {w for key in same for w in key.split()}
        self._reader = Reader(same, flat(content["spelling"]), right)
        self._thermometer = Thermometer(
            content["temperature"], frozenset(groups[TEMPERATURE]), special[DEGREES], special[OTHER_NUMBERS]
        )

    @classmethod
    def load(cls, path: Path = KNOWLEDGE / "safety.yml") -> SafetyRules:
        """Read the rules.

        Raises:
            DataError: a rule or frame has an unknown field, or names a group, frame or answer that does not exist.
        """
        content = yaml.read(path)
        lines = yaml.Lines(path)
        problems = [Problem(path, lines.of(*where), what, "see the head of the file") for where, what in _faults(content)]
        if problems:
            raise DataError(problems)
        return cls(content)

    def scan(self, text: str) -> Danger | None:
        """The strongest sign of danger in ``text``; a silenced one if there is no other; None without any."""
        words = self._reader.read(text)
        found = self._lexicon.find(words)
        for name, match in self._thermometer.find(words):
            found.setdefault(name, []).append(match)
        self._drop_harmless(found)
        signs = [(rule, match) for rule in self.rules for match in self._matches(rule, found, words)]
        if not signs:
            return None
        seen = self._seen(found, words)
        verdicts = [self._judge(rule, match, seen, words) for rule, match in signs]
        best = min(verdicts, key=self._rank)
        if not best.rings:
            return best
        others = {v.answer for v in verdicts if v.rings and v.strength == best.strength} - {best.answer}
        return replace(best, also=tuple(answer for answer in self.answers if answer in others))

    def _rank(self, danger: Danger) -> tuple[bool, bool, int, tuple[int, int]]:
        return (not danger.rings, not danger.certain, self.answers.index(danger.answer), danger.spans[0])

    def _drop_harmless(self, found: dict[str, list[Match]]) -> None:
        dead = {place for match in found.pop(HARMLESS, ()) for place in match.places}
        if dead:
            for name in self._signs & found.keys():
                found[name] = [match for match in found[name] if dead.isdisjoint(match.places)]

    def _matches(self, rule: Rule, found: Mapping[str, list[Match]], words: Words) -> Iterator[Match]:
        if rule.max_words and len(words) > rule.max_words:
            return
        groups = [_merged(names, found) for names in rule.all]
        if not all(groups) or not all(_merged(names, found) for names in rule.anywhere):
            return
        heads = groups[0]
        if len(heads) > MAX_HITS:
            heads = heads[: MAX_HITS // 2] + heads[-MAX_HITS // 2 :]
        excuses = _merged(rule.unless, found)
        for head in heads:
            match = _joined(head, groups[1:], rule.within, words)
            if match and not _is_near(excuses, match, rule.unless_within, words):
                yield match

    def _seen(self, found: Mapping[str, list[Match]], words: Words) -> list[_Seen]:
        """Frames in order; of overlapping ones the longest, then the one that stands first in the file."""
        candidates = [
            (-len(match.places), order, match)
            for order, frame in enumerate(self.frames)
            for match in found.get(f"frame: {frame.name}", ())
            if not (match.start and words.text[match.start - 1] in frame.not_after)
        ]
        taken: set[int] = set()
        seen = []
        for _, order, match in sorted(candidates):
            if taken.isdisjoint(match.places):
                taken.update(match.places)
                text = " ".join(words.text[place] for place in match.places)
                seen.append(_Seen(self.frames[order], match.start, match.end, frozenset(match.places), text))
        return sorted(seen, key=_start)

    def _judge(self, rule: Rule, match: Match, seen: Sequence[_Seen], words: Words) -> Danger:
        effects = {s.frame.effect for s in seen if s.frame.side == MESSAGE and s.frame.name not in rule.ignores}
        before, claim, doubted = self._before(rule, match, seen, words)
        after, claimed_late = self._after(rule, match, seen, words, claim == CLAIMS)
        silencer = after if after and after.frame.firm else before or after
        if silencer is not None and not silencer.frame.firm and (claimed_late or CLAIMS in effects):
            silencer = None
        claimed = claim == CLAIMS or claimed_late or CLAIMS in effects
        claimed = claimed or (not doubted and (claim == SUPPORTS or SUPPORTS in effects))
        why = f"{silencer.frame.name}: {silencer.words}" if silencer else None
        if rule.only_claimed and not claimed:
            why = why or "named only"
        sure = rule.strength == CERTAIN and (claimed or (rule.telling and not doubted))
        spans = tuple(words.spans[place] for place in match.places)
        return Danger(rule.answer, rule.name, CERTAIN if sure else POSSIBLE, spans, why)

    def _before(
        self, rule: Rule, match: Match, seen: Sequence[_Seen], words: Words
    ) -> tuple[_Seen | None, str, bool]:
        """Going back from the sign: the frame that silences it, the strongest claim, and whether a frame doubts it."""
        claim, doubted = "", False
        for at in range(bisect_left(seen, match.places[-1], key=_start) - 1, -1, -1):
            s = seen[at]
            if s.end < match.start - FAR:
                break
            if s.frame.side not in (BEFORE, AROUND) or s.frame.name in rule.ignores or not self._reaches(s, match, words):
                continue
            effect = _effect(s.frame, rule)
            if effect == CLAIMS:
                return None, CLAIMS, doubted
            if effect == SILENCES and s.places.isdisjoint(match.places):
                return s, claim, doubted
            doubted = doubted or effect == DOUBTS
            claim = claim or (SUPPORTS if effect == SUPPORTS else "")
        return None, claim, doubted

    def _reaches(self, s: _Seen, match: Match, words: Words) -> bool:
        place = next((p for p in match.places if p >= s.end), match.places[-1])
        if words.sentence[s.start] != words.sentence[place]:
            return False
        between = words.text[s.end : place]
        if not s.frame.same_clause:
            return len(between) <= s.frame.reach
        if not self._stops.isdisjoint(between):
            return False
        if s.frame.lists and not self._lists.isdisjoint(words.text[s.end : place + 4]):
            return len(between) <= s.frame.reach * 4
        return len(between) <= s.frame.reach and words.clause[s.end - 1] == words.clause[place]

    def _after(
        self, rule: Rule, match: Match, seen: Sequence[_Seen], words: Words, claimed: bool
    ) -> tuple[_Seen | None, bool]:
        """Going on from the sign: the first frame that silences it, and whether one claims it."""
        silencer, claimed_late = None, False
        for at in range(bisect_left(seen, match.end, key=_start), len(seen)):
            s = seen[at]
            if s.start > match.end + FAR or words.sentence[s.start] != words.sentence[match.start]:
                break
            if s.frame.side not in (AFTER, AROUND) or s.frame.name in rule.ignores or s.start - match.end > s.frame.reach:
                continue
            if s.frame.same_clause and words.clause[s.start] != words.clause[match.end - 1]:
                continue
            claimed_late = claimed_late or s.frame.effect == CLAIMS
            counts = s.frame.firm or not (claimed or rule.telling)  # a question that follows does not undo "I cannot"
            if s.frame.effect == SILENCES and silencer is None and counts:
                silencer = s
        return silencer, claimed_late


def _effect(frame: Frame, rule: Rule) -> str:
    return frame.telling if rule.telling and frame.telling else frame.effect


def _merged(names: Sequence[str], found: Mapping[str, list[Match]]) -> list[Match]:
    there = [found[name] for name in names if name in found]
    return there[0] if len(there) == 1 else sorted(match for matches in there for match in matches)


def _joined(head: Match, groups: Sequence[list[Match]], within: int, words: Words) -> Match | None:
    """``head`` and the nearest match of each other group, all in one sentence and ``within`` words."""
    places = list(head.places)
    for group in groups:
        choices = [
            other
            for other in group[bisect_left(group, head.start - within, key=_start) : bisect_left(group, head.end + within, key=_start)]
            if words.sentence[other.start] == words.sentence[head.start] and not set(other.places) & set(places)
        ]
        if not choices:
            return None
        places += min(choices, key=lambda other: (abs(other.start - head.start), other.start)).places
    places.sort()
    return Match(places[0], places[-1] + 1, tuple(places)) if places[-1] - places[0] <= within else None


def _is_near(others: list[Match], match: Match, within: int, words: Words) -> bool:
    first = bisect_left(others, match.start - within, key=_start)
    last = bisect_left(others, match.end + within, key=_start)
    return any(words.sentence[other.start] == words.sentence[match.start] for other in others[first:last])


def _frame(name: str, given: Mapping[str, Any]) -> Frame:
    known = {key: value for key, value in given.items() if key not in ("words", "says")}
    return Frame(name=name, **{**known, "not_after": frozenset(flat(given.get("not_after")))})


def _rule(name: str, given: Mapping[str, Any]) -> Rule:
    lists = {key: tuple(flat(given.get(key))) for key in ("unless",)}
    pairs = {key: tuple(tuple(n.strip() for n in item.split("|")) for item in flat(given.get(key))) for key in ("all", "anywhere")}
    plain = {key: value for key, value in given.items() if key not in {*lists, *pairs, "ignores", "says"}}
    return Rule(name=name, ignores=frozenset(flat(given.get("ignores"))), **plain, **lists, **pairs)


def _faults(content: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    known = {"rules": {f.name for f in fields(Rule)} - {"name"} | {"says"},
             "frames": {f.name for f in fields(Frame)} - {"name"} | {"says", "words"}}  # fmt: skip
    for part, allowed in known.items():
        for name, given in content[part].items():
            yield from (((part, name, key), f"{name}: unknown field `{key}`") for key in given.keys() - allowed)
    groups = content["words"].keys() | HEIGHTS
    for name, given in content["rules"].items():
        rule = _rule(name, {key: value for key, value in given.items() if key in known["rules"]})
        named = {group for choice in (*rule.all, *rule.anywhere, rule.unless) for group in choice}
        yield from ((("rules", name), f"{name}: no group of words is called `{group}`") for group in sorted(named - groups))
        if rule.answer not in content["answers"]:
            yield ("rules", name, "answer"), f"{name}: `{rule.answer}` is not one of the answers"
        for frame in sorted(rule.ignores - content["frames"].keys()):
            yield ("rules", name, "ignores"), f"{name}: no frame is called `{frame}`"
