"""The emergency answer: what to do now, whom to call, where to go. Nothing else competes with it."""

from care.emergency.advice import SUPPORT, advice
from care.emergency.screen import Screening
from care.replies import EmergencyCard, QuickReply, Reply
from care.texts import text
from care.urgency import Urgency
from language.foreign import is_foreign

THREAT = "threat"


def emergency_reply(screening: Screening, *, entrance: str, phone: str, said: str = "") -> Reply:
    """The answer to a screening with an alarm. ``entrance`` and ``phone`` are the installation's; what was ``said`` in
    another language is answered in English too. Raises ``ValueError`` when there is no alarm."""
    if not screening.alarm or screening.urgency is None:
        raise ValueError("there is no alarm to answer")
    if {flag.id for flag in screening.flags} == {THREAT}:
        return Reply(text=text("emergency.threat"))  # nobody is sent to an emergency department for it
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
    if is_foreign(said):
        lines.append(text("emergency.english", phone=phone, entrance=entrance))
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
