"""Whose visits count, and for how long; what the hospital says of examinations."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from care.consent import Purpose, give, withdraw
from care.preparation import booked_for, named, preparation_for
from care.recent import departments_of, recent_visits, when_ago
from hospital.demo import seed
from hospital.demo.examinations import book_examination
from hospital.demo.service import DemoHospital
from records.patients import Account
from tests.integration.booking.house import NOW, new_account, new_patient


@pytest.fixture
def hospital(session: Session) -> DemoHospital:
    seed(session, NOW, days=12)
    return DemoHospital()


@pytest.fixture
def account(session: Session) -> Account:
    made = new_account(session)
    give(session, made.id, Purpose.CONSULTATION)
    return made


def visit(session: Session, hospital: DemoHospital, patient_id: str, department: str = "心血管内科") -> datetime:
    """A booking of today's first slot; it counts as a visit once it is over."""
    slot = hospital.slots(session, after=NOW, department=department)[0]
    hospital.book(session, slot_id=slot.id, patient_id=patient_id)
    return slot.ends_at


def departments(
    session: Session, hospital: DemoHospital, account: Account, *, at: datetime, kinship: str | None = None
) -> tuple[str, ...]:
    found = recent_visits(session, hospital, account_id=account.id, kinship=kinship, now=at)
    return departments_of(found)


def test_a_visit_counts_once_it_is_over_and_for_a_month(
    session: Session, hospital: DemoHospital, account: Account
) -> None:
    over = visit(session, hospital, new_patient(session, account).id)
    assert departments(session, hospital, account, at=over - timedelta(minutes=1)) == ()
    assert departments(session, hospital, account, at=over) == ("心血管内科",)
    assert departments(session, hospital, account, at=over + timedelta(days=29)) == ("心血管内科",)
    assert departments(session, hospital, account, at=over + timedelta(days=31)) == ()


def test_a_cancelled_booking_is_no_visit(session: Session, hospital: DemoHospital, account: Account) -> None:
    patient = new_patient(session, account)
    slot = hospital.slots(session, after=NOW, department="骨科")[0]
    hospital.cancel(session, booking=hospital.book(session, slot_id=slot.id, patient_id=patient.id))
    assert departments(session, hospital, account, at=slot.ends_at) == ()


def test_only_of_the_one_who_is_spoken_of(session: Session, hospital: DemoHospital, account: Account) -> None:
    own, mother = new_patient(session, account), new_patient(session, account, "母亲")
    visit(session, hospital, own.id, "骨科")
    over = visit(session, hospital, mother.id, "眼科") + timedelta(days=1)
    assert departments(session, hospital, account, at=over) == ("骨科",)
    assert departments(session, hospital, account, at=over, kinship="母亲") == ("眼科",)
    assert departments(session, hospital, account, at=over, kinship="父亲") == ()


def test_of_two_children_it_is_not_known_which(session: Session, hospital: DemoHospital, account: Account) -> None:
    visit(session, hospital, new_patient(session, account, "孩子").id)
    over = visit(session, hospital, new_patient(session, account, "孩子").id, "眼科")
    assert departments(session, hospital, account, at=over + timedelta(days=1), kinship="孩子") == ()


def test_never_another_accounts_and_never_without_consent(
    session: Session, hospital: DemoHospital, account: Account
) -> None:
    over = visit(session, hospital, new_patient(session, account).id)
    stranger = new_account(session)
    give(session, stranger.id, Purpose.CONSULTATION)
    new_patient(session, stranger)
    assert departments(session, hospital, stranger, at=over) == ()
    withdraw(session, account.id, Purpose.CONSULTATION)
    assert departments(session, hospital, account, at=over) == ()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 26), "今天"),
        (date(2026, 11, 25), "昨天"),
        (date(2026, 11, 23), "这周"),
        (date(2026, 11, 22), "上周"),
        (date(2026, 11, 16), "上周"),
        (date(2026, 11, 15), "11月15日"),
    ],
)
def test_how_long_ago_in_words(day: date, said: str) -> None:
    assert when_ago(day, today=date(2026, 11, 26)) == said


def test_examinations_of_the_accounts_patients(session: Session, hospital: DemoHospital, account: Account) -> None:
    own, mother = new_patient(session, account), new_patient(session, account, "母亲")
    tomorrow = NOW + timedelta(days=1)
    book_examination(
        session, patient_id=mother.id, name="无痛胃镜", starts_at=tomorrow + timedelta(hours=1), place="内镜中心"
    )
    book_examination(session, patient_id=own.id, name="胸部CT平扫", starts_at=tomorrow, place="放射科")
    book_examination(session, patient_id=own.id, name="腹部彩超", starts_at=NOW - timedelta(days=1), place="超声科")

    def names(kinship: str | None, of: Account = account) -> list[str]:
        found = booked_for(session, hospital, account_id=of.id, kinship=kinship, now=NOW)
        return [one.examination.name for one in found]

    assert names(None) == ["胸部CT平扫", "无痛胃镜"]
    assert names("母亲") == ["无痛胃镜"]
    assert names("父亲") == []
    assert names(None, new_account(session)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("做ct要空腹吗", ("CT",)),
        ("增强CT要禁食吗", ("增强CT",)),
        ("查肝功能能喝水吗", ("抽血",)),
        ("明天做核磁", ("磁共振",)),
        ("动态心电图能洗澡吗", ("动态心电图",)),
        ("做胃镜和肠镜要准备什么", ("胃镜", "肠镜")),
        ("要空腹吗", ()),
        ("看手相要空腹吗", ()),
    ],
)
def test_what_people_call_examinations(
    session: Session, hospital: DemoHospital, text: str, names: tuple[str, ...]
) -> None:
    assert named(text, hospital.examination_names(session)) == names


def test_an_ultrasound_may_be_any_of_several(session: Session, hospital: DemoHospital) -> None:
    found = named("做B超要憋尿吗", hospital.examination_names(session))
    assert len(found) > 2
    assert all(name.endswith("彩超") for name in found)


def test_what_the_hospital_does_not_say_is_not_made_up(session: Session, hospital: DemoHospital) -> None:
    assert any("空腹" in line for line in preparation_for(session, hospital, "腹部CT平扫"))
    assert preparation_for(session, hospital, "看手相") == ()


def test_preparation_names_no_dose(session: Session, hospital: DemoHospital) -> None:
    for name in hospital.examination_names(session):
        for line in hospital.preparation(session, name):
            assert not any(unit in line for unit in ("毫克", "毫升", "mg", "ml", "片", "粒", "袋", "盒")), (name, line)
