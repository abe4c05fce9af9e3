"""What may not stand in words that every patient may be told."""

import re

from records.masking import find_personal
from records.masking.kinds import PersonalKind

# The hospital's own telephone and a doctor's name are no patient's.
_ALLOWED = frozenset({PersonalKind.NAME_DOCTOR, PersonalKind.PHONE})
_DOSE = re.compile(r"[\d一二两三四五六七八九十半]\s*(?:毫克|微克|mg|μg|ug|片|粒|丸|支|滴|单位)", re.IGNORECASE)


class NamesSomebody(ValueError):
    """What every patient may be told holds somebody's personal data."""


class NamesDose(ValueError):
    """What patients are told names how much of a medicine to take; the message is the words that do."""


def refuse_personal(*texts: str) -> None:
    """Raise :class:`NamesSomebody` when one of these holds a patient's data."""
    for text in texts:
        if any(span.kind not in _ALLOWED for span in find_personal(text)):
            raise NamesSomebody


def refuse_dose(*texts: str) -> None:
    """Raise :class:`NamesDose` when one of these names a dose: only the doctor who prescribes says that."""
    for text in texts:
        if found := _DOSE.search(text):
            raise NamesDose(found.group())
