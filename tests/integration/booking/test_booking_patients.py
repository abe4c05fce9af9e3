"""Registering oneself and one's family: originals in the vault only, limits, strangers."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from care.booking import (
    IdentityMismatch,
    InvalidIdentityNumber,
    InvalidName,
    InvalidPhone,
    SelfRegistered,
    TooManyPatients,
    family,
    patients_by_kinship,
    register_patient,
)
from care.booking.patients import MAX_PATIENTS
from records.database import Base
from records.masking.kinds import PersonalKind
from records.patients import Account, Sex
from records.vault import get_vault
from tests.integration.booking.house import invented_number, new_account

NAME = "测试甲"
NUMBER = invented_number()
PHONE = "13800000000"


def every_cell(session: Session) -> str:
    """All that the database holds, as text."""
    session.flush()
    return "\n".join(
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in session.execute(table.select())
    )


def test_originals_are_in_the_vault_only(session: Session, account: Account) -> None:
    vault = get_vault()
    made = register_patient(session, vault, account_id=account.id, name=NAME, id_number=NUMBER, phone=PHONE)
    assert (made.name_shown, made.id_number_shown) == ("测**", f"110**{NUMBER[-4:]}")
    assert made.sex == Sex.FEMALE
    assert str(made.birth_date) == "1990-03-07"
    assert made.id_number_ref
    assert vault.reveal(session, owner=account.id, ref=made.id_number_ref) == NUMBER
    cells = every_cell(session)
    assert [one for one in (NAME, NUMBER, PHONE) if one in cells] == []


def test_tokens_of_the_dialogue_are_taken_as_they_are(session: Session, account: Account) -> None:
    vault = get_vault()
    refs = {
        kind: vault.store(session, owner=account.id, kind=kind, original=original, shown="x")
        for kind, original in ((PersonalKind.NAME, NAME), (PersonalKind.ID, NUMBER.lower()))
    }
    made = register_patient(
        session,
        vault,
        account_id=account.id,
        name=f"⟦NAME:{refs[PersonalKind.NAME]}:测**⟧",
        id_number=f"⟦ID:{refs[PersonalKind.ID]}:110**{NUMBER[-4:]}⟧",
    )
    assert (made.name_ref, made.id_number_ref) == (refs[PersonalKind.NAME], refs[PersonalKind.ID])


def test_another_accounts_token_opens_nothing(session: Session, account: Account) -> None:
    vault = get_vault()
    ref = vault.store(session, owner=new_account(session).id, kind=PersonalKind.ID, original=NUMBER, shown="x")
    with pytest.raises(InvalidIdentityNumber):
        register_patient(session, vault, account_id=account.id, name=NAME, id_number=f"⟦ID:{ref}:x⟧")


def test_registering_again_gives_the_same_patient(session: Session, account: Account) -> None:
    vault = get_vault()
    first = register_patient(session, vault, account_id=account.id, name=NAME)
    later = register_patient(session, vault, account_id=account.id, name=NAME, id_number=NUMBER)
    third = register_patient(session, vault, account_id=account.id, name=f" {NAME} ")
    assert first.id == later.id == third.id
    assert later.id_number_ref
    assert [member.kinship for member in family(session, account_id=account.id)] == ["本人"]


def test_mother_and_daughter_register_one_person(session: Session, account: Account) -> None:
    vault = get_vault()
    daughter = new_account(session)
    own = register_patient(session, vault, account_id=account.id, name=NAME, id_number=NUMBER)
    hers = register_patient(session, vault, account_id=daughter.id, name=NAME, id_number=NUMBER, kinship="母亲")
    assert own.id == hers.id
    assert patients_by_kinship(session, account_id=daughter.id, kinship="母亲") == [own]
    with pytest.raises(IdentityMismatch):
        register_patient(
            session, vault, account_id=new_account(session).id, name="别人", id_number=NUMBER, kinship="母亲"
        )


def test_one_self_and_so_many_relatives(session: Session, account: Account) -> None:
    vault = get_vault()
    register_patient(session, vault, account_id=account.id, name=NAME)
    with pytest.raises(SelfRegistered):
        register_patient(session, vault, account_id=account.id, name="测试乙")
    for number in range(MAX_PATIENTS - 1):
        register_patient(
            session, vault, account_id=account.id, name="测试" + "丙丁戊己庚辛壬癸"[number], kinship="孩子"
        )
    assert len(patients_by_kinship(session, account_id=account.id, kinship="孩子")) == MAX_PATIENTS - 1
    with pytest.raises(TooManyPatients):
        register_patient(session, vault, account_id=account.id, name="测试子", kinship="孩子")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": ""}, InvalidName),
        ({"name": "甲"}, InvalidName),
        ({"name": "测试1"}, InvalidName),
        ({"name": "小明"}, InvalidName),
        ({"name": "豆豆"}, InvalidName),
        ({"name": "<b>测试</b>"}, InvalidName),
        ({"name": "测" * 100}, InvalidName),
        ({"name": "我叫⟦NAME:0123456789abcdef:测**⟧"}, InvalidName),
        ({"name": NAME, "id_number": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, InvalidIdentityNumber),
        ({"name": NAME, "id_number": "⟦ID:0123456789abcdef:x⟧"}, InvalidIdentityNumber),
        ({"name": NAME, "phone": "12345"}, InvalidPhone),
    ],
)
def test_what_is_no_name_number_or_phone(
    session: Session, account: Account, given: dict[str, str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        register_patient(session, get_vault(), account_id=account.id, **given)
    assert family(session, account_id=account.id) == []
    assert session.execute(text("SELECT count(*) FROM vault_entry")).scalar() == 0


def test_names_of_many_peoples(session: Session, account: Account) -> None:
    vault = get_vault()
    shown = [
        register_patient(session, vault, account_id=account.id, name=name, kinship=name).name_shown
        for name in ("阿依古丽·买买提", "Anna Test", "㛃测")
    ]
    assert shown == ["阿**", "A**", "㛃**"]
