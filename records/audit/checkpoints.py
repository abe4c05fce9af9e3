"""Signed checkpoints, a line each, in a file outside the database: who rewrites the chain must rewrite them too.

Copy the file to where the hospital's operators cannot write (a log server, an archive); what is verified against that
copy cannot have been changed by anybody inside.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.audit.entries import AuditEntry
from records.audit.signing import PublicKeys, Signer, load_signer, public_pem
from records.audit.writing import stamp
from records.database import utc_now
from settings import get_settings

NO_LINE = "0" * 64
# Bytes at the end of the file in which the last line is looked for; a line has about 450.
LONGEST_TAIL = 8192


class Checkpoint(BaseModel):
    """What was signed: up to row ``seq``, whose hash was ``hash``, the chain stood at ``at``.

    ``base`` is where the chain begins since older rows were archived (``archive``: SHA-256 of that file). ``after`` is
    the SHA-256 of the line before, so that no line can be left out in the middle.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: int = Field(ge=1)
    kind: Literal["checkpoint", "base"]
    seq: int = Field(ge=1)
    hash: str
    hash_name: str
    at: str
    archive: str
    after: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Everything but the signature: JSON, keys sorted, no spaces."""
        fields = self.model_dump(exclude={"signature"})
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()

    def line(self) -> bytes:
        return json.dumps(self.model_dump(), sort_keys=True, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Head:
    """The chain's last row."""

    seq: int
    hash: str
    hash_name: str


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """What a checkpoint file holds: the lines that verify, and what is wrong with the others."""

    checkpoints: tuple[Checkpoint, ...] = ()
    problems: tuple[str, ...] = ()


def head(session: Session) -> Head | None:
    """The chain's last row, None while there is none."""
    query = select(AuditEntry.seq, AuditEntry.hash, AuditEntry.hash_name).order_by(AuditEntry.seq.desc()).limit(1)
    row = session.execute(query).first()
    return Head(*row) if row else None


def write_checkpoint(at: Head, *, file: Path | None = None, archive: str = "") -> Checkpoint:
    """Sign ``at`` and append it to the checkpoint file, on disk when this returns. With ``archive`` (the SHA-256 of an
    archive file) it is the base from which the chain goes on."""
    settings = get_settings()
    path = file or settings.checkpoints_file
    signer = load_signer(settings.audit_key)
    with _locked(path) as opened:
        last = _last_line(opened)
        checkpoint = Checkpoint(
            n=1 + (_number(last) if last else 0),
            kind="base" if archive else "checkpoint",
            **asdict(at),
            at=stamp(utc_now()),
            archive=archive,
            after=sha256(last).hexdigest() if last else NO_LINE,
            key=signer.key_id,
        )
        signed = checkpoint.model_copy(update={"signature": signer.sign(checkpoint.signed_bytes())})
        opened.write(signed.line())
        opened.flush()
        os.fsync(opened.fileno())
    export_public_key(signer, beside=path)
    return signed


def export_public_key(signer: Signer, *, beside: Path) -> Path:
    """Have the public key in ``public.pem`` beside the checkpoints; a replaced key is added, never overwritten."""
    path, pem = public_key_beside(beside), public_pem(signer)
    known = path.read_bytes() if path.exists() else b""
    if pem not in known:
        with path.open("ab") as file:
            file.write(pem)
    return path


def last_checkpoint(path: Path) -> Checkpoint | None:
    """The last line, its signature not looked at; None when there is none or it cannot be read."""
    if not path.exists():
        return None
    with _locked(path) as file:
        return _parsed(_last_line(file))


def public_key_beside(checkpoints: Path) -> Path:
    """Where the public keys lie that verify ``checkpoints``."""
    return checkpoints.with_name("public.pem")


def read_checkpoints(path: Path, keys: PublicKeys) -> CheckpointFile:
    """The checkpoints in ``path`` that verify, in order, and a sentence for each line that does not."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return CheckpointFile()
    if lines and not lines[-1].endswith(b"\n"):
        lines.pop()  # cut off by a power cut; the next checkpoint overwrites it
    good: list[Checkpoint] = []
    problems: list[str] = []
    after = NO_LINE
    for number, line in enumerate(lines, start=1):
        checkpoint = _parsed(line)
        if checkpoint is None:
            problems.append(f"检查点文件第 {number} 行：读不懂")
        elif not keys.verified(checkpoint.signed_bytes(), signature=checkpoint.signature, by=checkpoint.key):
            problems.append(f"检查点文件第 {number} 行：签名不对")
        elif (checkpoint.n, checkpoint.after) != (number, after):
            problems.append(f"检查点文件第 {number} 行：与前一行接不上，有行被删去、插入或调换")
            good.append(checkpoint)
        else:
            good.append(checkpoint)
        after = sha256(line).hexdigest()
    return CheckpointFile(tuple(good), tuple(problems))


def _parsed(line: bytes) -> Checkpoint | None:
    try:
        return Checkpoint.model_validate_json(line)
    except ValidationError:
        return None


@contextmanager
def _locked(path: Path) -> Iterator[IO[bytes]]:
    """The file, open for reading and writing, this process's alone until the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _last_line(file: IO[bytes]) -> bytes:
    """The last whole line; the file stands at its end afterwards, with what a power cut left cut off."""
    start = max(0, file.seek(0, os.SEEK_END) - LONGEST_TAIL)
    file.seek(start)
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    file.seek(start + len(whole))
    file.truncate()
    return whole[whole[:-1].rfind(b"\n") + 1 :]


def _number(line: bytes) -> int:
    checkpoint = _parsed(line)
    return checkpoint.n if checkpoint else 0
