"""What is shown in an item's place: enough for its owner to know it again, too little for anyone to rebuild it."""

import re

from records.masking.kinds import PersonalKind
from records.masking.lexicon import name_lexicon, place_lexicon
from records.masking.normal import normalise, spoken_digits

_PUBLIC_MAIL = re.compile(
    r"@(?:163|126|139|189|qq|foxmail|sina|sohu|aliyun|gmail|outlook|hotmail|yahoo|icloud|yeah|wo|tom)\.(?:com|net|cn)(?:\.cn)?$",
    re.IGNORECASE,
)
_LONG = 10  # digits; of a shorter number only the last two are shown
_ID_LENGTH = 15
_INITIALS = 2  # of so short an address even the first character would say too much
_MOBILE = re.compile(r"(?:0{0,2}86|0)?(1[3-9]\d)\d{4}(\d{4})")


def shown_form(original: str, kind: PersonalKind) -> str:
    """The masked form of ``original``, at most 40 characters, for example ``450**1990`` or ``138****5678``."""
    normal = normalise(original).strip()
    if kind in (PersonalKind.NAME, PersonalKind.NAME_DOCTOR):
        return _name(normal)
    if kind is PersonalKind.ADDRESS:
        return _address(normal)
    if kind is PersonalKind.EMAIL:
        public = _PUBLIC_MAIL.search(normal.replace(" ", ""))
        initial = normal[:1] if normal.find("@") > _INITIALS else ""
        return f"{initial}***{public[0] if public else '@***'}"
    if kind is PersonalKind.ACCOUNT:
        return "****"
    return _number(normal, kind)


def _name(normal: str) -> str:
    return f"{normal[: 2 if normal[:2] in name_lexicon().double_surnames else 1]}**"


def _address(normal: str) -> str:
    compact = normal.replace(" ", "")
    province = place_lexicon().province.match(compact)
    rest = compact[province.end() :] if province else compact
    city = place_lexicon().city.match(rest)
    return f"{province[0] if province else ''}{city[0] if city else ''}****"


def _number(normal: str, kind: PersonalKind) -> str:
    compact = re.sub(r"[^0-9A-Za-z]", "", spoken_digits(normal) or normal).upper()
    if kind is PersonalKind.PHONE:
        mobile = _MOBILE.fullmatch(compact)
        return f"{mobile[1]}****{mobile[2]}" if mobile else f"****{compact[-2:]}"
    if kind is PersonalKind.ID and len(compact) >= _ID_LENGTH:
        return f"{compact[:3]}**{compact[-4:]}"
    if kind is PersonalKind.BANK_CARD and len(compact) > _LONG:
        return f"{compact[:4]}****{compact[-4:]}"
    return f"****{compact[-4:] if len(compact) > _LONG else compact[-2:]}"
