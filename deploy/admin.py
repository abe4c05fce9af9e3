"""``make admin``: the way in for who runs the machine. Makes the first accounts where nobody is; else gives ``admin``
a new password for one sign-in, has it enrol another device then, and opens it where it was closed."""

import os
import sys

from care.staff import FIRST_OFFICER, NoSuchStaff, enable_staff, named, reset_factor, reset_password
from cli.operator import operator
from deploy.run import FIRST_ACCOUNTS, first_passwords, prepare_folders, say
from records.database import session_scope
from records.migrate import upgrade
from records.staff import Staff
from records.vault import VaultKeyError, get_vault
from settings import Settings, get_settings


def ready(settings: Settings) -> None:
    """Tables and keys, so that it works before the first ``make run`` as well."""
    prepare_folders(settings)
    upgrade()
    with session_scope() as session:
        get_vault().prepare(session)


def main() -> int:
    settings = get_settings()
    os.umask(0o077)
    try:
        ready(settings)
        with session_scope() as session:
            nobody = session.query(Staff.id).first() is None
        if nobody:
            for username, password in first_passwords(settings).items():
                say(f"  工作台账号 {username:<7} 密码 {password}   （{FIRST_ACCOUNTS[username]}）")
        else:
            say(f"  工作台账号 {FIRST_OFFICER}   一次性密码 {_let_in_again(settings)}")
    except VaultKeyError as error:
        print(f"\n✗ {error}", file=sys.stderr)  # noqa: T201
        return 1
    except NoSuchStaff:
        print(f"✗ 没有账号 {FIRST_OFFICER}：用 .venv/bin/xinglin staff list 看有哪些", file=sys.stderr)  # noqa: T201
        return 1
    say(f"  打开 {settings.base_url}/console，登录时用手机上的验证器扫码绑定动态码。")
    return 0


def _let_in_again(settings: Settings) -> str:
    with session_scope() as session:
        officer = named(session, FIRST_OFFICER)
        if officer.disabled_at is not None:
            enable_staff(session, officer.id, actor=operator())
        reset_factor(session, officer.id, actor=operator())
        password = reset_password(session, username=FIRST_OFFICER, actor=operator())
    settings.first_password(FIRST_OFFICER).unlink(missing_ok=True)
    return password


if __name__ == "__main__":
    sys.exit(main())
