"""A PostgreSQL of one test alone, with its write-ahead log archived: what ``docs/operations.md`` describes."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.trial import free_port

DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One data folder with its archive of log segments beside it."""

    folder: Path
    port: int
    bin: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, tool: str, *arguments: object) -> None:
        """One of PostgreSQL's tools, as the user that may run it: it refuses to be root."""
        command = [str(self.bin / tool), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout[-500:] + done.stderr[-500:]

    def start(self, data: Path) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self.run("pg_ctl", "-D", data, "-w", "-o", options, "-l", self.folder / "log", "start")

    def stop(self, data: Path) -> None:
        self.run("pg_ctl", "-D", data, "-m", "fast", "-w", "stop")

    def configure(self, data: Path, *lines: str) -> None:
        with (data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)


@contextmanager
def archiving_cluster() -> Iterator[Cluster]:
    """A running cluster whose finished log segments are copied into ``archive``; gone when the block ends."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="xinglin-cluster-"))
    cluster = Cluster(folder, free_port(), found[-1].parent)
    cluster.archive.mkdir()
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in (folder, cluster.archive):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    try:
        cluster.run(
            "initdb",
            "--no-sync",
            "-D",
            cluster.data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        cluster.configure(
            cluster.data,
            "fsync = off",  # of a test: nothing here outlives the machine
            "wal_level = replica",
            "archive_mode = on",
            f"archive_command = 'test ! -f {cluster.archive}/%f && cp %p {cluster.archive}/%f'",
        )
        cluster.start(cluster.data)
        yield cluster
    finally:
        for data in folder.glob("*/postmaster.pid"):
            cluster.run("pg_ctl", "-D", data.parent, "-m", "immediate", "stop")
        shutil.rmtree(folder)
