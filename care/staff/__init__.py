"""Who works in the console: the first operator, passwords, signed-in sessions."""

from care.staff.passwords import (
    NoSuchStaff,
    PasswordTooShort,
    change_password,
    ensure_first_operator,
    reset_password,
    verify,
)
from care.staff.sessions import current_staff, session_id, sign_in, sign_out
from care.staff.stepping_up import TooOften, refuse_often, step_up, stepped_up

__all__ = [
    "NoSuchStaff",
    "PasswordTooShort",
    "TooOften",
    "change_password",
    "current_staff",
    "ensure_first_operator",
    "refuse_often",
    "reset_password",
    "session_id",
    "sign_in",
    "sign_out",
    "step_up",
    "stepped_up",
    "verify",
]
