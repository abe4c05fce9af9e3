"""Insurance, preparation, the last visit and doctors, in conversations with the real assistant."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from care.booking import family
from care.consent import Purpose, give
from care.insurance import policies
from care.replies import DepartmentCard, EmergencyCard, InsuranceCard, SlotCard
from hospital.demo.examinations import book_examination
from hospital.demo.service import DemoHospital
from hospital.demo.tables import DemoBooking, DemoDoctor, DemoSlot
from records.conversations import Holder
from records.patients import Patient as Person
from records.patients import Relation
from settings import get_settings
from tests.integration.assistant import RASA, Assistant, Patient, running_assistant

pytestmark = [
    pytest.mark.rasa,
    pytest.mark.skipif(not RASA.exists(), reason="Rasa's environment is not there: make sets it up"),
]

ZONE = get_settings().zone


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with running_assistant(tmp_path_factory.mktemp("assistant") / "var", now=datetime.now(ZONE)) as it:
        yield it


@pytest.fixture
def patient(assistant: Assistant) -> Patient:
    """Somebody new who has agreed that what they say of their health is used."""
    arrived = assistant.patient()
    with assistant.records() as session:
        give(session, arrived.account_id, Purpose.CONSULTATION)
    return arrived


def registered(patient: Patient, kinship: str = "本人") -> str:
    """A patient of the account, without any personal data; returns the id."""
    with patient.assistant.records() as session:
        person = Person(name_shown="林**")
        session.add(person)
        session.flush()
        session.add(Relation(account_id=patient.account_id, patient_id=person.id, kinship=kinship))
        return person.id


def was_seen(patient: Patient, person: str, department: str, *, days_ago: int = 6) -> str:
    """A kept visit in the hospital's records, some days ago; returns the doctor's name."""
    at = datetime.now(ZONE).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    with patient.assistant.records() as session:
        query = select(DemoDoctor).where(DemoDoctor.department == department).order_by(DemoDoctor.position.desc())
        doctor = session.scalars(query).first()
        assert doctor is not None
        slot_id = f"{doctor.id}-past-{person}"[:32]
        session.add(
            DemoSlot(
                id=slot_id,
                doctor_id=doctor.id,
                department=department,
                day=at.date(),
                part_of_day="morning",
                starts_at=at,
                ends_at=at + timedelta(minutes=30),
                capacity=3,
                taken=1,
            )
        )
        session.flush()
        session.add(DemoBooking(number=f"P{person}", slot_id=slot_id, patient_id=person))
        return doctor.name


def has_examination(patient: Patient, person: str, name: str, *, in_days: int = 1) -> None:
    at = datetime.now(ZONE).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=in_days)
    with patient.assistant.records() as session:
        book_examination(session, patient_id=person, name=name, starts_at=at, place="门诊楼负一层放射科")


# Insurance


def test_a_sum_with_its_steps_its_policy_and_its_mark(patient: Patient) -> None:
    said = patient.says("我是居民医保,住院花了两万能报多少")
    card = patient.card
    assert isinstance(card, InsuranceCard)
    assert "¥11,850.00" in card.total
    policy = policies()[-1]
    for part in (policy.name, str(policy.valid_from), "示例", "¥8,150.00", "起付线"):
        assert part in said
    assert any(option.title == "转人工" for option in patient.offered)  # type: ignore[attr-defined]


def test_only_what_is_missing_is_asked_one_thing_at_a_time(patient: Patient) -> None:
    assert "哪一种医保" in patient.says("花了两万能报多少")
    assert "怎么看的" in patient.presses("居民医保")
    assert "¥11,850.00" in patient.presses("住院")


def test_answers_may_be_typed(patient: Patient) -> None:
    patient.says("帮我算算住院能报多少")
    assert "多少钱" in patient.says("职工的")
    assert "¥16,235.00" in patient.says("两万")


def test_corrections_and_what_if(patient: Patient) -> None:
    patient.says("我是居民医保,住院花了两万能报多少")
    for said, told in (
        ("不是居民是职工", "¥16,235.00"),
        ("退休呢", "职工医保（退休）"),
        ("那三万呢", "¥30,000.00"),
        ("门诊呢", "门诊"),
    ):
        assert told in patient.says(said), said
        assert len(patient.replies) == 1, "answered once, whatever intent led there"
    assert patient.says("好的"), "and the conversation goes on"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("异地就医怎么备案", "国家异地就医备案"),
        ("职工医保三级医院起付线多少", "¥900.00"),
        ("这个药是乙类报多少", "自己先付10%"),
        ("我医保在老家，在这里看能报吗", "参保地"),
        ("车祸住院医保报吗", "第三人"),
        ("没有医保怎么办", "自己付"),
        ("种牙医保给报吗", "没有写"),
    ],
)
def test_questions_without_a_sum(patient: Patient, asked: str, told: str) -> None:
    assert told in patient.says(asked)
    assert any(option.title == "转人工" for option in patient.offered)  # type: ignore[attr-defined]


def test_who_does_not_know_the_scheme_is_told_how_to_find_out(patient: Patient) -> None:
    patient.says("门诊能报销吗")
    assert "国家医保服务平台" in patient.presses("不清楚")


def test_an_answer_nobody_understands_ends_with_a_person(patient: Patient) -> None:
    patient.says("帮我算算职工住院能报多少")
    patient.hears("/nlu_fallback")
    assert "工作人员" in patient.hears("/nlu_fallback")
    assert patient.conversation.holder == Holder.WAITING


def test_insurance_in_the_middle_of_a_booking(patient: Patient) -> None:
    patient.says("我想挂骨科")
    said = patient.says("居民医保门诊能报多少")
    assert "起付线" in said
    assert isinstance(patient.card, SlotCard), "the booking's question is asked again"


def test_an_emergency_word_in_the_middle_of_insurance_is_triage(patient: Patient) -> None:
    patient.says("门诊能报销吗")
    patient.says("我胸口闷得慌，有一个小时了，还一直出冷汗，左边胳膊也疼")
    assert isinstance(patient.card, EmergencyCard)


# Preparation


def test_the_booked_examination_is_meant(patient: Patient) -> None:
    has_examination(patient, registered(patient), "腹部CT平扫")
    said = patient.says("要空腹吗")
    assert "腹部CT平扫" in said
    assert "空腹" in said
    assert "放射科" in said


def test_of_several_examinations_it_is_asked_which(patient: Patient) -> None:
    person = registered(patient)
    has_examination(patient, person, "胸部CT平扫")
    has_examination(patient, person, "无痛胃镜", in_days=2)
    assert "哪一项" in patient.says("检查前注意什么")
    assert "家人陪同" in patient.presses("无痛胃镜")


def test_a_named_examination_wins_over_the_booked_one(patient: Patient) -> None:
    has_examination(patient, registered(patient), "胸部CT平扫")
    assert "清肠" in patient.says("肠镜检查前要准备什么")


def test_without_a_booking_it_is_asked_kindly(patient: Patient) -> None:
    assert "哪一项" in patient.says("要空腹吗")
    assert "憋尿" in patient.presses("腹部彩超") or "空腹" in patient.replies[-1].text


def test_another_ones_examination_is_nobodys_business(assistant: Assistant, patient: Patient) -> None:
    stranger = assistant.patient()
    has_examination(stranger, registered(stranger), "胸部CT平扫")
    assert "CT平扫" not in patient.says("明天检查要空腹吗")


def test_the_mothers_examination_by_her_kinship(patient: Patient) -> None:
    has_examination(patient, registered(patient), "胸部CT平扫")
    has_examination(patient, registered(patient, "母亲"), "无痛胃镜", in_days=2)
    said = patient.says("我妈做检查要注意什么")
    assert "母亲" in said
    assert "胃镜" in said


# Coming back


def test_the_last_visit_is_asked_about_first(patient: Patient) -> None:
    doctor = was_seen(patient, registered(patient), "心血管内科")
    said = patient.says("又不舒服了")
    assert "心血管内科" in said
    assert "同样的情况" in said
    assert "哪里不舒服" in patient.says("是的")
    assert len(patient.replies) == 1
    patient.says("还是有点没力气，三天了，40岁")
    while not isinstance(patient.card, DepartmentCard):
        options = [option.title for option in patient.offered]  # type: ignore[attr-defined]
        patient.presses(next((title for title in ("没有", "14–64 岁") if title in options), options[0]))
    assert patient.card.departments[0].name == "心血管内科"
    assert patient.card.doctors[0].name == doctor
    assert "看过这位医生" in patient.card.doctors[0].reason
    patient.presses(doctor)
    assert isinstance(patient.card, SlotCard)
    assert {slot.doctor for slot in patient.card.slots} == {doctor}


def test_something_new_is_triage_as_ever(patient: Patient) -> None:
    was_seen(patient, registered(patient), "心血管内科")
    patient.says("又不舒服了")
    assert "哪里不舒服" in patient.says("不是，新的不舒服")
    assert len(patient.replies) == 1
    assert patient.says("脚踝扭了，肿了，两天，30岁"), "an answer, also where triage has nothing to ask"
    while not isinstance(patient.card, DepartmentCard):
        options = [option.title for option in patient.offered]  # type: ignore[attr-defined]
        patient.presses(next((title for title in ("没有", "14–64 岁") if title in options), options[0]))
    assert patient.card.departments[0].name == "骨科"


def test_the_sons_visits_say_nothing_about_his_mother(patient: Patient) -> None:
    was_seen(patient, registered(patient), "心血管内科")
    registered(patient, "母亲")
    assert "心血管内科" not in patient.says("给我妈问，她又不舒服了")


def test_without_a_visit_it_is_a_complaint_like_any_other(patient: Patient) -> None:
    said = patient.says("又不舒服了")
    assert "看过" not in said
    assert patient.replies


def test_without_consent_no_visit_is_looked_up(assistant: Assistant) -> None:
    patient = assistant.patient()
    was_seen(patient, registered(patient), "心血管内科")
    assert "心血管内科" not in patient.says("又不舒服了")


def test_the_doctor_of_last_time_is_booked(patient: Patient) -> None:
    doctor = was_seen(patient, registered(patient), "神经内科")
    patient.says("挂上次那个医生的号")
    card = patient.card
    assert isinstance(card, SlotCard)
    assert {slot.doctor for slot in card.slots} == {doctor}


def test_a_doctor_with_a_reason_and_a_button(patient: Patient) -> None:
    patient.says("偏头痛老是犯，好几年了，28岁女")
    while not isinstance(patient.card, DepartmentCard):
        options = [option.title for option in patient.offered]  # type: ignore[attr-defined]
        patient.presses(next((title for title in ("没有", "14–64 岁") if title in options), options[0]))
    doctors = patient.card.doctors
    assert 1 <= len(doctors) <= 2
    assert "有号" in doctors[0].reason
    with patient.assistant.records() as session:
        known = {one.name for one in DemoHospital().doctors(session, department=patient.card.departments[0].name)}
        assert not family(session, account_id=patient.account_id)
    assert {one.name for one in doctors} <= known
    patient.presses(doctors[0].name)
    assert isinstance(patient.card, SlotCard)


# Oddities that were found in use


def test_a_complaint_in_the_middle_of_a_booking_names_the_better_department(patient: Patient) -> None:
    patient.says("我想挂骨科")
    said = patient.says("我这几天咳嗽，有黄痰")
    assert "呼吸内科" in said
    assert isinstance(patient.card, SlotCard), "the question stays"
    patient.says("换呼吸内科")
    assert isinstance(patient.card, SlotCard)
    assert patient.card.department == "呼吸内科"
