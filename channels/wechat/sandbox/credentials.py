"""An account for the stand-in: the settings' own, or one made for this installation and kept beside its data."""

import os
import secrets
import string
from pathlib import Path

from channels.wechat.sandbox.platform import Credentials
from settings import Settings

_PREFIX = "XINGLIN_WECHAT_"
_BASE64_END = "AEIMQUYcgkosw048"  # the 43rd character of 32 bytes carries four bits only


def env_file(settings: Settings) -> Path:
    """Where the made account is kept."""
    return settings.var / "wechat-sandbox.env"


def from_settings(settings: Settings) -> Credentials:
    """The account as the gateway of the same settings sees it."""
    return Credentials(
        token=settings.wechat_token.get_secret_value(),
        app_id=settings.wechat_app_id,
        secret=settings.wechat_secret.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
        template_id=settings.wechat_template_id,
    )


def made_for(settings: Settings, *, port: int) -> dict[str, str]:
    """Environment of a gateway that talks to the stand-in: made once with random values, mode 0600, then reread."""
    file = env_file(settings)
    if file.is_file():
        lines = file.read_text(encoding="utf-8").splitlines()
        found = dict(line.split("=", 1) for line in lines if "=" in line)
    else:
        found = {
            f"{_PREFIX}TOKEN": secrets.token_hex(16),
            f"{_PREFIX}AES_KEY": _aes_key(),
            f"{_PREFIX}APP_ID": f"wx{secrets.token_hex(8)}",
            f"{_PREFIX}SECRET": secrets.token_hex(16),
            f"{_PREFIX}TEMPLATE_ID": secrets.token_urlsafe(24),
        }
    found[f"{_PREFIX}API_BASE"] = f"http://127.0.0.1:{port}"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in found.items()), encoding="utf-8")
    os.chmod(file, 0o600)  # noqa: PTH101
    return found


def credentials_from(environment: dict[str, str]) -> Credentials:
    """The account in an environment as :func:`made_for` gives it."""
    return Credentials(
        token=environment[f"{_PREFIX}TOKEN"],
        app_id=environment[f"{_PREFIX}APP_ID"],
        secret=environment[f"{_PREFIX}SECRET"],
        aes_key=environment.get(f"{_PREFIX}AES_KEY", ""),
        template_id=environment.get(f"{_PREFIX}TEMPLATE_ID", ""),
    )


def _aes_key() -> str:
    letters = string.ascii_letters + string.digits
    return "".join(secrets.choice(letters) for _ in range(42)) + secrets.choice(_BASE64_END)
