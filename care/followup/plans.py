"""Plans of follow-ups: for whom, what is asked on which day, and what an answer means (``plans/*.yaml``).

A plan never names a disease to the patient as theirs and never a dose; what a clinician changes is checked for it.
"""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from care.rehab.schedule import is_by_day
from language.departments import department_names
from records.cases import CaseKind

FOLDER = Path(__file__).parent / "plans"
LAST_DAY = 366
SCALE = range(11)
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Meaning(StrEnum):
    """What an answer means, the least urgent first."""

    FINE = "fine"
    SOON = "soon"  # a clinician looks within the time of a routine case
    AT_ONCE = "at_once"  # within that of an urgent one
    EMERGENCY = "emergency"  # the words are a red flag: the emergency way


class Unanswered(StrEnum):
    """What becomes of it when the reminder is not answered either."""

    END = "end"
    CASE = "case"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(_Read):
    """One button. ``say`` is told to who presses it."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
    means: Meaning
    say: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""

    @field_validator("title")
    @classmethod
    def _no_number(cls, title: str) -> str:
        if title.startswith(("/", "／")) or title.isdigit():
            raise ValueError("选项不能只是数字，也不能以 / 开头")
        return title


class Scale(_Read):
    """A number from 0 to 10. From ``soon`` and from ``at_once`` on a clinician looks; ``low`` and ``high`` name the
    ends."""

    low: Words
    high: Words
    soon: int | None = Field(default=None, ge=1, le=10)
    at_once: int | None = Field(default=None, ge=1, le=10)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.soon is None and self.at_once is None:
            raise ValueError("要写明从几分起请医护人员看：soon 或 at_once")
        if self.soon is not None and self.at_once is not None and self.soon >= self.at_once:
            raise ValueError("at_once 要比 soon 的分数高")
        return self

    def meaning(self, number: int) -> Meaning:
        if self.at_once is not None and number >= self.at_once:
            return Meaning.AT_ONCE
        return Meaning.SOON if self.soon is not None and number >= self.soon else Meaning.FINE


class Question(_Read):
    """One question, asked on each of ``days`` from the start (the day of the start is 0). It is answered by one of
    ``options``, on a ``scale``, in words of one's own (``free``: what these mean, since no rule reads them), or by a
    ``photo``. Of an ``optional`` one nobody is reminded, and nobody is called when it stays unanswered."""

    days: tuple[Annotated[int, Field(ge=1, le=LAST_DAY)], ...] = Field(min_length=1)
    ask: Words
    options: tuple[Option, ...] = ()
    scale: Scale | None = None
    free: Literal[Meaning.SOON, Meaning.AT_ONCE] | None = None
    photo: Literal["skin", "report"] | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [bool(self.options), self.scale is not None, self.free is not None, self.photo is not None]
        if sum(ways) != 1:
            raise ValueError("每个问题要有 options、scale、free、photo 里的一种，只能有一种")
        if list(self.days) != sorted(set(self.days)):
            raise ValueError("days 要从小到大，不能重复")
        titles = [option.title for option in self.options]
        if self.options and not FEWEST_OPTIONS <= len(titles) <= MOST_OPTIONS:
            raise ValueError(f"选项要有 {FEWEST_OPTIONS} 到 {MOST_OPTIONS} 个")
        if len(titles) != len(set(titles)):
            raise ValueError("选项不能一样")
        return self

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What can be answered, and what each means."""
        if self.scale is not None:
            ends = [(number, self.scale.meaning(number)) for number in SCALE]
            return [(str(number), str(means)) for number, means in ends]
        if self.free is not None:
            return [("自己打字", str(self.free))]
        if self.photo is not None:
            return [("发照片", "photo")]
        return [(option.title, str(option.means)) for option in self.options]

    def option(self, title: str) -> Option | None:
        """The option of this title."""
        return next((option for option in self.options if option.title == title), None)


class Whom(_Read):
    """For whom a plan is meant: it is offered first where the department or the kind of case is one of these.
    ``after`` is the event that it begins from, in words."""

    departments: tuple[str, ...] = ()
    kinds: tuple[CaseKind, ...] = ()
    after: Words

    @field_validator("departments")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in department_names():
                raise ValueError(f"没有“{name}”这个科室")
        return names


class Asked(NamedTuple):
    """A question in its place among all that are asked, and its day."""

    place: int
    day: int
    question: Question


class Plan(_Read):
    """One plan. ``ask_at`` is by the hospital's clock; ``retired`` ones are not offered any more."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,63}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=30)]
    whom: Whom = Field(alias="for")
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=300)]
    unanswered: Unanswered
    ask_at: time = time(10)
    retired: bool = False
    questions: tuple[Question, ...] = Field(min_length=1, max_length=20)

    @field_validator("ask_at", mode="before")
    @classmethod
    def _in_quotes(cls, at: object) -> object:
        # YAML reads 10:30 without quotes as a number of minutes.
        if not isinstance(at, str | time):
            raise ValueError('时间要写成带引号的样子："09:30"')
        return at

    @field_validator("ask_at")
    @classmethod
    def _by_day(cls, at: time) -> time:
        if not is_by_day(at):
            raise ValueError("提问时间要在早上8点到晚上9点之间")
        return at

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """Everything that is asked, in its order: by day, then as written."""
        days = sorted((day, at) for at, question in enumerate(self.questions) for day in question.days)
        return tuple(Asked(place, day, self.questions[at]) for place, (day, at) in enumerate(days))

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The days on which something is asked."""
        return tuple(dict.fromkeys(one.day for one in self.asked))

    @property
    def told(self) -> tuple[str, ...]:
        """Everything of it that a patient reads."""
        lines = [self.name]
        for question in self.questions:
            lines.append(question.ask)
            lines += [words for option in question.options for words in (option.title, option.say) if words]
            lines += [question.scale.low, question.scale.high] if question.scale else []
        return tuple(lines)


def read_plan(text: str) -> Plan:
    """One plan as it is written; raises ``pydantic.ValidationError`` and ``yaml.YAMLError``."""
    return Plan.model_validate(yaml.safe_load(text))


@lru_cache(maxsize=256)
def plan_of(text: str) -> Plan:
    """The plan of a text that was checked before it was kept."""
    return read_plan(text)


@lru_cache(maxsize=1)
def file_texts() -> Mapping[str, str]:
    """The installation's own plans as they are written, by their id: version 0."""
    return {file.stem: file.read_text("utf-8") for file in sorted(FOLDER.glob("*.yaml"))}
