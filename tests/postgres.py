"""A real PostgreSQL on loopback: one cluster for the session, below a temporary folder, and a database for each test.

It must be there: `make test` installs it. Where it is not, tests that need it fail.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.servers import free_port

_NUMBERS = itertools.count(1)
_PASSWORD = "geheim"
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "'127.0.0.1'",
    "max_connections": "100",
    "autovacuum": "off",
    "timezone": "'UTC'",
}


@dataclass(frozen=True)
class Cluster:
    """A running server; its one user is `termintreu`."""

    port: int
    folder: Path
    as_user: tuple[str, ...]
    programs: Path

    @property
    def password_file(self) -> Path:
        return self.folder / "password"

    def url(self, database: str) -> str:
        return f"postgresql://termintreu@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), password=_PASSWORD, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]  # statements of the tests themselves

    def control(self, *arguments: str) -> None:
        _run([*self.as_user, str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", *arguments])


@dataclass(frozen=True)
class PostgresBench:
    """One empty database."""

    cluster: Cluster
    name: str

    @property
    def url(self) -> str:
        return self.cluster.url(self.name)

    @property
    def password(self) -> str:
        return _PASSWORD

    @property
    def toml(self) -> str:
        """The configuration's [state]."""
        return f'[state]\nurl = "{self.url}"\npassword = {{ file = "{self.cluster.password_file}" }}\n'

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url, password=_PASSWORD, autocommit=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres(cluster: Cluster) -> Iterator[PostgresBench]:
    """An empty database, which goes after the test."""
    name = f"termintreu_{next(_NUMBERS)}"
    cluster.run(f"CREATE DATABASE {name}")
    yield PostgresBench(cluster, name)
    cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running_cluster() -> Iterator[Cluster]:
    programs = _programs()
    # PostgreSQL refuses to run as root, and its socket's path must be short.
    as_user = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if as_user:
            shutil.chown(folder, "postgres")
        secret = folder / "password"
        secret.write_text(_PASSWORD)
        secret.chmod(0o600)
        given = folder / "given"
        given.write_text(_PASSWORD)
        if as_user:
            shutil.chown(given, "postgres")
        init = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "termintreu", "-A", "scram-sha-256"]
        _run([*as_user, *init, f"--pwfile={given}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        port = free_port()
        settings = _SETTINGS | {"port": str(port), "unix_socket_directories": f"'{folder}'"}
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = {value}\n" for name, value in settings.items())
        cluster = Cluster(port, folder, as_user, programs)
        cluster.control("-l", str(folder / "log"), "start")
        try:
            yield cluster
        finally:
            cluster.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Debian keeps them by version, and links none of them into the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    known = shutil.which("initdb")
    if found or known is None:
        assert found, "PostgreSQL is missing: `tests/machine.sh postgresql` installs it"
        return found[-1]
    return Path(known).parent


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-3000:]
