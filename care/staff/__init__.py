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

__all__ = [
    "NoSuchStaff",
    "PasswordTooShort",
    "change_password",
    "current_staff",
    "ensure_first_operator",
    "reset_password",
    "session_id",
    "sign_in",
    "sign_out",
    "verify",
]
