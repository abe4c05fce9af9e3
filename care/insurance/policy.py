"""A policy of basic medical insurance as data: checked when it is read, frozen afterwards.

Money and ratios are written as text in the files ("650", "85%"): a float is refused, so that no rounding creeps in.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ONE = Decimal(1)


class Scheme(StrEnum):
    """城镇职工 and 城乡居民 (which 新农合 has become part of)."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"


class Setting(StrEnum):
    """Where the cost arose; ``CHRONIC`` is 门诊慢特病."""

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    CHRONIC = "chronic"
    EMERGENCY = "emergency"
    MATERNITY = "maternity"


class Level(StrEnum):
    """Level of a hospital (医院分级管理办法); community centres count as the first."""

    FIRST = "一级"
    SECOND = "二级"
    THIRD = "三级"


class DrugClass(StrEnum):
    """甲: all of it counts. 乙: after the patient's own share. 丙: outside the catalogue."""

    A = "甲"
    B = "乙"
    C = "丙"


class Birth(StrEnum):
    NATURAL = "natural"
    CAESAREAN = "caesarean"
    CHECKUP = "checkup"


class Per(StrEnum):
    """How often a deductible is taken."""

    STAY = "stay"
    YEAR = "year"


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("a float: write money and ratios as text")
    return value


def _ratio(value: Any) -> Any:
    value = _exact(value)
    if isinstance(value, str) and value.endswith("%"):
        try:
            return Decimal(value[:-1]) / 100
        except InvalidOperation:
            raise ValueError("not a percentage") from None
    return value


Money = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, max_digits=12, decimal_places=2)]
Ratio = Annotated[Decimal, BeforeValidator(_ratio), Field(ge=0, le=1, decimal_places=4)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(_Frozen):
    """A stretch of the cost above the deductible, up to ``up_to`` (None: without end), and what the fund pays of it."""

    up_to: Money | None = None
    ratio: Ratio
    retired: Ratio | None = None

    def share(self, *, retired: bool) -> Decimal:
        return self.retired if retired and self.retired is not None else self.ratio


class Terms(_Frozen):
    """Deductible and tiers at one level of hospital."""

    deductible: Money
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tiers_join(self) -> Self:
        ends = [tier.up_to for tier in self.tiers]
        if ends[-1] is not None or any(end is None for end in ends[:-1]):
            raise ValueError("the last tier, and only it, is without an end")
        closed = [end for end in ends if end is not None]
        if closed != sorted(set(closed)) or any(end == 0 for end in closed):
            raise ValueError("tiers must rise")
        if any(tier.retired is not None and tier.retired < tier.ratio for tier in self.tiers):
            raise ValueError("a retired person never gets less")
        return self


class Benefit(_Frozen):
    """What one scheme pays in one setting."""

    scheme: Scheme
    setting: Setting
    deductible_per: Per
    stays: tuple[Ratio, ...] = (ONE,)
    """Share of the deductible at the first, second ... stay of a year; the last one holds for all further stays."""
    ceiling: Money
    """The most that the fund pays in a year in this setting."""
    levels: dict[Level, Terms] = Field(min_length=1)

    def stay_share(self, stays_before: int) -> Decimal:
        return self.stays[min(stays_before, len(self.stays) - 1)]


class FixedBenefit(_Frozen):
    """A fixed sum for a birth: the fund pays the cost, at most this much."""

    scheme: Scheme
    amounts: dict[Birth, Money] = Field(min_length=1)


class Remote(_Frozen):
    """What treatment away from home takes off the ratio, in points."""

    registered_less: Ratio
    unregistered_less: Ratio

    @model_validator(mode="after")
    def _registering_helps(self) -> Self:
        if self.registered_less > self.unregistered_less:
            raise ValueError("registering must not make it worse")
        return self


class Referral(_Frozen):
    """What going without a referral takes off the ratio, for whom and where."""

    schemes: frozenset[Scheme]
    settings: frozenset[Setting]
    levels: frozenset[Level]
    less: Ratio


class Article(_Frozen):
    """Something the policy says that is no sum; ``words`` are how patients ask for it."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: str
    words: tuple[str, ...] = ()
    lines: tuple[str, ...] = Field(min_length=1)
    source: str = ""


class Policy(_Frozen):
    """One version of a region's policy, valid from one day to another (both included)."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str
    area: str
    sample: bool
    issued: date
    valid_from: date
    valid_to: date | None = None
    own_share: dict[DrugClass, Ratio]
    benefits: tuple[Benefit, ...]
    maternity: tuple[FixedBenefit, ...] = ()
    remote: Remote | None = None
    referral: Referral | None = None
    articles: tuple[Article, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("valid_to is before valid_from")
        if set(self.own_share) != set(DrugClass):
            raise ValueError("every drug class needs its own share")
        places = [(benefit.scheme, benefit.setting) for benefit in self.benefits]
        if len(places) != len(set(places)):
            raise ValueError("two benefits for one scheme and setting")
        if any(setting is Setting.MATERNITY for _, setting in places):
            raise ValueError("births are fixed sums: write them under maternity")
        if len({fixed.scheme for fixed in self.maternity}) != len(self.maternity):
            raise ValueError("two fixed sums for one scheme")
        if len({article.id for article in self.articles}) != len(self.articles):
            raise ValueError("two articles of one id")
        return self

    def benefit(self, scheme: Scheme, setting: Setting) -> Benefit | None:
        """What the policy says of a scheme in a setting; None where it is silent."""
        return next((one for one in self.benefits if (one.scheme, one.setting) == (scheme, setting)), None)

    def birth(self, scheme: Scheme) -> FixedBenefit | None:
        return next((one for one in self.maternity if one.scheme == scheme), None)

    def article(self, wanted: str) -> Article | None:
        return next((one for one in self.articles if one.id == wanted), None)

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
