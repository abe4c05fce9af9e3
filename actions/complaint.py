"""The complaint as it grows over the turns: what was said, what was corrected, what was answered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rasa_sdk import Tracker

from actions.answers import Option
from actions.base import Event, keep
from care.triage import Evidence, Question
from language.extraction import Mention, extract

MAX_TEXTS = 12
MAX_TEXT_CHARS = 800

FEMALE = frozenset(("母亲", "婆婆", "岳母", "祖母", "外祖母", "女儿", "妻子", "姐姐", "妹妹", "孙女"))
MALE = frozenset(("父亲", "公公", "岳父", "祖父", "外祖父", "儿子", "丈夫", "哥哥", "弟弟", "孙子"))

CORRECTING = re.compile(r"说错|打错|搞错|弄错|记错|写错|更正|纠正|改一下|应该是|准确(?:地|的)?说")
_NOT_BUT = re.compile(r"不是(?P<old>[^，。,；;！!是]{1,12})[，, ]*(?:而?是)(?P<new>[^，。,；;！!]{1,24})")
_CORRECTABLE = ("duration", "temperature", "severity", "body_part", "symptom", "age")


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question that was asked last, and how often its answer was not understood."""

    id: str
    text: str
    reason: str
    options: tuple[Option, ...]
    unclear: int = 0

    @classmethod
    def of(cls, question: Question) -> "Waiting":
        options = tuple(Option(one.value, one.title) for one in question.options)
        return cls(id=question.id, text=question.text, reason=question.reason, options=options)


@dataclass(frozen=True, slots=True)
class Complaint:
    """All that triage knows. Kept in Rasa slots between the turns; texts are masked."""

    texts: tuple[str, ...] = ()
    age_years: float | None = None
    sex: str | None = None
    pregnant: bool | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    waiting: Waiting | None = None
    recent_departments: tuple[str, ...] = ()
    returning_to: str | None = None

    @classmethod
    def kept_in(cls, tracker: Tracker) -> "Complaint":
        """The complaint as the tracker's slots hold it."""
        slots = tracker.slots
        asked = slots.get("triage_question")
        waiting = None
        if asked:
            options = tuple(Option(**option) for option in asked["options"])
            waiting = Waiting(asked["id"], asked["text"], asked["reason"], options, asked["unclear"])
        return cls(
            texts=tuple(slots.get("complaint") or ()),
            age_years=slots.get("age_years"),
            sex=slots.get("sex"),
            pregnant=slots.get("pregnant"),
            answers=dict(slots.get("triage_answers") or {}),
            waiting=waiting,
            recent_departments=tuple(slots.get("recent_departments") or ()),
            returning_to=slots.get("returning_to"),
        )

    def events(self) -> list[Event]:
        """Events that keep it in the tracker's slots."""
        asked: dict[str, Any] | None = None
        if self.waiting:
            options = [{"value": one.value, "title": one.title} for one in self.waiting.options]
            asked = {
                "id": self.waiting.id,
                "text": self.waiting.text,
                "reason": self.waiting.reason,
                "options": options,
                "unclear": self.waiting.unclear,
            }
        return keep(
            complaint=list(self.texts),
            age_years=self.age_years,
            sex=self.sex,
            pregnant=self.pregnant,
            triage_answers=dict(self.answers),
            triage_question=asked,
            recent_departments=list(self.recent_departments) or None,
            returning_to=self.returning_to,
        )

    def evidence(self) -> Evidence:
        return Evidence(
            texts=self.texts,
            age_years=self.age_years,
            sex=self.sex,
            pregnant=self.pregnant,
            answers=dict(self.answers),
            recent_departments=self.recent_departments,
            returning_to=self.returning_to,
        )

    def answered(self, value: str) -> "Complaint":
        """With the waiting question answered."""
        if self.waiting is None:
            return self
        return replace(self, answers={**self.answers, self.waiting.id: value}, waiting=None)

    def told(self, text: str, *, now: datetime) -> "Complaint":
        """With one more message: its facts about the patient noted, and earlier words replaced if it corrects them."""
        mentions = extract(text, now=now)
        texts = corrected(self.texts, text, mentions, now=now)
        if texts is None:
            texts = (*self.texts, text[:MAX_TEXT_CHARS])
        return replace(self, texts=texts[-MAX_TEXTS:]).with_facts(mentions)

    def with_facts(self, mentions: Sequence[Mention]) -> "Complaint":
        """With age, sex and pregnancy taken from ``mentions``; a kinship tells the sex of who is ill."""
        age, sex, pregnant = self.age_years, self.sex, self.pregnant
        for mention in mentions:
            if mention.negated:
                continue
            if mention.kind == "age":
                age = float(mention.value)
            elif mention.kind == "sex":
                sex = mention.value
            elif mention.kind == "pregnancy":
                pregnant = mention.value == "yes"
            elif mention.kind == "kinship":
                sex = "female" if mention.value in FEMALE else "male" if mention.value in MALE else sex
        return replace(self, age_years=age, sex=sex, pregnant=pregnant)


def corrected(texts: Sequence[str], text: str, mentions: Sequence[Mention], *, now: datetime) -> tuple[str, ...] | None:
    """``texts`` put right by ``text`` ("不是头疼是头晕", "说错了，是三天"); None when it corrects nothing."""
    swap = _NOT_BUT.search(text)
    if swap and any(swap["old"] in earlier for earlier in texts):
        rest = (text[: swap.start()] + text[swap.end() :]).strip("，。,. 啊吧呢哦")
        fixed = tuple(earlier.replace(swap["old"], swap["new"].rstrip("啊吧呢哦")) for earlier in texts)
        return (*fixed, rest) if len(rest) > 1 else fixed
    if not CORRECTING.search(text):
        return None
    fixed, changed = tuple(texts), False
    for mention in mentions:
        if mention.negated or mention.kind not in _CORRECTABLE:
            continue
        replaced = _replace_last(fixed, mention, now=now)
        if replaced is not None:
            fixed, changed = replaced, True
    return fixed if changed else None


def _replace_last(texts: Sequence[str], new: Mention, *, now: datetime) -> tuple[str, ...] | None:
    """``texts`` with the last mention of the same kind replaced by ``new``, None when there is none."""
    for place in range(len(texts) - 1, -1, -1):
        earlier = texts[place]
        same = [mention for mention in extract(earlier, now=now) if mention.kind == new.kind and not mention.negated]
        if same:
            old = same[-1]
            fixed = earlier[: old.start] + new.text + earlier[old.end :]
            return (*texts[:place], fixed, *texts[place + 1 :])
    return None
