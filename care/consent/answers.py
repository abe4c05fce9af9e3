"""What a patient answers to a consent question: a button's payload, or the words that stand for it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from care.consent.purposes import Purpose

PREFIX = "/consent"


class Decision(StrEnum):
    YES = "yes"
    NO = "no"
    GUARDIAN = "guardian"  # somebody agrees for a child; ``guardian`` says who, or is still to be asked
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision about one purpose."""

    purpose: Purpose
    decision: Decision
    guardian: str = ""

    @property
    def payload(self) -> str:
        """What a button of this answer carries."""
        values = {"purpose": str(self.purpose), "answer": str(self.decision)}
        if self.guardian:
            values["guardian"] = self.guardian
        return f"{PREFIX}{json.dumps(values, ensure_ascii=False)}"


def read_answer(heard: str) -> Answer | None:
    """The answer in a button's payload; None for anything else."""
    if not heard.startswith(PREFIX):
        return None
    try:
        values = json.loads(heard.removeprefix(PREFIX))
        return Answer(Purpose(values["purpose"]), Decision(values["answer"]), str(values.get("guardian", ""))[:16])
    except (ValueError, KeyError, TypeError):
        return None


_YES = re.compile(
    r"(?:我|好的?|行|可以|嗯+|是的?)?[，,\s]*(?:同意|愿意|授权)(?:了|的|啊|吧|呀)?|好|好的|好吧|行|行的|可以|可以的|嗯+|ok|okay|yes"
)
_NO = re.compile(r"(?:我)?(?:不同意|不愿意|不授权|拒绝|不行|不可以|不要|不用|不想|算了|no)(?:了|的|啊|吧|同意)?")
_AROUND = " \t\r\n。.！!～~，,、"


def says_yes(words: str) -> bool:
    """Whether ``words`` are an agreement and nothing else."""
    return _YES.fullmatch(words.strip(_AROUND).lower()) is not None


def says_no(words: str) -> bool:
    """Whether ``words`` are a refusal and nothing else."""
    return _NO.fullmatch(words.strip(_AROUND).lower()) is not None


def typed_answer(words: str, offered: Sequence[str]) -> str | None:
    """The one of the ``offered`` payloads that typed ``words`` mean, when a consent question was asked last."""
    answers = [answer for payload in offered if (answer := read_answer(payload)) is not None]
    wanted = Decision.YES if says_yes(words) else Decision.NO if says_no(words) else None
    found = [answer for answer in answers if answer.decision == wanted and answer.decision != Decision.WITHDRAW]
    # A list of several purposes is no question: "好的" would not say to which.
    return found[0].payload if len(found) == 1 else None
