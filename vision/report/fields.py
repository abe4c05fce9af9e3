"""What stands around the table: whose report it is (masked before it leaves), when it was made, which specimen."""

import re
import unicodedata
from collections.abc import Sequence

from vision.report.catalogue import specimen_of
from vision.report.cells import Cell
from vision.report.items import Dates, Patient
from vision.report.kinds import Sex, Specimen

BESIDE = 10.0
"""In heights: a field's value stands no further to the right of its label."""
OLDEST = 125.0
_LABELS = {
    "name": r"(?:患者|病人)?姓\s*名",
    "sex": r"性\s*别",
    "age": r"年\s*龄",
    "number": r"门诊号|住院号|病历号|病案号|病人号|患者编号|登记号|就诊卡号?|卡号|[Ii][Dd]号?|体检号",
}
_NEXT = re.compile(
    r"\s*(?:姓\s*名|性\s*别|年\s*龄|科\s*[室别]|床\s*号|[门住病就登标样条申送诊临费].{1,4}[号别室断型]?\s*[:：])"
)
_DATE = re.compile(
    r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s*[T]?\s*(\d{1,2})\s*[:：]\s*(\d{2}))?"
)
_WHEN = {
    "collected": re.compile(r"采样|采集|抽血|留取"),
    "received": re.compile(r"接收|收样|收到|核收|送检(?:时间|日期)"),
    "reported": re.compile(r"报告(?:时间|日期)?[:：\s]|报告[时日]|审核[时日]|发布[时日]|检[验测查][时日]"),
}
_AGE = re.compile(r"(\d{1,3})\s*(岁|周岁|Y|月|天|日)?")
_TO_YEARS = {"月": 1 / 12, "天": 1 / 365.25, "日": 1 / 365.25}
_NAME = re.compile(r"[\u4e00-\u9fff·*＊×xX○]{2,6}|[A-Za-z][A-Za-z .·*]{1,30}")
_HIDDEN = "*＊×xX○"
_EXAMINED = re.compile(r"[拾捡俭险](?=[验查])")
"""What the 检 of a title is read as."""
_TITLE = re.compile(r"报告单|检验报告|化验单|检查报告|报告书|诊断报告|检验单|出院(?:记录|小结)")
LONGEST_TITLE = 40


def read_patient(cells: Sequence[Cell], expected: str | None = None) -> tuple[Patient, Sex | None]:
    """The patient's fields, masked, and the sex that ranges go by. ``expected`` is the name that the caller knows; it
    is only compared and kept nowhere."""
    name, certain = _name(cells)
    told = _field(cells, "sex")
    sex = Sex.MALE if "男" in told else Sex.FEMALE if "女" in told else None
    number = re.search(r"[A-Za-z]?\d{4,20}", _field(cells, "number"))
    patient = Patient(
        name=masked_name(name) if name else None,
        sex=None if sex is None else sex.value,
        age_years=_age(_field(cells, "age")),
        number=masked_number(number[0]) if number else None,
        matches=same_name(name, expected, certain=certain) if name and expected else None,
    )
    return patient, sex


def names_on(cells: Sequence[Cell]) -> set[str]:
    """Every name in a field of that name; never leaves the process."""
    pattern = re.compile(_LABELS["name"])
    return {found for cell in cells if pattern.search(cell.text) and (found := _name([cell, *cells])[0])}


def read_dates(cells: Sequence[Cell]) -> Dates:
    """When the specimen was taken and received, and the report made."""
    found: dict[str, str] = {}
    for cell in cells:
        for field, label in _WHEN.items():
            place = label.search(cell.text)
            if place is None or field in found:
                continue
            date = _DATE.search(cell.text, place.end()) or _DATE.search(_beside(cells, cell))
            if date is not None and (told := _iso(date)) is not None:
                found[field] = told
    return Dates(**found)


def read_specimen(cells: Sequence[Cell]) -> Specimen | None:
    """The specimen that a field names, else the title."""
    labelled = [cell for cell in cells if re.match(r"[标样]本", cell.text)]
    for cell in labelled:
        value = re.sub(r"^[标样]本(?:种类|类型|名称|类别)?\s*[:：]?", "", cell.text) or _beside(cells, cell)
        if found := specimen_of(value):
            return found
    for cell in cells:
        if (_TITLE.search(cell.text) or "常规" in cell.text) and (found := specimen_of(cell.text)):
            return found
    return None


def read_title(cells: Sequence[Cell]) -> str | None:
    """The sheet's title as printed, the highest line of those that say what it is."""
    titles = [cell for cell in cells if _TITLE.search(cell.text) and len(cell.text) <= LONGEST_TITLE]
    titles = [cell for cell in titles if not re.search(r"[:：]|本报告|此报告", cell.text)]
    return _EXAMINED.sub("检", max(titles, key=lambda cell: cell.spot.height).text) if titles else None


def titles_apart(cells: Sequence[Cell]) -> bool:
    """Whether there are titles of two sheets: side by side, or far below each other."""
    titles = [cell for cell in cells if re.search(r"(?:报告单|化验单|检验单)$", cell.text) and ":" not in cell.text]
    titles = [
        cell
        for cell in titles
        if len(cell.text) <= LONGEST_TITLE and "：" not in cell.text and "本" not in cell.text[:1]
    ]
    return any(
        abs(a.spot.middle - b.spot.middle) > 15 * a.spot.height or a.spot.right < b.spot.left - 4 * a.spot.height
        for a in titles
        for b in titles
    )


def masked_name(name: str) -> str:
    """``王小明`` as ``王*明``, ``李四`` as ``李*``."""
    plain = name.strip()
    return plain[0] + "*" * max(1, len(plain) - 2) + (plain[-1] if len(plain) > 2 else "")  # noqa: PLR2004


def masked_number(number: str) -> str:
    """The first three and the last four characters of a long number, as COMPLIANCE has it; less of a short one."""
    return f"{number[:3]}**{number[-4:]}" if len(number) > 8 else f"{number[:1]}**{number[-1:]}"  # noqa: PLR2004


def same_name(read: str, expected: str, *, certain: bool = True) -> bool | None:
    """Whether two names are one person's: None where the sheet hides it or a single character may be misread."""
    one, other = _plain(read), _plain(expected)
    if one == other:
        return True
    if len(one) != len(other):
        return False
    seen = [(a, b) for a, b in zip(one, other, strict=True) if a not in _HIDDEN]
    wrong = sum(a != b for a, b in seen)
    if wrong == 0:
        return True if len(seen) > 1 else None
    return None if wrong == 1 and not certain else False


def _plain(name: str) -> str:
    return re.sub(r"[\s·.]", "", unicodedata.normalize("NFKC", name)).lower()


def _name(cells: Sequence[Cell]) -> tuple[str | None, bool]:
    told = _field(cells, "name")
    found = _NAME.match(told.strip())
    if not found:
        return None, False
    name = found[0].strip()
    if re.fullmatch(r"性别?|年龄?|科[室别]?|床号?", name):
        return None, False
    line = next((cell.line for cell in cells if name in cell.line.text), None)
    start = line.text.index(name) if line else 0
    return name, line is not None and min(line.sure[start : start + len(name)], default=0.0) >= 0.9  # noqa: PLR2004


def _field(cells: Sequence[Cell], which: str) -> str:
    pattern = re.compile(rf"(?:{_LABELS[which]})\s*[:：]?\s*")
    for cell in cells:
        found = pattern.search(cell.text)
        if found is None:
            continue
        rest = cell.text[found.end() :]
        following = _NEXT.search(rest)
        value = (rest[: following.start()] if following else rest).strip(" :：")
        if not value and not following:
            value = _beside(cells, cell).strip(" :：")
        if value:
            return value
    return ""


def _beside(cells: Sequence[Cell], label: Cell) -> str:
    right = [
        cell
        for cell in cells
        if 0 <= cell.spot.left - label.spot.right + label.spot.height < BESIDE * label.spot.height
        and abs(cell.spot.middle - label.spot.middle) < 0.6 * label.spot.height
        and cell is not label
    ]
    return min(right, key=lambda cell: cell.spot.left).text if right else ""


def _age(text: str) -> float | None:
    found = _AGE.search(text)
    if not found:
        return None
    years = float(found[1]) * _TO_YEARS.get(found[2] or "岁", 1.0)
    return round(years, 3) if 0 <= years <= OLDEST else None


def _iso(date: re.Match[str]) -> str | None:
    year, month, day = int(date[1]), int(date[2]), int(date[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004
        return None
    told = f"{year:04}-{month:02}-{day:02}"
    if date[4] is not None and int(date[4]) < 24 and int(date[5]) < 60:  # noqa: PLR2004
        told += f"T{int(date[4]):02}:{date[5]}"
    return told
