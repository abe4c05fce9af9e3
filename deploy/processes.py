"""The processes of one machine: what each runs, with which settings and no more than it needs."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from settings import ROOT, Settings


@dataclass(frozen=True, slots=True)
class Process:
    """One process to keep running; ``environment`` is all of its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)


def tracker_key_file(settings: Settings) -> Path:
    return settings.var / "keys" / "tracker.key"


def bare_environment() -> dict[str, str]:
    """What every process gets of ours: the place of things, no secret."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


# Settings that hold secrets, and which processes of the house need them; all others need none of these.
OWNERS_ADDRESS = "XINGLIN_DATABASE_OWNER_URL"  # changes tables and the audit: for set-up and the command line alone
WECHAT_SECRETS = ("XINGLIN_WECHAT_TOKEN", "XINGLIN_WECHAT_AES_KEY", "XINGLIN_WECHAT_SECRET")
NOT_FOR_GATEWAY = (OWNERS_ADDRESS, "XINGLIN_BACKUP_PASSPHRASE")
NOT_FOR_WORKER = (OWNERS_ADDRESS, "XINGLIN_REDIS_URL")
NOT_FOR_ACTIONS = (*NOT_FOR_GATEWAY, *WECHAT_SECRETS, "XINGLIN_REDIS_URL")


def house_environment(*, without: tuple[str, ...] = NOT_FOR_ACTIONS) -> dict[str, str]:
    """For processes that read our settings: all of them but those ``without`` which it works as well."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("XINGLIN_") and name not in without}
    return bare_environment() | kept


def rasa_environment(settings: Settings) -> dict[str, str]:
    """For Rasa, to train and to run: its own tracker and key, no database and no secret of the house."""
    return bare_environment() | {
        "XINGLIN_ACTIONS_PORT": str(settings.actions_port),
        "XINGLIN_TRACKER_URL": f"sqlite:///{settings.var / 'tracker.db'}",
        "XINGLIN_TRACKER_KEY_FILE": str(tracker_key_file(settings)),
        "XINGLIN_CIPHER": settings.cipher,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "MPLCONFIGDIR": str(settings.var / "cache"),
    }


def model_file(settings: Settings) -> Path:
    return settings.var / "models" / "xinglin.tar.gz"


def house(settings: Settings) -> list[Process]:
    """Every process of the house, in the order of starting."""
    python = sys.executable
    rasa = str(ROOT / "bot" / ".venv" / "bin" / "rasa")
    vision = str(ROOT / "vision" / ".venv" / "bin" / "python")
    return [
        Process("gateway", (python, "-m", "gateway"), house_environment(without=NOT_FOR_GATEWAY)),
        Process("worker", (python, "-m", "channels.worker"), house_environment(without=NOT_FOR_WORKER)),
        Process("actions", (python, "-m", "actions.server"), house_environment()),
        Process("vision", (vision, "-m", "vision", "--socket", str(settings.vision_socket_path)), bare_environment()),
        Process(
            "rasa",
            (
                rasa, "run", "--model", str(model_file(settings)), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml", "--port", str(settings.rasa_port), "--interface", "127.0.0.1",
            ),
            rasa_environment(settings),
        ),
    ]  # fmt: skip
