"""A reply for channels that can only show text, and the label that says who wrote it."""

import re
from collections.abc import Iterator, Sequence

from care.conversations import offered_options
from care.replies import (
    AppointmentCard,
    AskBackCard,
    ConfirmCard,
    ConsentCard,
    DepartmentCard,
    DoctorCard,
    DownloadCard,
    EmergencyCard,
    InsuranceCard,
    PhotoGuideCard,
    Reply,
    ReportCard,
    SlotCard,
)
from care.texts import text as catalogue_text
from records.conversations import Author
from records.masking import shown
from settings import get_settings

# GB 45438-2025: content made by a machine says so, in every message.
AI_LABEL = "由AI提供"

# What XML 1.0 cannot carry; JSON channels lose nothing by it.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_text(reply: Reply) -> str:
    """The whole reply as text: its text, what only its card says, and its options numbered.

    The numbers count ``care.conversations.offered_options``, which is what the turn looks "2" up in.
    Personal data show masked. Without the label: see :func:`labelled`.
    """
    body = shown(reply.text).strip()
    extra = [line for line in map(shown, _card_lines(reply)) if not _contains(body, line)]
    options = _option_lines(reply)
    blocks = [body, "\n".join(extra), "\n".join(options)]
    whole = "\n\n".join(block for block in blocks if block)
    if options:
        whole += catalogue_text("wechat.choose_by_number")
    return _NOT_IN_XML.sub("", whole)


def joined(replies: Sequence[Reply]) -> list[Reply]:
    """Replies of one turn put together into as few as possible, for channels that count messages.

    A reply with options stays whole and last, since its numbers are what the next message may answer.
    """
    whole: list[Reply] = []
    lines: list[str] = []
    for reply in replies:
        if offered_options(reply):
            whole.append(reply.model_copy(update={"text": "\n\n".join([*lines, reply.text])}))
            lines = []
        else:
            lines.append(as_text(reply))
    return [*whole, Reply(text="\n\n".join(lines))] if lines else whole


def labelled(text: str, author: str) -> str:
    """``text`` with the label "由AI提供" when the bot wrote it; the one place where the label is put on."""
    return f"{text}\n\n{AI_LABEL}" if author == Author.BOT and text else text


def _contains(body: str, line: str) -> bool:
    # Punctuation and spaces differ between a card and the sentence that says the same.
    return _bare(line) in _bare(body)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _card_lines(reply: Reply) -> Iterator[str]:
    match reply.card:
        case None | ReportCard() | AskBackCard():
            return  # the text says all of it; no picture can stand in a text
        case EmergencyCard() as card:
            yield card.title
            yield from card.advice
            yield f"急救电话：{card.phone}"
            if card.entrance:
                yield f"急诊入口：{card.entrance}"
        case DepartmentCard() as card:
            yield card.urgency_text
            if card.rationale:
                yield card.rationale
            yield from (_detailed(row.name, row.reason) for row in card.departments if not row.payload)
        case SlotCard() as card:
            yield card.department
        case DoctorCard() as card:
            yield from (f"{row.name} {row.title} {row.department}" for row in card.doctors if not row.payload)
        case ConfirmCard() as card:
            yield card.title
            yield from (f"{name}：{value}" for name, value in card.rows)
        case AppointmentCard() as card:
            yield from _appointment_lines(card)
        case InsuranceCard() as card:
            yield from _insurance_lines(card)
        case ConsentCard() | DownloadCard() as card:
            yield catalogue_text(f"wechat.link.{card.kind}", link=f"{get_settings().base_url}{card.link}")
        case PhotoGuideCard() as card:
            yield card.title
            yield from card.tips


def _insurance_lines(card: InsuranceCard) -> Iterator[str]:
    yield card.title
    yield from (f"{name}：{value}" for name, value in card.steps)
    if card.total:
        yield f"合计：{card.total}"
    yield f"依据：{card.policy}（{card.policy_date}）"


def _appointment_lines(card: AppointmentCard) -> Iterator[str]:
    starts, ends = (moment.astimezone(get_settings().zone) for moment in (card.starts_at, card.ends_at))
    yield f"就诊人：{card.patient}"
    yield f"科室：{card.department}"
    yield f"医生：{card.doctor} {card.doctor_title}".rstrip()
    yield f"时间：{starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"
    if card.place:
        yield f"地点：{card.place}"
    yield f"费用：{card.fee:.2f} 元"
    if card.bring:
        yield f"请带：{'、'.join(card.bring)}"


def _option_lines(reply: Reply) -> list[str]:
    details = dict(_card_details(reply))
    titles = [option.title for option in offered_options(reply)]
    if titles and all(title.isdigit() for title in titles):
        return ["  ".join(titles)]  # numbered again, "3" would stand beside 2 (the turn takes a title before a number)
    return [
        f"{number}. {_detailed(details.get(option.payload) or shown(option.title), '')}"
        for number, option in enumerate(offered_options(reply), start=1)
    ]


def _card_details(reply: Reply) -> Iterator[tuple[str, str]]:
    """What an option's line says beyond its title, by payload."""
    zone = get_settings().zone
    match reply.card:
        case DepartmentCard() as card:
            for department in card.departments:
                yield department.payload, _detailed(department.name, department.reason)
            for doctor in card.doctors:
                yield doctor.payload, _detailed(f"{doctor.name} {doctor.title}", doctor.reason)
        case SlotCard() as card:
            for slot in card.slots:
                when = f"{slot.starts_at.astimezone(zone):%m-%d %H:%M}"
                facts = f"{slot.doctor_title}，{slot.fee:.2f} 元，余 {slot.remaining}"
                yield slot.payload, _detailed(f"{when} {slot.doctor}", facts)
        case DoctorCard() as card:
            for doctor in card.doctors:
                yield doctor.payload, _detailed(f"{doctor.name} {doctor.title}", "、".join(doctor.skills))
        case _:
            return


def _detailed(name: str, detail: str) -> str:
    return f"{name}（{detail}）" if detail else name
