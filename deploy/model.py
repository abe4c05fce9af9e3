"""The assistant's model: trained again only when something it is made of changed."""

import hashlib
import subprocess
from pathlib import Path

from deploy.processes import model_file, rasa_environment
from settings import ROOT, Settings

INPUTS = ("config.yml", "domain.yml", "data", "bot/*.py", "bot/requirements.lock", "language")


class TrainingFailed(Exception):
    """Rasa could not train the model; the log says why."""


def digest_of_inputs() -> str:
    """SHA-256 over everything that training reads."""
    digest = hashlib.sha256()
    for pattern in INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and file.suffix in {".py", ".yml", ".yaml", ".txt", ".lock"}:
                    digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_current(settings: Settings) -> bool:
    """Whether the model there was trained on what is there now."""
    stamp = _stamp(settings)
    return model_file(settings).is_file() and stamp.is_file() and stamp.read_text() == digest_of_inputs()


def train(settings: Settings) -> None:
    """Train the model; raises :class:`TrainingFailed`. The one there before stays until the new one is whole."""
    wanted = digest_of_inputs()
    target = model_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    log = settings.var / "log" / "training.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        str(ROOT / "bot" / ".venv" / "bin" / "rasa"), "train", "--config", "config.yml", "--domain", "domain.yml",
        "--data", "data", "--out", str(target.parent), "--fixed-model-name", "next",
    ]  # fmt: skip
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=rasa_environment(settings), stdout=output, stderr=output, check=False
        )
    trained = target.parent / "next.tar.gz"
    if done.returncode or not trained.is_file():
        raise TrainingFailed(f"训练助手失败，详情见 {log}")
    trained.replace(target)
    _stamp(settings).write_text(wanted)


def _stamp(settings: Settings) -> Path:
    return model_file(settings).with_suffix(".inputs")
