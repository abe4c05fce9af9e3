"""From a bill to what the fund pays and what the patient pays, to the cent, with every step kept.

The order is the usual one of basic medical insurance: what the catalogue leaves out, the patient's own share of
class B, the deductible, the tiers, the ceiling. Each product is rounded to the cent, halves up; all else are sums and
differences, so that fund and patient together are always the bill.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from care.insurance.case import Case
from care.insurance.policy import Benefit, DrugClass, Level, Policy, Remote, Setting, Terms

CENT = Decimal("0.01")
ZERO = Decimal(0)


class PolicySilent(LookupError):
    """The policy says nothing of this scheme in this setting at this level of hospital."""


@dataclass(frozen=True, slots=True)
class TierShare:
    """A stretch of the cost, the ratio that held for it, and what the fund pays of it."""

    amount: Decimal
    ratio: Decimal
    fund: Decimal


@dataclass(frozen=True, slots=True)
class Calculation:
    """All amounts in yuan. ``fund + own == bill`` always; ``full_deductible`` is before a repeated stay's discount."""

    bill: Decimal
    outside: Decimal
    own_first: Decimal
    eligible: Decimal
    full_deductible: Decimal
    deductible: Decimal
    less: Decimal
    tiers: tuple[TierShare, ...]
    before_ceiling: Decimal
    ceiling: Decimal
    fund: Decimal

    @property
    def own(self) -> Decimal:
        return self.bill - self.fund

    @property
    def capped(self) -> bool:
        return self.fund < self.before_ceiling


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def terms_for(policy: Policy, case: Case, level: Level) -> tuple[Benefit, Terms]:
    """What the policy says of the case; raises :class:`PolicySilent`."""
    if case.scheme is None or case.setting is None:
        raise PolicySilent
    benefit = policy.benefit(case.scheme, case.setting)
    if benefit is None or level not in benefit.levels:
        raise PolicySilent
    return benefit, benefit.levels[level]


def calculate(policy: Policy, case: Case, level: Level | None) -> Calculation:
    """What the fund pays of ``case.amount``; raises :class:`PolicySilent` where the policy says nothing of it."""
    if case.amount is None:
        raise ValueError("no amount to calculate with")
    if case.setting is Setting.MATERNITY:
        return _birth(policy, case, case.amount)
    if level is None:
        raise PolicySilent
    benefit, terms = terms_for(policy, case, level)
    bill = case.amount
    outside = min(case.class_c, bill)
    class_b = min(case.class_b, bill - outside)
    own_first = cents(class_b * policy.own_share[DrugClass.B])
    eligible = bill - outside - own_first
    deductible = min(eligible, cents(terms.deductible * benefit.stay_share(case.stays_before)))
    if case.deductible_met:
        deductible = ZERO
    less = ratio_less(policy, case, level)
    tiers = _tiers(terms, eligible - deductible, less, retired=bool(case.retired))
    before_ceiling = sum((tier.fund for tier in tiers), ZERO)
    left = max(ZERO, benefit.ceiling - case.paid_this_year)
    return Calculation(
        bill=bill,
        outside=outside,
        own_first=own_first,
        eligible=eligible,
        full_deductible=terms.deductible,
        deductible=deductible,
        less=less,
        tiers=tiers,
        before_ceiling=before_ceiling,
        ceiling=left,
        fund=min(before_ceiling, left),
    )


def ratio_less(policy: Policy, case: Case, level: Level) -> Decimal:
    """Points taken off every ratio: treatment away from home, no referral. Raises :class:`PolicySilent`."""
    less = ZERO
    if case.away:
        less += _away(policy.remote, case)
    referral = policy.referral
    if referral and case.referred is False and not case.away and level in referral.levels:
        less += referral.less if case.scheme in referral.schemes and case.setting in referral.settings else ZERO
    return less


def _away(remote: Remote | None, case: Case) -> Decimal:
    if remote is None:
        raise PolicySilent
    return remote.registered_less if case.registered else remote.unregistered_less


def _tiers(terms: Terms, amount: Decimal, less: Decimal, *, retired: bool) -> tuple[TierShare, ...]:
    shares, begins = [], ZERO
    for tier in terms.tiers:
        ends = amount if tier.up_to is None else min(amount, tier.up_to)
        part = ends - begins
        if part <= 0:
            break
        ratio = max(ZERO, tier.share(retired=retired) - less)
        shares.append(TierShare(part, ratio, cents(part * ratio)))
        begins = ends
    return tuple(shares)


def _birth(policy: Policy, case: Case, bill: Decimal) -> Calculation:
    fixed = policy.birth(case.scheme) if case.scheme else None
    if fixed is None or case.birth is None or case.birth not in fixed.amounts or case.away:
        raise PolicySilent
    eligible = bill - min(case.class_c, bill)
    ceiling = fixed.amounts[case.birth]
    return Calculation(
        bill=bill,
        outside=bill - eligible,
        own_first=ZERO,
        eligible=eligible,
        full_deductible=ZERO,
        deductible=ZERO,
        less=ZERO,
        tiers=(),
        before_ceiling=eligible,
        ceiling=ceiling,
        fund=min(eligible, ceiling),
    )
