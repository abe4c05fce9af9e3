"""What operators edit: the hospital's own answers, and for each kind where it begins and how it is checked."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from care.insurance.publishing import PolicyInvalid
from care.insurance.publishing import check as check_policy
from care.insurance.shelf import PoliciesOverlap, file_texts
from care.published import NamesDose, NamesSomebody, newest, refuse_dose, refuse_personal
from hospital import get_hospital
from records.published import DocumentKind

MOST_LINES = 10
LONGEST_LINE = 100


class Knowledge(StrEnum):
    """The kinds of documents that operators edit; red flags are no such kind."""

    POLICY = DocumentKind.POLICY
    PREPARATION = DocumentKind.PREPARATION


class DocumentInvalid(ValueError):
    """What was written cannot be published; the message says why, to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``begun``: the installation's own texts by name (version 0). ``check`` raises :class:`DocumentInvalid`.
    ``open_ended``: documents of new names may be added."""

    begun: Callable[[Session], dict[str, str]]
    check: Callable[[Session, str, str], None]
    open_ended: bool


def check(session: Session, kind: Knowledge, name: str, text: str) -> None:
    """Refuse what must not be published: raises :class:`DocumentInvalid`."""
    try:
        refuse_personal(text)
        refuse_dose(text)
    except NamesSomebody:
        raise DocumentInvalid("给所有患者看的内容，不能写姓名、证件号等个人信息") from None
    except NamesDose as found:
        raise DocumentInvalid(f"不能写药的用量（{found}），请写“按医生的说明”") from None
    KINDS[kind].check(session, name, text)


def _policies(_session: Session) -> dict[str, str]:
    return file_texts()


def _check_policy(session: Session, name: str, text: str) -> None:
    published = {other: one.text for other, one in newest(session, DocumentKind.POLICY).items()}
    try:
        check_policy(text, name, published)
    except PolicyInvalid as wrong:
        raise DocumentInvalid(str(wrong)) from None
    except PoliciesOverlap as overlap:
        raise DocumentInvalid(f"同一天有两份政策，或编号重复：{overlap}。请先给前一份写上 valid_to") from None


def _preparations(session: Session) -> dict[str, str]:
    hospital = get_hospital()
    return {name: "\n".join(hospital.preparation(session, name)) for name in hospital.examination_names(session)}


def _check_preparation(_session: Session, _name: str, text: str) -> None:
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise DocumentInvalid(f"最多 {MOST_LINES} 行，患者才看得完")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            raise DocumentInvalid(f"第 {number} 行是空的")
        if len(line) > LONGEST_LINE:
            raise DocumentInvalid(f"第 {number} 行太长，最多 {LONGEST_LINE} 个字")


KINDS = {
    Knowledge.POLICY: Kind(_policies, _check_policy, open_ended=True),
    Knowledge.PREPARATION: Kind(_preparations, _check_preparation, open_ended=False),
}
