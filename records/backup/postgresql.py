"""PostgreSQL's databases: pg_dump and pg_restore, and one exported snapshot for the dump and for what is counted."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from records.backup.failures import NotEmpty, ToolFailed
from records.backup.snapshots import AT_A_TIME, MEDIA_IDS, Contents, Snapshot

DEBIAN = Path("/usr/lib/postgresql")
TABLES = """
    SELECT schemaname, tablename FROM pg_tables
    WHERE schemaname NOT LIKE 'pg\\_%' AND schemaname <> 'information_schema' ORDER BY 1, 2
"""
# What a row's text depends on.
PLAIN = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex"
# The sum does not depend on the order of rows, and no sort or list of them is needed.
DIGEST = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"


@dataclass(frozen=True, slots=True)
class PostgresqlStore:
    """One database of a server."""

    name: str
    url: URL
    engine: str = "postgresql"

    @property
    def member(self) -> str:
        return f"{self.name}.dump"

    def exists(self) -> bool:
        return True

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[Snapshot]:
        """See :class:`records.backup.snapshots.Store`; the snapshot's transaction lasts as long as the block."""
        file = folder / self.member
        with self._connected() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            found = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert found is not None
            self._run(
                "pg_dump",
                *("--format=custom", "--compress=1", "--no-owner", f"--snapshot={found[0]}", f"--file={file}"),
            )
            file.chmod(0o600)
            contents = _counted(connection)

            def media() -> Iterator[str]:
                if "public.media" not in contents:
                    return
                with connection.cursor("media") as cursor:
                    cursor.itersize = AT_A_TIME
                    for (media_id,) in cursor.execute(MEDIA_IDS):
                        yield media_id

            yield Snapshot(file, contents, media, _revision(connection, contents))

    def refuse_unless_empty(self) -> None:
        with self._connected() as connection:
            if connection.execute(TABLES).fetchone() is not None:
                raise NotEmpty(f"数据库 {self.url.database}")

    def restore(self, snapshot: Path) -> None:
        self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(snapshot))
        snapshot.unlink()

    def contents(self) -> Contents:
        with self._connected() as connection:
            return _counted(connection)

    def clear(self) -> None:
        # It was empty before: everything that is there came from the restore.
        with self._connected() as connection:
            for schema in {schema for schema, _ in connection.execute(TABLES).fetchall()}:
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))
            connection.execute("CREATE SCHEMA IF NOT EXISTS public")

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self._address(password=True), connect_timeout=10, options=PLAIN) as connection:
                yield connection
        except psycopg.Error as error:
            raise ToolFailed(f"PostgreSQL，{type(error).__name__}") from None

    def _address(self, *, password: bool) -> str:
        url = self.url if password else self.url.set(password=None)
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _run(self, tool: str, *options: str) -> None:
        # The password is in the environment, not among the arguments that every user of the machine can read.
        environment = os.environ | ({"PGPASSWORD": str(self.url.password)} if self.url.password else {})
        command = [_tool(tool), f"--dbname={self._address(password=False)}", *options]
        done = subprocess.run(  # noqa: S603
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode:
            # Only the first line: the others may quote rows.
            said = done.stderr.decode(errors="replace").strip().splitlines()[:1] or [""]
            raise ToolFailed(f"{tool}：{said[0][:200]}")


def _tool(name: str) -> str:
    """The newest one of this machine: it also reads what older servers have."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise ToolFailed(f"找不到 {name}，请安装 postgresql-client")
    return found


def _counted(connection: psycopg.Connection) -> Contents:
    counted: Contents = {}
    for schema, table in connection.execute(TABLES).fetchall():
        row = connection.execute(sql.SQL(DIGEST).format(sql.Identifier(schema, table))).fetchone()
        assert row is not None
        counted[f"{schema}.{table}"] = {"rows": row[0], "digest": row[1]}
    return counted


def _revision(connection: psycopg.Connection, contents: Contents) -> str | None:
    if "public.alembic_version" not in contents:
        return None
    row = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return str(row[0]) if row else None
