"""Who works in the console: accounts, passwords, second factors, sessions, and leave for more than usual."""

from care.staff.accounts import (
    FIRST_CLINICIAN,
    FIRST_OFFICER,
    Change,
    NameTaken,
    NameUnusable,
    add_staff,
    change_staff,
    disable_staff,
    enable_staff,
    ensure_first_accounts,
    reset_factor,
    revoke_session,
    set_on_duty,
)
from care.staff.attempts import Place
from care.staff.passwords import (
    NoSuchStaff,
    OwnAccount,
    PasswordNotNew,
    PasswordTooShort,
    change_password,
    named,
    reset_password,
    verify,
)
from care.staff.sessions import Next, current_staff, session_id
from care.staff.stepping_up import TooOften, Wanted, more_departments, refuse_often, step_up, stepped_up

__all__ = [
    "FIRST_CLINICIAN",
    "FIRST_OFFICER",
    "Change",
    "NameTaken",
    "NameUnusable",
    "Next",
    "NoSuchStaff",
    "OwnAccount",
    "PasswordNotNew",
    "PasswordTooShort",
    "Place",
    "TooOften",
    "Wanted",
    "add_staff",
    "change_password",
    "change_staff",
    "current_staff",
    "disable_staff",
    "enable_staff",
    "ensure_first_accounts",
    "more_departments",
    "named",
    "refuse_often",
    "reset_factor",
    "reset_password",
    "revoke_session",
    "session_id",
    "set_on_duty",
    "step_up",
    "stepped_up",
    "verify",
]
