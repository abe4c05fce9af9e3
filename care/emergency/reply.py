"""The emergency answer: what to do now, whom to call, where to go. Nothing else competes with it."""

from care.emergency.advice import SUPPORT, advice
from care.emergency.screen import Screening
from care.replies import EmergencyCard, QuickReply, Reply
from care.texts import text
from care.urgency import Urgency


def emergency_reply(screening: Screening, *, entrance: str, phone: str) -> Reply:
    """The answer to a screening with an alarm. ``entrance`` and ``phone`` are the installation's; raises ``ValueError``
    when there is no alarm."""
    if not screening.alarm or screening.urgency is None:
        raise ValueError("there is no alarm to answer")
    tone = _tone(screening)
    title = text(f"emergency.title.{tone}", phone=phone)
    advised = advice(screening.flags)
    lines = [
        title,
        text(f"emergency.intro.{tone}", phone=phone),
        *(text("emergency.line", number=number, advice=line) for number, line in enumerate(advised, 1)),
        text("emergency.entrance", entrance=entrance),
        text("emergency.staff"),
    ]
    return Reply(text="\n".join(lines), card=EmergencyCard(title=title, advice=advised, phone=phone, entrance=entrance))


def doubt_reply(*, entrance: str, phone: str) -> Reply:
    """The question to somebody whose words sound like an emergency. Its button says words that are a red flag, so that
    whoever presses or types them gets the emergency answer and a person."""
    urgent = text("emergency.doubt.urgent")
    return Reply(
        text=text("emergency.doubt.question", entrance=entrance, phone=phone, urgent=urgent),
        quick_replies=(QuickReply(title=urgent, payload=urgent),),
    )


def _tone(screening: Screening) -> str:
    if SUPPORT.intersection(flag.id for flag in screening.flags) and screening.urgency is not Urgency.CALL_120:
        return "support"
    return str(screening.urgency)
