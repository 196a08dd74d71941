"""From a decision to a reply: entries of the knowledge base, their disclaimer, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.context import Context
from bot.decide import Decision
from bot.knowledge import FEELINGS, SOFT_TOPICS, UNCLEAR, Entry, Knowledge, topic_of
from bot.reply import Answer, Disclaimer, Figure, Reply, Suggestion

MOST_SUGGESTIONS = 4
_STRICT = {"treatment": "treatment", "side_effects": "treatment", "prognosis": "prognosis"}


class Composer:
    """Builds every reply of the bot; the only place where entries become answers."""

    def __init__(self, knowledge: Knowledge, today: date | None = None) -> None:
        self._knowledge = knowledge
        self._today = today

    def reply(self, decision: Decision, context: Context = Context()) -> Reply:
        """The reply to a decision; ``context`` makes a second and third "not understood" differ from the first."""
        return Reply(
            kind=decision.kind,
            answers=tuple(self._answer(answer, context) for answer in decision.answers),
            disclaimer=self.disclaimer(decision.kind, decision.answers),
            opening=self._opening(decision),
            suggestions=self._suggestions(decision),
            confidence=None if decision.confidence is None else round(min(1.0, max(0.0, decision.confidence)), 4),
        )

    def outage(self) -> Reply:
        """The reply when something inside failed."""
        entry = self._knowledge[UNCLEAR]
        words = self._knowledge.phrase("outage")
        answer = Answer(UNCLEAR, self._knowledge.phrase("outage_title"), words, (), (), entry.checked.isoformat(), "")
        return Reply("fallback", (answer,), self.disclaimer("fallback", (UNCLEAR,)))

    def notice(self, kind: str, entry_id: str, phrase: str) -> Reply:
        """A fixed phrase in the place of an entry's words: said about the conversation, not about the disease."""
        entry, words = self._knowledge[entry_id], self._knowledge.phrase(phrase)
        answer = Answer(entry_id, entry.title, words, (), (), entry.checked.isoformat(), "")
        return Reply(kind, (answer,), self.disclaimer(kind, (entry_id,)))

    def disclaimer(self, kind: str, answers: Sequence[str]) -> Disclaimer:
        """The strictest disclaimer that one of the answers calls for."""
        if kind in ("urgent", "personal"):
            return Disclaimer(self._knowledge.phrase("disclaimer", kind))
        names = [_STRICT[topic_of(answer)] for answer in answers if topic_of(answer) in _STRICT]
        name = "prognosis" if "prognosis" in names else names[0] if names else "general"
        return Disclaimer(self._knowledge.phrase("disclaimer", name))

    def remember(
        self, decision: Decision, context: Context, subject: str | None = None, named: tuple[str, ...] = ()
    ) -> Context:
        """What the conversation remembers after this reply to a message with the ``named`` terms.

        ``subject`` is what it was about, where the message says that better than the answer. A person's own case is
        about what was spoken of before; feelings are remembered where nothing was.
        """
        if decision.kind in ("clarify", "fallback"):
            return replace(context, misses=context.misses + 1, offered=decision.suggestions)
        told = tuple(answer for answer in decision.answers if topic_of(answer) not in ("smalltalk", "fallback"))
        if not told and FEELINGS in decision.answers and context.last is None:
            told = (FEELINGS,)
        if not told:
            return replace(context, misses=0, offered=())
        if topic_of(told[0]) == "personal":
            subject = subject or context.subject
        return context.after(told, subject or self._knowledge[told[0]].called, named)

    def _answer(self, entry_id: str, context: Context) -> Answer:
        entry = self._knowledge[entry_id]
        soft = entry.topic in SOFT_TOPICS
        return Answer(
            id=entry.id,
            title=entry.title,
            summary=self._summary(entry, context),
            points=entry.shown_points,
            sources=tuple(self._source(key) for key in entry.cites),
            checked=entry.checked.isoformat(),
            status="" if soft and not entry.cites else self.status(entry),
            figure=self._figure(entry),
        )

    def _summary(self, entry: Entry, context: Context) -> str:
        """An entry's summary; for "not understood" one that changes each time in a row."""
        if entry.id != UNCLEAR:
            return entry.summary.text
        return self._knowledge.phrase("fallback", ("first", "second", "third")[min(context.misses, 2)])

    def status(self, entry: Entry) -> str:
        """When the entry was checked, and whether a clinician signed exactly these words."""
        from bot.review import is_signed

        phrase = "reviewed" if is_signed(entry) else "checked"
        text = self._knowledge.phrase(phrase).format(date=entry.checked.isoformat(), reviewed=entry.review.day)
        stale = entry.is_stale(self._today or date.today())
        return f"{text} {self._knowledge.phrase('stale')}" if stale else text

    def _source(self, key: str) -> dict[str, str]:
        source = self._knowledge.sources[key]
        return {"title": source.title, "publisher": source.publisher, "url": source.url, "accessed": source.accessed}

    def _figure(self, entry: Entry) -> Figure | None:
        if entry.figure is None:
            return None
        return Figure(f"/figures/{entry.figure}.svg", self._knowledge.phrase("figures", entry.figure))

    def _opening(self, decision: Decision) -> str:
        if decision.opening is None:
            return ""
        lines = self._knowledge.phrases["warm_openings"][decision.opening]
        return str(lines[len(decision.answers) % len(lines)])

    def _suggestions(self, decision: Decision) -> tuple[Suggestion, ...]:
        wanted = decision.suggestions or tuple(
            follower for answer in decision.answers for follower in self._knowledge[answer].next
        )
        if decision.kind == "urgent":
            return ()
        fresh = [answer for answer in dict.fromkeys(wanted) if answer not in decision.answers]
        return tuple(Suggestion(self._knowledge[a].question, payload_of(a)) for a in fresh[:MOST_SUGGESTIONS])


def payload_of(answer: str) -> str:
    """What the button for an answer sends: Rasa's form of a retrieval intent, ``/symptoms/bone``."""
    return "/" + answer.replace(".", "/", 1)


def answer_of(payload: str, knowledge: Knowledge) -> str | None:
    """The answer of a button's payload; None for any other text (only these payloads are ever obeyed)."""
    if not payload.startswith("/"):
        return None
    answer = payload[1:].replace("/", ".", 1)
    return answer if answer in knowledge.entries else None
