"""Danger signs in a message: evaluates the rules of ``knowledge/safety.yml``.

A rule names groups of words that must stand near each other. What stands around them decides what they are: "I have"
makes a claim of a sign, "can ... cause" asks about it, "no" denies it, "two years ago" puts it in the past. These
phrases are the *frames*; the one nearest before the sign counts most.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from bot import safety_rules
from bot.lexicon import Lexicon
from bot.paths import KNOWLEDGE
from bot.safety_rules import (
    AFTER,
    AROUND,
    BEFORE,
    CERTAIN,
    CLAIMS,
    DOUBTS,
    MESSAGE,
    MILD,
    POSSIBLE,
    SILENCES,
    SUPPORTS,
    Frame,
    Rule,
)
from bot.temperature import Thermometer
from bot.wording import Match, Reader, ShortForms, Words, flat

MAX_HITS = 200  # of one rule in one piece of text
PIECE, OVERLAP = 8_000, 500  # characters: longer messages are scanned piece by piece, up to the first certain sign
PLAIN_WORDS = 2  # a message of so many words that asks nothing is taken for a report
HARMLESS = ("harmless", "figures of speech")  # groups whose words are not read as signs
FAR = 60  # words; no frame reaches farther
_start = attrgetter("start")


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
    places: tuple[int, ...]


@dataclass(frozen=True)
class _Text:
    """One piece of a message, ready to be judged."""

    words: Words
    seen: Sequence[_Seen]
    message: frozenset[str]  # effects of frames that count anywhere in it
    plain: bool  # asks nothing


class SafetyRules:
    """The rules, ready to scan messages; build once."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        groups = {name: flat(phrases) for name, phrases in content["words"].items()}
        frame_words = {f"frame: {name}": flat(frame["words"]) for name, frame in content["frames"].items()}
        self.answers: tuple[str, ...] = tuple(content["answers"])
        self.frames = safety_rules.frames(content)
        self.rules = safety_rules.rules(content)
        self._led_by: dict[str, list[int]] = {}  # a group, and the rules that look for it first
        for at, rule in enumerate(self.rules):
            for name in rule.all[0]:
                self._led_by.setdefault(name, []).append(at)
        self._lists, self._stops = frozenset(groups.pop("list words")), frozenset(groups.pop("stop words"))
        self._questions = frozenset(groups.pop("question words"))
        degrees, others = frozenset(groups.pop("degree words")), frozenset(groups.pop("other numbers"))
        self._thermometer = Thermometer(content["temperature"], frozenset(groups["temperature word"]), degrees, others)
        self._signs = frozenset(groups) - set(HARMLESS)
        same = ShortForms({standard: flat(variants) for standard, variants in content["same"].items()})
        self._lexicon = Lexicon({**groups, **frame_words}, flat(content["fillers"]), same, content["also_read_as"])
        right = self._lexicon.vocabulary | set(flat(content["right"]))
        self._reader = Reader(same, flat(content["spelling"]), right)

    @classmethod
    def load(cls, path: Path = KNOWLEDGE / "safety.yml") -> SafetyRules:
        """Read the rules.

        Raises:
            DataError: the file has faults; all are listed.
        """
        return cls(safety_rules.read(path))

    def scan(self, text: str) -> Danger | None:
        """The strongest sign of danger in ``text``; a silenced one if there is no other; None without any."""
        best: Danger | None = None
        for offset in range(0, max(1, len(text) - OVERLAP), PIECE):
            danger = self._scan(text[offset : offset + PIECE + OVERLAP])
            if danger is not None and offset:
                danger = replace(danger, spans=tuple((a + offset, b + offset) for a, b in danger.spans))
            if danger is not None and (best is None or self._rank(danger) < self._rank(best)):
                best = danger
            if best is not None and best.certain:
                break
        return best

    def _scan(self, text: str) -> Danger | None:
        words = self._reader.read(text)
        found = self._lexicon.find(words)
        for name, match in self._thermometer.find(words):
            found.setdefault(name, []).append(match)
        self._drop_harmless(found)
        likely = [self.rules[at] for at in sorted({at for name in found for at in self._led_by.get(name, ())})]
        signs = [(rule, match) for rule in likely for match in self._matches(rule, found, words)]
        if not signs:
            return None
        piece = self._piece(text, words, found)
        verdicts = [self._judge(rule, match, piece) for rule, match in signs]
        best = min(verdicts, key=self._rank)
        if not best.rings:
            return best
        others = {v.answer for v in verdicts if v.rings and v.strength == best.strength} - {best.answer}
        return replace(best, also=tuple(answer for answer in self.answers if answer in others))

    def _rank(self, danger: Danger) -> tuple[bool, bool, int, tuple[int, int]]:
        return (not danger.rings, not danger.certain, self.answers.index(danger.answer), danger.spans[0])

    def _drop_harmless(self, found: dict[str, list[Match]]) -> None:
        dead = {place for name in HARMLESS for match in found.get(name, ()) for place in match.places}
        if dead:
            for name in self._signs & found.keys():
                found[name] = [match for match in found[name] if dead.isdisjoint(match.places)]

    def _matches(self, rule: Rule, found: Mapping[str, list[Match]], words: Words) -> Iterator[Match]:
        """Where the words of a rule stand together."""
        if any(found.keys().isdisjoint(names) for names in rule.all):
            return
        groups = [_merged(names, found) for names in rule.all]
        wanted = all(groups) and all(_merged(names, found) for names in rule.anywhere)
        if not wanted or _merged(rule.unless_anywhere, found) or 0 < rule.max_words < len(words):
            return
        heads, excuses = groups[0], _merged(rule.unless, found)
        if len(heads) > MAX_HITS:
            heads = heads[: MAX_HITS // 2] + heads[-MAX_HITS // 2 :]
        for head in heads:
            match = _joined(head, groups[1:], rule, words)
            if match and not _is_near(excuses, match, rule.unless_within, words):
                yield match

    def _piece(self, text: str, words: Words, found: Mapping[str, list[Match]]) -> _Text:
        seen = self._seen(found, words)
        opens = (w for at, w in enumerate(words.text) if not at or words.sentence[at] != words.sentence[at - 1])
        asks = "?" in text or any(s.frame.asks for s in seen) or not self._questions.isdisjoint(opens)
        message = frozenset(s.frame.effect for s in seen if s.frame.side == MESSAGE)
        return _Text(words, seen, message, plain=len(words) >= PLAIN_WORDS and not asks)

    def _seen(self, found: Mapping[str, list[Match]], words: Words) -> list[_Seen]:
        """Frames in order; of overlapping ones the longest, then the one that stands first in the file."""
        candidates = [
            (-len(match.places), order, match)
            for order, frame in enumerate(self.frames)
            for match in found.get(f"frame: {frame.name}", ())
            if frame.not_after.isdisjoint(words.text[max(0, match.start - 1) : match.start])
            and frame.not_behind.isdisjoint(words.text[max(0, match.start - 3) : match.start])
        ]
        taken: set[int] = set()
        seen = []
        for _, order, match in sorted(candidates):
            if taken.isdisjoint(match.places):
                taken.update(match.places)
                seen.append(_Seen(self.frames[order], match.start, match.end, match.places))
        return sorted(seen, key=_start)

    def _judge(self, rule: Rule, match: Match, piece: _Text) -> Danger:
        before, claim, doubted = self._before(rule, match, piece)
        after, claimed_late = self._after(rule, match, piece, claim == CLAIMS)
        claimed = claim == CLAIMS or claimed_late or CLAIMS in piece.message
        supported = not doubted and (claim == SUPPORTS or SUPPORTS in piece.message)
        silencer = after if after and after.frame.firm else before or after
        if silencer is not None and not silencer.frame.firm and (claimed_late or CLAIMS in piece.message):
            silencer = None
        why = f"{silencer.frame.name}: {_quoted(silencer, piece.words)}" if silencer else None
        if rule.only_claimed and not (claimed or supported):
            why = why or "named only"
        if rule.strength == MILD:
            why = why or MILD
        sure = claimed or supported or (not doubted and (rule.telling or piece.plain))
        strength = CERTAIN if sure and rule.strength == CERTAIN else POSSIBLE
        return Danger(rule.answer, rule.name, strength, tuple(piece.words.spans[p] for p in match.places), why)

    def _before(self, rule: Rule, match: Match, piece: _Text) -> tuple[_Seen | None, str, bool]:
        """Going back from the sign: the frame that silences it, the strongest claim, and whether a frame doubts it."""
        claim, doubted = "", False
        for at in range(bisect_left(piece.seen, match.places[-1], key=_start) - 1, -1, -1):
            s = piece.seen[at]
            if s.end < match.start - FAR:
                break
            if s.frame.side not in (BEFORE, AROUND) or s.frame.name in rule.ignores:
                continue
            if not self._reaches(s, match, piece.words):
                continue
            effect = s.frame.effect_on(rule)
            if effect == CLAIMS:
                return None, CLAIMS, doubted
            if effect == SILENCES and not (s.frame.same_clause and s.start in match.places):  # "not" of "not peeing"
                return s, claim, doubted
            doubted = doubted or effect == DOUBTS
            claim = claim or (SUPPORTS if effect == SUPPORTS else "")
        return None, claim, doubted

    def _reaches(self, s: _Seen, match: Match, words: Words) -> bool:
        place = next((p for p in match.places if p >= s.end), match.places[-1])
        if words.sentence[s.start] != words.sentence[place]:
            return False
        between = words.text[s.end : place]
        if not s.frame.same_clause or s.frame.side == AROUND:
            return len(between) <= s.frame.reach
        if not self._stops.isdisjoint(between):
            return False
        if s.frame.lists and not self._lists.isdisjoint(words.text[s.end : place + 4]):
            return len(between) <= s.frame.reach * 4
        return len(between) <= s.frame.reach and words.clause[s.end - 1] == words.clause[place]

    def _after(self, rule: Rule, match: Match, piece: _Text, claimed: bool) -> tuple[_Seen | None, bool]:
        """Going on from the sign: the first frame that silences it, and whether one claims it."""
        silencer, claimed_late = None, False
        words, seen = piece.words, piece.seen
        for at in range(bisect_left(seen, match.places[-1], key=_start), len(seen)):
            s = seen[at]
            if s.start > match.end + FAR or words.sentence[s.start] != words.sentence[match.places[-1]]:
                break
            if s.frame.side not in (AFTER, AROUND) or s.frame.name in rule.ignores:
                continue
            if s.start - match.end > s.frame.reach:
                continue
            if s.frame.same_clause and words.clause[s.start] != words.clause[match.end - 1]:
                continue
            claimed_late = claimed_late or s.frame.effect == CLAIMS
            counts = s.frame.firm or not (claimed or rule.telling)  # a question that follows does not undo "I cannot"
            if s.frame.effect == SILENCES and silencer is None and counts:
                silencer = s
        return silencer, claimed_late


def _quoted(seen: _Seen, words: Words) -> str:
    return " ".join(words.text[place] for place in seen.places)


def _merged(names: Sequence[str], found: Mapping[str, list[Match]]) -> list[Match]:
    there = [found[name] for name in names if name in found]
    return there[0] if len(there) == 1 else sorted(match for matches in there for match in matches)


def _joined(head: Match, groups: Sequence[list[Match]], rule: Rule, words: Words) -> Match | None:
    """``head`` and the nearest match of each other group, in one sentence unless the rule reaches across."""
    places = list(head.places)
    for group in groups:
        first = bisect_left(group, head.start - rule.within, key=_start)
        last = bisect_left(group, head.end + rule.within, key=_start)
        choices = [
            (abs(other.start - head.start), other)
            for other in group[first:last]
            if (rule.across or words.sentence[other.start] == words.sentence[head.start])
            and set(places).isdisjoint(other.places)
        ]
        if not choices:
            return None
        places += min(choices)[1].places
    places.sort()
    return Match(places[0], places[-1] + 1, tuple(places)) if places[-1] - places[0] <= rule.within else None


def _is_near(others: list[Match], match: Match, within: int, words: Words) -> bool:
    first = bisect_left(others, match.start - within, key=_start)
    last = bisect_left(others, match.end + within, key=_start)
    return any(words.sentence[other.start] == words.sentence[match.start] for other in others[first:last])
