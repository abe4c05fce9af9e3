"""The emergency answer: what to do now, whom to call, where to go. Nothing else competes with it."""

from care.emergency.screen import Screening
from care.replies import EmergencyCard, Reply
from care.texts import text
from care.urgency import Urgency

#: Danger from one's own hand or to others: the tone is another one, and somebody must stay.
SUPPORT = frozenset({"suicide", "self_harm"})
ADVICE_MOST = 6  # lines a frightened person can take in


def emergency_reply(screening: Screening, *, entrance: str, phone: str) -> Reply:
    """The answer to a screening with an alarm. ``entrance`` and ``phone`` are the installation's; raises ``ValueError``
    when there is no alarm."""
    if not screening.alarm or screening.urgency is None:
        raise ValueError("there is no alarm to answer")
    tone = _tone(screening)
    title = text(f"emergency.title.{tone}", phone=phone)
    advice = _advice(screening)
    lines = [
        title,
        text(f"emergency.intro.{tone}", phone=phone),
        *(text("emergency.line", number=number, advice=line) for number, line in enumerate(advice, 1)),
        text("emergency.entrance", entrance=entrance),
        text("emergency.staff"),
    ]
    return Reply(text="\n".join(lines), card=EmergencyCard(title=title, advice=advice, phone=phone, entrance=entrance))


def _tone(screening: Screening) -> str:
    if SUPPORT.intersection(flag.id for flag in screening.flags) and screening.urgency is not Urgency.CALL_120:
        return "support"
    return str(screening.urgency)


def _advice(screening: Screening) -> tuple[str, ...]:
    """Advice of the flags, most urgent first. Where self-harm is among them all of its lines stay in."""
    first = [flag for flag in screening.flags if flag.id in SUPPORT]
    others = [flag for flag in screening.flags if flag.id not in SUPPORT]
    ordered = [*others[:1], *first, *others[1:]] if first else others
    lines = dict.fromkeys(line for flag in ordered for line in flag.advice)
    kept = max(ADVICE_MOST, sum(len(flag.advice) for flag in ordered[: 1 + len(first)])) if first else ADVICE_MOST
    return tuple(lines)[:kept]
