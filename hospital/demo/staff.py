"""The demo hospital's departments and its invented doctors. Deterministic, no dice."""

import hashlib
from decimal import Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from hospital.protocol import DepartmentInfo
from language.departments import all_departments

FEES = {"主任医师": Decimal("50.00"), "副主任医师": Decimal("35.00"), "主治医师": Decimal("25.00")}
STAFFING = (
    ("主任医师", "主治医师"),
    ("主任医师", "副主任医师", "主治医师"),
    ("主任医师", "副主任医师", "主治医师", "主治医师"),
)
WALK_IN = frozenset({"急诊科"})
SURNAMES = (
    "林陈黄周吴徐孙朱高郭何罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "知衡 予安 景行 若谷 怀瑾 清越 思齐 明澈 远舟 以宁 云舒 嘉言 "
    "书白 闻笛 望舒 静姝 北辰 子衿 修远 允和 乐山 松龄 素问 杏初"
)


@lru_cache(maxsize=1)
def described() -> dict[str, dict[str, Any]]:
    """The catalogue of ``departments.yaml``: place and skills by department."""
    file = Path(__file__).parent / "departments.yaml"
    found: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def department_infos() -> tuple[DepartmentInfo, ...]:
    """Every department of the house's catalogue, with its place."""
    return tuple(
        DepartmentInfo(
            name=one.name,
            parent=one.parent,
            place=described().get(one.name, {}).get("place", "门诊楼1层"),
            walk_in=one.name in WALK_IN,
        )
        for one in all_departments()
    )


def department_key(name: str) -> str:
    """Five hexadecimal digits that stay the same when the catalogue grows or is put in another order."""
    return hashlib.sha256(name.encode()).hexdigest()[:5]


@lru_cache(maxsize=1)
def invented_doctors() -> tuple[dict[str, Any], ...]:
    """Rows of ``demo_doctor``: 2 to 4 a department, none in the walk-in ones; every name is different."""
    names = [surname + given for given, surname in product(GIVEN.split(), SURNAMES)]
    rows: list[dict[str, Any]] = []
    for index, info in enumerate(one for one in department_infos() if not one.walk_in):
        skills = described().get(info.name, {}).get("skills", [info.name])
        titles = STAFFING[index % len(STAFFING)]
        for position, title in enumerate(titles):
            # Each doctor knows a stretch of the department's tags; together they know all of them.
            known = [tag for place, tag in enumerate(skills * 2) if place % len(titles) == position]
            rows.append(
                {
                    "id": f"{department_key(info.name)}{position}",
                    # A step prime to both lists, so that neither surnames nor given names come in a row.
                    "name": names[len(rows) * 103 % len(names)],
                    "title": title,
                    "department": info.name,
                    "skills": list(dict.fromkeys(known))[:4] or [info.name],
                    "fee": FEES[title],
                    "place": f"{info.place}{position + 1}诊室",
                    "position": position,
                }
            )
    return tuple(rows)
