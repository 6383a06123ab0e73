from __future__ import annotations

import ctypes
import os
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from termintreu.config import Config
from termintreu.config.file import mode_warnings
from termintreu.config.schema import Secret, SecretRef
from termintreu.config.secrets import SecretError, credentials, lacking, resolve

SECRET = "gehe1m-ßé"


def resolved(secret: Secret | None, **environ: str) -> str | None:
    return resolve(secret, username="anna", environ={"PATH": os.environ["PATH"], **environ}, timeout=20)


def failure(secret: Secret | None, **environ: str) -> str:
    with pytest.raises(SecretError) as caught:
        resolved(secret, **environ)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__ or SECRET not in repr(caught.value.__context__)
    return str(caught.value)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_no_secret_is_none() -> None:
    assert resolved(None) is None


def test_a_plain_password_is_taken_as_it_is() -> None:
    assert " x " == resolved(SecretStr(" x "))


@pytest.mark.requirement(26)
def test_a_credential_is_read_from_systemds_folder(private: Path) -> None:
    assert SECRET == resolved(SecretRef(credential="password"), CREDENTIALS_DIRECTORY=str(private.parent))


@pytest.mark.requirement(26)
def test_a_variable_is_read_from_the_environment() -> None:
    assert SECRET == resolved(SecretRef(env="MINE"), MINE=SECRET)


def test_a_file_is_read_without_its_line_break(private: Path) -> None:
    assert SECRET == resolved(SecretRef(file=str(private)))
    assert SECRET == resolved(SecretRef(file="~/password"), HOME=str(private.parent))


@pytest.mark.requirement(26)
def test_of_a_command_the_first_line_counts() -> None:
    script = f"print({SECRET!r}); print('user: anna')"

    assert SECRET == resolved(SecretRef(command=[sys.executable, "-X", "utf8", "-c", script]))


def test_a_command_is_not_read_by_a_shell_and_sees_the_given_environment() -> None:
    script = "import os, sys; print(sys.argv[1], os.environ.get('MINE'))"

    assert "$MINE; x y" == resolved(SecretRef(command=[sys.executable, "-c", script, "$MINE; x"]), MINE="y")


class Keyring(types.ModuleType):
    """A keyring package with one entry."""

    def get_password(self, service: str, username: str) -> str | None:
        if service == "broken":
            raise RuntimeError(SECRET)
        return SECRET if (service, username) == ("termintreu", "anna") else None


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", Keyring("keyring"))


@pytest.mark.requirement(26)
@pytest.mark.usefixtures("keyring")
def test_a_keyring_is_asked_for_service_and_username() -> None:
    assert SECRET == resolved(SecretRef(keyring="termintreu"))


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    ("service", "word"), [("other", "nothing is stored there"), ("broken", "the keyring refused (RuntimeError)")]
)
def test_a_keyring_that_has_nothing_says_so(service: str, word: str) -> None:
    assert word in failure(SecretRef(keyring=service))


def test_a_missing_keyring_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert "pip install 'termintreu[keyring]'" in failure(SecretRef(keyring="termintreu"))


@pytest.mark.usefixtures("keyring")
def test_a_keyring_needs_a_username() -> None:
    with pytest.raises(SecretError, match="needs a username"):
        resolve(SecretRef(keyring="termintreu"), username=None, environ={})


@pytest.mark.requirement(26)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_can_reach_is_refused(private: Path, mode: int) -> None:
    private.chmod(mode)

    assert f"others can read or change it; chmod 600 {private}" in failure(SecretRef(file=str(private)))


def test_a_file_that_is_missing_says_so(tmp_path: Path) -> None:
    assert "No such file" in failure(SecretRef(file=str(tmp_path / "none")))
    assert "Is a directory" in failure_of_folder(tmp_path)


def failure_of_folder(folder: Path) -> str:
    folder.chmod(0o700)
    return failure(SecretRef(file=str(folder)))


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\n", "is empty"),
        (b"", "is empty"),
        (SECRET.encode() + b"\nmore\n", "is not one line"),
        (SECRET.encode() + b"\0", "is not one line"),
        (b"\xff\xfe" + SECRET.encode(), "is not text"),
        (SECRET.encode() * 9000, "too large"),
    ],
)
def test_a_file_that_holds_no_password_says_so(private: Path, content: bytes, word: str) -> None:
    private.write_bytes(content)

    assert word in failure(SecretRef(file=str(private)))


@pytest.mark.parametrize("name", ["../password", "/etc/passwd", ".."])
def test_a_credential_is_no_path(private: Path, name: str) -> None:
    assert "without a slash" in failure(SecretRef(credential=name), CREDENTIALS_DIRECTORY=str(private.parent / "x"))


def test_a_credential_outside_of_systemd_says_what_is_missing(private: Path) -> None:
    assert "LoadCredential=caldav:" in failure(SecretRef(credential="caldav"))
    assert "No such file" in failure(SecretRef(credential="caldav"), CREDENTIALS_DIRECTORY=str(private.parent))


def test_a_variable_that_is_not_set_is_named() -> None:
    assert 'env "MINE": there is no such environment variable' in failure(SecretRef(env="MINE"))


@pytest.mark.requirement(26)
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["-c", f"import sys; print({SECRET!r}, file=sys.stderr); sys.exit(3)"], "failed with exit code 3"),
        (["-c", "pass", SECRET], "is empty"),
        (["-c", "\0"], "cannot be run"),
    ],
)
def test_a_command_that_fails_says_so_without_its_arguments_or_output(arguments: list[str], word: str) -> None:
    assert word in failure(SecretRef(command=[sys.executable, *arguments]))


def test_a_command_that_does_not_exist_says_so() -> None:
    assert "cannot be run: No such file" in failure(SecretRef(command=["/nowhere/pass", SECRET]))


def test_a_command_that_hangs_is_ended() -> None:
    waiting: Any = [sys.executable, "-c", "import time; time.sleep(600)", SECRET]
    with pytest.raises(SecretError, match=r"no answer within 0\.2 s"):
        resolve(SecretRef(command=waiting), username=None, environ={}, timeout=0.2)


def configured(**tables: dict[str, object]) -> Config:
    """Every account has a password of its own."""
    account = {"type": "caldav", "url": "https://dav.example/", "username": "anna"}
    call_log = {"type": "fritzbox", "url": "https://fritz.example/", "username": "anna"}
    return Config.model_validate(
        {
            "sources": [{**account, "name": "work", **tables.get("source", {})}],
            "target": {**account, **tables.get("target", {})},
            "address_books": [{**account, "type": "carddav", **tables.get("book", {})}],
            "call_logs": [{**call_log, **tables.get("log", {})}],
        }
    )


def told(environ: dict[str, str], **tables: dict[str, object]) -> dict[str, str]:
    """What is lacking, by its place in the configuration, where every account has a password of its own."""
    return {".".join(map(str, each.path)): each.text for each in lacking(configured(**tables), environ)}


def test_each_credential_is_named_once_wherever_it_is_used() -> None:
    caldav: dict[str, object] = {"password": {"credential": "caldav"}}
    config = configured(
        source=caldav, target={"password": "plain"}, book=caldav, log={"password": {"credential": "box"}}
    )
    assert credentials(config) == ("caldav", "box")


@pytest.mark.parametrize(
    ("path", "mode", "cure"),
    [
        ("/etc/termintreu/config.toml", 0o644, "chown root:termintreu /etc/termintreu/config.toml; chmod 640"),
        (
            "/etc/termintreu/people.d/ben.toml",
            0o666,
            "chown root:termintreu /etc/termintreu/people.d/ben.toml; chmod 640",
        ),
        (
            "/etc/termintreu/anna/config.toml",
            0o660,
            "chown root:termintreu-anna /etc/termintreu/anna/config.toml; chmod 640",
        ),
        ("/etc/termintreu/config.toml", 0o640, None),
        ("/home/anna/config.toml", 0o640, "chmod 600 /home/anna/config.toml"),
    ],
)
def test_a_file_of_the_machines_service_is_for_its_group_and_any_other_for_its_owner(
    path: str, mode: int, cure: str | None
) -> None:
    config = configured(source={"password": "plain"})
    warnings = list(mode_warnings(Path(path), mode, config))
    assert [cure in warning for warning in warnings if cure] == ([True] if cure else [])
    assert len(warnings) == (cure is not None)


def test_secrets_that_are_not_there_are_told_with_their_places(private: Path) -> None:
    missing: dict[str, object] = {"password": {"env": "MINE"}}
    nowhere: dict[str, object] = {"password": {"file": f"{private.parent}/nowhere"}}
    variable = 'the password from env "MINE": there is no such environment variable'
    file = f'the password from file "{private.parent}/nowhere": No such file or directory'

    assert {
        "sources.0.password": variable,
        "target.password": file,
        "address_books.0.password": variable,
        "call_logs.0.password": file,
    } == told({}, source=missing, target=nowhere, book=missing, log=nowhere)


def test_a_secret_file_that_others_may_read_is_told(private: Path) -> None:
    private.chmod(0o640)

    assert "chmod 600" in told({}, source={"password": {"file": str(private)}})["sources.0.password"]


def give_up_roots_privilege() -> None:
    """This thread, for good, without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capset(2)): root may read everything."""
    libc, header, held = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    assert 0 == libc.capget(header, held)
    effective, permitted, *others = held
    less = (ctypes.c_uint32 * 6)(effective & ~0b110, permitted & ~0b110, *others)
    assert 0 == libc.capset(header, less)


def test_a_secret_file_that_may_not_be_read_is_told(private: Path) -> None:
    private.chmod(0o200)

    with ThreadPoolExecutor(1, initializer=give_up_roots_privilege) as thread:
        found = thread.submit(told, {}, source={"password": {"file": str(private)}}).result()
    assert "Permission denied" in found["sources.0.password"]


@pytest.mark.requirement(26)
def test_a_look_for_secrets_reads_none(private: Path) -> None:
    private.write_bytes(b"\xff")  # whoever reads it complains that it is no text
    secrets: list[dict[str, object]] = [{"password": {"env": "MINE"}}, {"password": {"file": str(private)}}]

    assert {} == told({"MINE": ""}, source=secrets[0], target=secrets[1])


def test_nothing_is_said_of_secrets_that_only_their_keeper_can_show() -> None:
    assert {} == told(
        {},
        source={"password": {"credential": "caldav"}},
        target={"password": {"command": ["/nowhere/pass"]}},
        book={"password": {"keyring": "termintreu"}},
        log={"password": "plain"},
    )
