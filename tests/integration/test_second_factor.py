"""Two factors at the console (GB/T 22239-2019, 8.1.4.1): enrolled at the first sign-in, asked for at each, never taken
twice (RFC 6238, 5.2), recovered by one-time codes; neither the secret nor a code stands anywhere in clear."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pyotp
import pytest

from care.staff import reset_password
from care.staff.attempts import FAILURES_BEFORE_WAIT
from care.staff.factors import RECOVERY_CODES, STEP_S
from records.audit import writing
from records.database import session_scope, utc_now
from records.staff import RecoveryCode, Role, StaffFactor
from records.vault import HOUSE, get_vault
from tests.console_client import Console, account, first_password, signed_in, trail

OK, UNAUTHORIZED, FORBIDDEN, CONFLICT = 200, 401, 403, 409


class Clock:
    """Time as the second factor, the sessions and the audit see it; it stands still between two half minutes."""

    def __init__(self) -> None:
        self.now = datetime.fromtimestamp(int(utc_now().timestamp()) // STEP_S * STEP_S + 10, utc_now().tzinfo)

    def __call__(self) -> datetime:
        return self.now

    def step(self, steps: float = 1) -> None:
        self.now += timedelta(seconds=STEP_S * steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, database: None) -> Clock:
    moment = Clock()
    for module in ("factors", "passwords", "sessions", "stepping_up"):
        monkeypatch.setattr(f"care.staff.{module}.utc_now", moment)
    monkeypatch.setattr(writing, "utc_now", moment)
    return moment


class Phone:
    """An authenticator whose clock is the test's."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._totp, self._clock = pyotp.TOTP(secret), clock

    def code(self, steps_off: int = 0) -> str:
        at = self._clock.now + timedelta(seconds=STEP_S * steps_off)
        return self._totp.at(at)


@pytest.fixture
def enrolled(clock: Clock) -> tuple[str, Phone, list[str]]:
    """The password of a clinician who has enrolled just now, their phone and recovery codes."""
    password, console = first_password(), Console()
    assert step(console, password).json() == {"next": "enrol", "me": None}
    offered = console.post("/sign-in/enrolment").json()
    phone = Phone(offered["secret"], clock)
    answer = console.post("/sign-in/enrolment/confirm", {"code": phone.code()})
    assert answer.json()["me"]["username"] == "doctor"
    return password, phone, answer.json()["recovery_codes"]


def step(console: Console, password: str, username: str = "doctor") -> httpx.Response:
    return console.post("/sign-in", {"username": username, "password": password})


def with_code(password: str, code: str) -> int:
    """A sign-in with both factors, in a browser of its own."""
    console = Console()
    assert step(console, password).json()["next"] == "factor"
    return console.post("/sign-in/factor", {"code": code}).status_code


def test_the_password_alone_opens_nothing(clock: Clock) -> None:
    console, password = Console(), first_password()
    assert step(console, password).json()["next"] == "enrol"
    for path in ("/me", "/conversations", "/account/factor", "/account/sessions"):
        assert console.get(path).status_code == UNAUTHORIZED
    for path in ("/password", "/account/factor", "/step-up"):
        assert console.post(path, {}).status_code == UNAUTHORIZED
    # Steps that are not the next one.
    assert console.post("/sign-in/factor", {"code": "123456"}).status_code == CONFLICT
    assert console.post("/sign-in/password", {"new": "a long new password"}).status_code == CONFLICT
    assert console.post("/sign-in/enrolment/confirm", {"code": "123456"}).status_code == CONFLICT  # nothing offered


def test_enrolment_needs_a_code_of_the_offered_secret(clock: Clock) -> None:
    console, password = Console(), first_password()
    step(console, password)
    first = console.post("/sign-in/enrolment").json()
    assert first["uri"].startswith("otpauth://totp/")
    assert f"secret={first['secret']}" in first["uri"]
    second = console.post("/sign-in/enrolment").json()
    assert first["secret"] != second["secret"]
    late = Phone(first["secret"], clock).code()
    assert console.post("/sign-in/enrolment/confirm", {"code": late}).status_code == UNAUTHORIZED
    answer = console.post("/sign-in/enrolment/confirm", {"code": Phone(second["secret"], clock).code()})
    assert answer.status_code == OK
    assert len(set(answer.json()["recovery_codes"])) == RECOVERY_CODES
    assert console.get("/me").json()["username"] == "doctor"


def test_a_new_token_with_each_step(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    """Who had planted or read the first cookie has nothing in the end."""
    password, phone, _ = enrolled
    clock.step()
    console = Console()
    step(console, password)
    before = console.cookies.get("xinglin_console")
    console.post("/sign-in/factor", {"code": phone.code()})
    assert console.cookies.get("xinglin_console") != before
    planted = Console()
    planted.cookies.set("xinglin_console", before or "", domain="xinglin.test")
    assert planted.get("/me").status_code == UNAUTHORIZED


@pytest.mark.parametrize(
    ("steps_off", "status"),
    [
        (0, OK),
        (-1, OK),  # typed slowly, or a clock that is late
        (1, OK),  # a clock that is early
        (-2, UNAUTHORIZED),
        (2, UNAUTHORIZED),
    ],
)
def test_a_code_is_good_for_its_half_minute_and_one_to_either_side(
    enrolled: tuple[str, Phone, list[str]], clock: Clock, steps_off: int, status: int
) -> None:
    password, phone, _ = enrolled
    clock.step(5)
    assert with_code(password, phone.code(steps_off)) == status


def test_a_code_is_taken_once_and_none_before_it(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    password, phone, _ = enrolled
    assert with_code(password, phone.code()) == UNAUTHORIZED  # it enrolled the device
    clock.step(3)
    assert with_code(password, phone.code()) == OK
    assert with_code(password, phone.code()) == UNAUTHORIZED
    assert with_code(password, phone.code(-1)) == UNAUTHORIZED
    clock.step()
    assert with_code(password, phone.code()) == OK


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "123 45", "-12345", "0x1234"])
def test_what_is_no_code_is_refused(enrolled: tuple[str, Phone, list[str]], clock: Clock, typed: str) -> None:
    assert with_code(enrolled[0], typed) == UNAUTHORIZED


def test_a_code_may_be_typed_as_it_is_shown(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    password, phone, _ = enrolled
    clock.step(3)
    code = phone.code()
    assert with_code(password, f" {code[:3]} {code[3:]} ") == OK


def test_guessing_codes_makes_wait_like_guessing_passwords(
    enrolled: tuple[str, Phone, list[str]], clock: Clock
) -> None:
    password, phone, _ = enrolled
    clock.step(3)
    stranger = Console(address="203.0.113.9")
    for _ in range(FAILURES_BEFORE_WAIT):
        step(stranger, password)
        wrong = f"{(int(phone.code()) + 1) % 1_000_000:06}"
        assert stranger.post("/sign-in/factor", {"code": wrong}).status_code == UNAUTHORIZED
    assert step(stranger, password).status_code == UNAUTHORIZED  # though the password is right
    assert [row.action for row in trail()].count("lock_out") == 1
    assert with_code(password, phone.code()) == OK  # from elsewhere


def test_a_recovery_code_opens_once(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    password, _, codes = enrolled
    assert with_code(password, codes[0].upper().replace("-", " ")) == OK
    assert with_code(password, codes[0]) == UNAUTHORIZED
    assert with_code(password, codes[1]) == OK
    with session_scope() as session:
        assert session.query(RecoveryCode).filter(RecoveryCode.used_at.is_(None)).count() == RECOVERY_CODES - 2


def test_nobody_elses_recovery_code_opens(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    nurse = account("li.na", Role.NURSE, "皮肤科")
    console = Console()
    step(console, nurse, "li.na")
    secret = console.post("/sign-in/enrolment").json()["secret"]
    codes = console.post("/sign-in/enrolment/confirm", {"code": Phone(secret, clock).code()}).json()["recovery_codes"]
    assert with_code(enrolled[0], codes[0]) == UNAUTHORIZED


def test_another_device_is_proved_with_the_one_in_force(database: None) -> None:
    console, password = signed_in()
    assert console.post("/account/factor", {"code": "000000"}).status_code == FORBIDDEN
    offered = console.post("/account/factor", {"code": console.code()}).json()
    # Until the new one has proved itself, the old one stays in force.
    assert Console(console.app).sign_in(password).status_code == OK
    code = pyotp.TOTP(offered["secret"]).now()
    codes = console.post("/account/factor/confirm", {"code": code}).json()["recovery_codes"]
    assert len(codes) == RECOVERY_CODES
    assert console.post("/account/factor/confirm", {"code": code}).status_code == CONFLICT
    assert Console(console.app).sign_in(password).status_code == UNAUTHORIZED  # the old device


def test_new_recovery_codes_end_the_old_ones(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    password, phone, codes = enrolled
    console = Console()
    step(console, password)
    console.post("/sign-in/factor", {"code": codes[0]})
    clock.step()
    assert console.get("/account/factor").json()["codes_left"] == RECOVERY_CODES - 1
    assert console.post("/account/recovery-codes", {"code": "000000"}).status_code == FORBIDDEN
    fresh = console.post("/account/recovery-codes", {"code": phone.code()}).json()["recovery_codes"]
    assert console.get("/account/factor").json()["codes_left"] == RECOVERY_CODES
    assert with_code(password, codes[1]) == UNAUTHORIZED
    assert with_code(password, fresh[1]) == OK


def test_a_one_time_password_is_changed_before_anything_opens(clock: Clock) -> None:
    officer, _ = signed_in(role=Role.SECURITY_OFFICER)
    made = officer.post("/staff", {"username": "li.na", "role": "nurse", "departments": ["皮肤科"]}).json()
    nurse = Console(officer.app)
    answer = nurse.sign_in(made["password"], "li.na")
    assert (answer.status_code, answer.json()["next"], answer.json()["me"]) == (OK, "password", None)
    assert nurse.get("/conversations").status_code == UNAUTHORIZED
    assert nurse.post("/sign-in/password", {"new": "short"}).status_code == 400
    assert nurse.post("/sign-in/password", {"new": made["password"]}).status_code == 400
    assert nurse.post("/sign-in/password", {"new": "nobody else knows it"}).json()["next"] == "done"
    assert nurse.get("/conversations").status_code == OK
    assert step(Console(officer.app), made["password"], "li.na").status_code == UNAUTHORIZED


def test_a_lost_phone_is_forgotten_and_enrolled_anew(clock: Clock, enrolled: tuple[str, Phone, list[str]]) -> None:
    password, _, codes = enrolled
    officer = Console()
    with session_scope() as session:
        officers = reset_password(session, username="admin")
    officer.sign_in(officers, "admin")
    assert officer.post("/sign-in/password", {"new": "the officer's own"}).json()["next"] == "done"
    (doctor,) = [row for row in officer.get("/staff").json() if row["username"] == "doctor"]
    assert doctor["factor_since"]
    assert officer.post(f"/staff/{doctor['id']}/reset-factor").status_code == 204
    console = Console()
    assert step(console, password).json()["next"] == "enrol"
    assert console.post("/sign-in/factor", {"code": codes[2]}).status_code == CONFLICT
    rows = [row for row in trail() if row.action == "reset_factor"]
    assert [(row.actor_id, row.subject) for row in rows] == [("admin", f"staff:{doctor['id']}")]


def test_the_way_in_ends_after_ten_minutes(enrolled: tuple[str, Phone, list[str]], clock: Clock) -> None:
    password, phone, _ = enrolled
    console = Console()
    step(console, password)
    clock.now += timedelta(minutes=10, seconds=1)
    assert console.post("/sign-in/factor", {"code": phone.code()}).status_code == UNAUTHORIZED


def test_neither_secret_nor_codes_stand_in_clear(
    enrolled: tuple[str, Phone, list[str]], clock: Clock, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    password, phone, codes = enrolled
    caplog.set_level(logging.DEBUG)
    clock.step(3)
    assert with_code(password, phone.code()) == OK
    secret = phone._totp.secret
    kept = b"".join(file.read_bytes() for file in (tmp_path / "var").rglob("*") if file.is_file())
    told = caplog.text.encode() + "".join(row.details + row.subject for row in trail()).encode()
    for clear in (secret, *codes, *(code.replace("-", "") for code in codes), password):
        assert clear.encode() not in kept + told
    with session_scope() as session:
        factor = session.query(StaffFactor).one()
        opened = get_vault().open(
            session, factor.secret_sealed or b"", owner=HOUSE, context=f"factor:{factor.staff_id}"
        )
        assert opened.decode() == secret


def test_the_secret_is_sealed_anew_when_keys_are_rotated() -> None:
    from records.vault.sealed import SEALED_COLUMNS  # noqa: PLC0415

    columns = {str(sealed.column) for sealed in SEALED_COLUMNS}
    assert {"StaffFactor.secret_sealed", "StaffFactor.offered_sealed"} <= columns
