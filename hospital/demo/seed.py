"""Fills the demo hospital: invented doctors, and a schedule that always reaches 28 days ahead.

Both may run at any time and any number of times; what is there already stays as it is, bookings included.
"""

import hashlib
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hospital.demo.rota import CAPACITY, HALF_DAYS, HORIZON_DAYS, holidays, sits, sittings
from hospital.demo.tables import DemoClosedDay, DemoDoctor, DemoSlot
from hospital.protocol import DepartmentInfo
from language.departments import all_departments
from settings import get_settings

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
CHUNK = 5_000


@lru_cache(maxsize=1)
def _described() -> dict[str, dict[str, Any]]:
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
            place=_described().get(one.name, {}).get("place", "门诊楼1层"),
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
        skills = _described().get(info.name, {}).get("skills", [info.name])
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


def seed(session: Session, now: datetime, *, days: int = HORIZON_DAYS) -> None:
    """Doctors, fixed holidays and the schedule of the next ``days``; harmless when repeated."""
    _insert_missing(session, DemoDoctor.__table__, list(invented_doctors()))
    extend_schedule(session, now, days=days)


def extend_schedule(session: Session, now: datetime, *, days: int = HORIZON_DAYS) -> int:
    """Make the schedule reach ``days`` from ``now``; returns how many slots were added. Run once a day."""
    first = now.astimezone(get_settings().zone).date()
    last = first + timedelta(days=days - 1)
    closed = [{"day": day, "reason": reason} for day, reason in holidays(first, last).items()]
    # Only days beyond what was ever planned get the fixed holidays, so that a reopened one stays open.
    planned_to = session.scalar(select(func.max(DemoSlot.day)))
    _insert_missing(
        session, DemoClosedDay.__table__, [row for row in closed if planned_to is None or row["day"] > planned_to]
    )
    return _insert_missing(session, DemoSlot.__table__, _slot_rows(session, first, last))


def _slot_rows(session: Session, first: date, last: date) -> list[dict[str, Any]]:
    zone = get_settings().zone
    shut = set(session.scalars(select(DemoClosedDay.day).where(DemoClosedDay.day.between(first, last))))
    full = {
        (doctor_id, day)
        for doctor_id, day in session.execute(
            select(DemoSlot.doctor_id, DemoSlot.day).where(DemoSlot.day.between(first, last)).distinct()
        )
    }
    doctors = list(session.scalars(select(DemoDoctor).order_by(DemoDoctor.department, DemoDoctor.position)))
    staff: dict[str, int] = {}
    for doctor in doctors:
        staff[doctor.department] = staff.get(doctor.department, 0) + 1
    rows: list[dict[str, Any]] = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        if day in shut:
            continue
        plan = {part: list(sittings(day, part, zone)) for part in HALF_DAYS}
        for doctor, part in product(doctors, HALF_DAYS):
            if (doctor.id, day) in full or not sits(doctor.position, staff[doctor.department], day, part):
                continue
            rows += [
                {
                    "id": f"{doctor.id}-{sitting.starts_at:%Y%m%d%H%M}",
                    "doctor_id": doctor.id,
                    "department": doctor.department,
                    "day": day,
                    "part_of_day": part.value,
                    "starts_at": sitting.starts_at,
                    "ends_at": sitting.ends_at,
                    "capacity": CAPACITY.get(doctor.title, 4),
                    "taken": 0,
                    "stopped": False,
                }
                for sitting in plan[part]
            ]
    return rows


def _insert_missing(session: Session, table: Any, rows: list[dict[str, Any]]) -> int:
    assert isinstance(table, Table)
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    added = 0
    for start in range(0, len(rows), CHUNK):
        insert = postgresql.insert(table) if on_postgresql else sqlite.insert(table)
        # Two processes may extend at once: whoever is second adds nothing.
        session.execute(insert.on_conflict_do_nothing(), rows[start : start + CHUNK])
        added += len(rows[start : start + CHUNK])
    return added
