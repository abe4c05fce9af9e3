"""The demo hospital's rota and its invented doctors."""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from care.booking.doctors import skill_words
from hospital.demo.rota import HALF_DAYS, holidays, sits, sittings
from hospital.demo.staff import STAFFING, department_infos, described, invented_doctors
from hospital.protocol import PartOfDay
from language.departments import all_departments

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("doctors", sorted({len(titles) for titles in STAFFING}))
def test_somebody_sits_every_half_day_and_everybody_in_mornings_and_afternoons(doctors: int) -> None:
    seen: Counter[tuple[int, PartOfDay]] = Counter()
    for day in (MONDAY + timedelta(days=step) for step in range(6)):
        for part in HALF_DAYS:
            on_duty = [position for position in range(doctors) if sits(position, doctors, day, part)]
            assert on_duty
            seen.update((position, part) for position in on_duty)
    assert {position for position, _ in seen} == set(range(doctors))
    assert len(seen) == doctors * len(HALF_DAYS)


def test_sundays_are_free() -> None:
    assert not any(sits(position, 3, MONDAY + timedelta(days=6), part) for position in range(3) for part in HALF_DAYS)


def test_half_hours_of_a_morning() -> None:
    found = list(sittings(MONDAY, PartOfDay.MORNING, ZoneInfo("Asia/Shanghai")))
    assert [f"{one.starts_at:%H:%M}" for one in found][:2] == ["08:00", "08:30"]
    assert f"{found[-1].ends_at:%H:%M}" == "12:00"


def test_fixed_holidays() -> None:
    assert holidays(date(2026, 12, 20), date(2027, 1, 16)) == {date(2027, 1, 1): "元旦"}


def test_every_bookable_department_has_two_to_four_doctors_of_different_names() -> None:
    doctors = invented_doctors()
    staff = Counter(doctor["department"] for doctor in doctors)
    assert set(staff) == {one.name for one in department_infos() if not one.walk_in}
    assert set(staff.values()) <= {2, 3, 4}
    assert len({doctor["name"] for doctor in doctors}) == len({doctor["id"] for doctor in doctors}) == len(doctors)


def test_departments_and_skills_agree_with_the_catalogues() -> None:
    assert set(described()) == {department.name for department in all_departments()}
    tags = {tag for described in described().values() for tag in described["skills"]}
    assert tags == set(skill_words())


def test_all_skills_of_a_department_are_somebodys() -> None:
    known = {(doctor["department"], tag) for doctor in invented_doctors() for tag in doctor["skills"]}
    wanted = {
        (info.name, tag) for info in department_infos() if not info.walk_in for tag in described()[info.name]["skills"]
    }
    assert wanted <= known
