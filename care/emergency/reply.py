"""The emergency answer: what to do now, whom to call, where to go. Nothing else competes with it."""

from collections.abc import Sequence

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


def with_doubt(replies: Sequence[Reply], *, entrance: str, phone: str) -> list[Reply]:
    """``replies`` with the question to somebody whose words sound like an emergency: before the first, its button after
    the last options, so that a channel that numbers options counts on. The button says words that are a red flag:
    whoever presses or types them gets the emergency answer and a person."""
    urgent = text("emergency.doubt.urgent")
    question = text(
        "emergency.doubt.question",
        first=text("emergency.doubt.first"),
        entrance=entrance,
        phone=phone,
        urgent=urgent,
    )
    first, *rest = replies or [Reply(text="")]
    asked = [first.model_copy(update={"text": "\n\n".join(filter(None, [question, first.text]))}), *rest]
    button = QuickReply(title=urgent, payload=urgent)
    return [*asked[:-1], asked[-1].model_copy(update={"quick_replies": (*asked[-1].quick_replies, button)})]


def _tone(screening: Screening) -> str:
    if SUPPORT.intersection(flag.id for flag in screening.flags) and screening.urgency is not Urgency.CALL_120:
        return "support"
    return str(screening.urgency)
