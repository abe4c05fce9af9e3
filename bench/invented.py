"""Personal numbers that nobody has, invented while measuring, in the disguises that people write them in.

No number stands in the project: each is drawn anew from a seed. Check digits are right (GB 11643-1999, ISO/IEC 7812);
district 0000 does not exist, so no identity number is anyone's.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from care.booking.identity import check_digit
from records.masking.checksums import luhn_holds

_FULL_WIDTH = str.maketrans("0123456789Xx@.", "０１２３４５６７８９Ｘｘ＠．")
_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_SAID = str.maketrans("0123456789", "零幺二三四五六七八九")
_CAPITAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
_CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MARKED = re.compile(r"«(\w+) ([^»]*)»")


class Inventor:
    """Draws numbers from ``seed``; the same seed draws the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def fill(self, template: str) -> str:
        """``template`` with every ``{name}`` drawn; raises ``KeyError`` for a name that nobody knows."""
        return _PLACEHOLDER.sub(lambda match: self._draw(match[1]), template)

    def _draw(self, name: str) -> str:
        if name in _WHOLE:
            return _WHOLE[name](self)
        what, _, disguise = name.partition("_")
        return _DISGUISES[disguise](_PLAIN[what](self))

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))

    def letters(self, count: int) -> str:
        return "".join(self._random.choices("abcdefghijkmnpqrstuvwxyz", k=count))

    def pick(self, *choices: str) -> str:
        return self._random.choice(choices)

    def born(self) -> str:
        return f"19{self._random.randint(40, 99)}{self._random.randint(1, 12):02d}{self._random.randint(1, 28):02d}"

    def identity(self) -> str:
        body = f"{self.pick('11', '32', '44', '51')}0000{self.born()}{self.digits(3)}"
        return body + check_digit(body)

    def mobile(self) -> str:
        return f"1{self.pick('38', '59', '86', '77', '91', '50')}{self.digits(8)}"

    def card(self, length: int) -> str:
        body = f"62{self.digits(length - 3)}"
        return next(body + last for last in "0123456789" if luhn_holds(body + last))

    def email(self) -> str:
        return f"{self.letters(6)}{self.digits(2)}@{self.pick('163', 'qq', 'sina')}.com"


def _grouped(number: str, mark: str) -> str:
    """In the groups in which such a number is usually said."""
    sizes = {11: (3, 4, 4), 18: (6, 4, 4, 4)}.get(len(number), (4,) * (len(number) // 4 + 1))
    groups, rest = [], number
    for size in sizes:
        groups.append(rest[:size])
        rest = rest[size:]
    return mark.join(group for group in groups if group)


def _cut(number: str, mark: str) -> str:
    return number[: len(number) // 2] + mark + number[len(number) // 2 :]


_PLAIN: dict[str, Callable[[Inventor], str]] = {
    "id18": Inventor.identity,
    "mobile": Inventor.mobile,
    "email": Inventor.email,
    "bank": lambda invent: invent.card(19),
}

_DISGUISES: dict[str, Callable[[str], str]] = {
    "": str,
    "spaced": lambda number: _grouped(number, " ") if "@" not in number else number.replace("@", " @ "),
    "dashed": lambda number: _grouped(number, "-"),
    "dots": lambda number: _grouped(number, "."),
    "slash": lambda number: _grouped(number, "/"),
    "stars": lambda number: _grouped(number, "*"),
    "comma": lambda number: _grouped(number, "，"),
    "underscore": lambda number: _grouped(number, "_"),
    "slow": " ".join,
    "full": lambda number: number.translate(_FULL_WIDTH),
    "cn": lambda number: number.translate(_CHINESE).replace("@", "艾特").replace(".", "点"),
    "yao": lambda number: number.translate(_SAID),
    "capital": lambda number: number.translate(_CAPITAL),
    "circled": lambda number: number.translate(_CIRCLED),
    "mixed": lambda number: number[:3] + number[3:7].translate(_CHINESE) + number[7:],
    "zero_width": "\u200b".join,
    "break": lambda number: _cut(number, "\n"),
    "lower": lambda number: number.lower(),
    "upper": lambda number: number.upper(),
    "86": lambda number: f"86{number}",
    "86_dashed": lambda number: f"86-{number}",
    "paren": lambda number: f"{number[:3]}({number[3:7]}){number[7:]}",
    "at_cn": lambda number: number.replace("@", "艾特"),
    "at_paren": lambda number: number.replace("@", "(at)"),
    "hash": lambda number: number.replace("@", "#"),
}

_WHOLE: dict[str, Callable[[Inventor], str]] = {
    "id15": lambda invent: f"110000{invent.born()[2:]}{invent.digits(3)}",
    "passport": lambda invent: invent.pick("G", "E") + invent.digits(8),
    "passport_e": lambda invent: "E" + invent.pick("A", "B", "J") + invent.digits(7),
    "hk_permit": lambda invent: "H" + invent.digits(8),
    "macau_permit": lambda invent: "M" + invent.digits(10),
    "hkid": lambda invent: f"{invent.pick('A', 'K', 'Z')}{invent.digits(6)}({invent.digits(1)})",
    "taiwan_permit": lambda invent: invent.digits(8),
    "military": lambda invent: f"{invent.pick('军', '南', '海')}字第{invent.digits(7)}号",
    "soldier": lambda invent: f"士字第{invent.digits(8)}号",
    "permanent": lambda invent: f"USA{invent.digits(12)}",
    "residence": lambda invent: f"810000{invent.identity()[6:]}",
    "landline": lambda invent: f"0{invent.pick('10', '21', '755')}-{invent.pick('6', '8')}{invent.digits(7)}",
    "landline_spaced": lambda invent: f"0571 {invent.pick('6', '8')}{invent.digits(3)} {invent.digits(4)}",
    "landline_paren": lambda invent: f"028）{invent.pick('6', '8')}{invent.digits(7)}",
    "landline_ext": lambda invent: f"010-{invent.pick('6', '8')}{invent.digits(7)}转{invent.digits(3)}",
    "landline_local": lambda invent: f"{invent.pick('6', '8')}{invent.digits(7)}",
    "hk_phone": lambda invent: f"+852 {invent.pick('6', '9')}{invent.digits(3)} {invent.digits(4)}",
    "bank16": lambda invent: invent.card(16),
    "bank19": lambda invent: invent.card(19),
    "bank19_spaced": lambda invent: _grouped(invent.card(19), " "),
    "record": lambda invent: invent.digits(8),
    "record_letters": lambda invent: f"M{invent.digits(9)}",
    "insurance": lambda invent: invent.digits(10),
    "insurance_letters": lambda invent: f"A{invent.digits(8)}X",
    "wechat": lambda invent: f"{invent.letters(7)}_{invent.digits(3)}",
    "qq": lambda invent: invent.pick("2", "4", "8") + invent.digits(8),
    "plate": lambda invent: f"{invent.pick('京', '沪', '粤')}{invent.pick('A', 'B')}{invent.digits(5)}",
    "plate_green": lambda invent: f"{invent.pick('京', '沪', '粤')}AD{invent.digits(5)}",
    "plate_dot": lambda invent: f"{invent.pick('京', '沪', '粤')}B·{invent.digits(5)}",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence with its numbers filled in; ``items`` are ``(start, end, kind)`` in its characters, in order."""

    text: str
    items: tuple[tuple[int, int, str], ...]


def written(template: str, inventor: Inventor) -> Written:
    """A line such as ``电话«PHONE {mobile}»`` filled in; ``\\n`` in it is a line break."""
    parts: list[str] = []
    items: list[tuple[int, int, str]] = []
    last = length = 0
    template = template.replace("\\n", "\n")
    for match in _MARKED.finditer(template):
        before, item = template[last : match.start()], inventor.fill(match[2])
        items.append((length + len(before), length + len(before) + len(item), match[1]))
        parts += before, item
        length += len(before) + len(item)
        last = match.end()
    return Written("".join([*parts, template[last:]]), tuple(items))
