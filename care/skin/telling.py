"""What a patient is told of a skin photo: how soon to be seen, what to watch, who will look. Never a class or a grade.

NMPA 2021 No. 47: judging a lesion from a photo is a Class III device. Where the hospital has the approval
(``grades_patient_visible``) the tier is told in words; a diagnosis never is.
"""

from care.buttons import choice, to_book
from care.replies import QuickReply, Reply
from care.skin.reading import Risk
from care.texts import catalogue, text

DEPARTMENT = "皮肤科"
CHOICE = "lesion"
START, SKIP = "start", "skip"
SOON = {Risk.URGENT: "two_weeks", Risk.DERMATOLOGIST: "weeks", Risk.WATCH: "watch", Risk.UNCLEAR: "not_sure"}
"""How soon to be seen: the only word of a tier that the assistant is told."""


def told(
    risk: Risk,
    *,
    doctor_looks: bool,
    psoriasis: bool = False,
    changed: bool | None = None,
    tier_visible: bool = False,
) -> Reply:
    """The answer to a photo that was read. ``doctor_looks``: whether there is a case, and only then is it said.
    ``changed``: since an earlier photo, None where there is none that could be laid beside it."""
    lines = [text(f"skin.soon.{SOON[risk]}")]
    if changed is not None:
        lines.append(text("skin.changed" if changed else "skin.unchanged"))
    if tier_visible:
        lines.append(text(f"skin.tier.{risk}"))
    if doctor_looks:
        lines.append(text("skin.looked"))
    lines.append(text("skin.watch_psoriasis") if psoriasis else text("skin.watch"))
    lines += [text("skin.not_a_diagnosis"), text("skin.tell_more")]
    return Reply(text="\n".join(lines), quick_replies=(book_button(), tell_more_button()))


def told_again(problem: str) -> Reply:
    """The answer to a photo that could not be read: what to do about it."""
    key = f"skin.again.{problem}"
    said = text(key if key in catalogue() else "skin.again.other")
    return Reply(text=f"{said}\n{text('skin.again_help')}", quick_replies=(guide_button(), book_button()))


def told_doubtful() -> Reply:
    """The answer to a photo that a person must look at."""
    return Reply(text=text("skin.doubtful"), quick_replies=(book_button(),))


def told_raised() -> Reply:
    """What is said when the patient's answers make it more pressing."""
    return Reply(text=f"{text('skin.raised')}\n{text('skin.looked')}", quick_replies=(book_button(),))


def told_when_asked(soon: str, *, doctor_looks: bool) -> Reply:
    """The answer to "要紧吗" and "是什么病" of somebody whose photo was read. ``soon``: of ``SOON``."""
    looked = text("skin.asked.looking" if doctor_looks else "skin.asked.nobody")
    lines = [text("skin.asked.what"), text(f"skin.soon.{soon}"), looked]
    return Reply(text="\n".join(lines), quick_replies=(book_button(),))


def book_button() -> QuickReply:
    """A slot in dermatology, in the same conversation."""
    return QuickReply(title=text("skin.button.book"), payload=to_book(DEPARTMENT))


def tell_more_button() -> QuickReply:
    return QuickReply(title=text("skin.button.tell_more"), payload=choice(CHOICE, START, intent="answer_triage"))


def guide_button() -> QuickReply:
    return QuickReply(title=text("skin.button.again"), payload="/send_skin_photo")
