"""Files of log-ins: for their owner only, whole at any moment, and gone when they are forgotten."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from termintreu.model.errors import StoreError
from termintreu.model.logins import Login, login_command
from termintreu.storage.logins import LoginFile

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LOGIN = Login(
    kind="oauth",
    place="https://dav.example:443\nclient",
    secret="the access token",
    refresh_token="the refresh token",
    obtained_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    token_endpoint="https://id.example/token",
)


@pytest.fixture
def file(tmp_path: Path) -> LoginFile:
    return LoginFile(tmp_path / "state", "anna", "work")


def test_what_is_kept_comes_back(file: LoginFile) -> None:
    file.save(LOGIN)
    assert LOGIN == file.load()


def test_nothing_is_made_by_looking(file: LoginFile) -> None:
    assert file.load() is None
    assert "" == file.mark()
    assert not file.path.parent.parent.exists()


@pytest.mark.requirement(26)
def test_the_file_is_for_its_owner_only_whatever_the_umask(file: LoginFile) -> None:
    before = os.umask(0)
    try:
        file.save(LOGIN)
        with file.exclusive():
            modes = {stat.S_IMODE(path.stat().st_mode) for path in file.path.parent.iterdir()}
        assert {0o600} == modes
        assert 0o700 == stat.S_IMODE(file.path.parent.stat().st_mode)
    finally:
        os.umask(before)


@pytest.mark.requirement(26)
def test_no_token_is_in_a_representation() -> None:
    assert "token" not in repr(LOGIN).replace("token_endpoint", "").replace("id.example/token", "")


def test_people_and_sources_have_files_of_their_own(tmp_path: Path) -> None:
    files = [LoginFile(tmp_path, person, source) for person in ("anna", "ben") for source in ("work", "../work")]
    assert 4 == len({one.path for one in files})
    assert {tmp_path / "logins"} == {one.path.parent for one in files}


@pytest.mark.requirement(26)
def test_what_is_forgotten_is_overwritten_before_it_is_removed(file: LoginFile) -> None:
    file.save(LOGIN)
    twin = file.path.with_name("twin")
    os.link(file.path, twin)
    file.forget()
    assert file.load() is None
    assert {0} == set(twin.read_bytes())
    file.forget()


def test_what_cannot_be_understood_counts_as_none(file: LoginFile) -> None:
    file.save(LOGIN)
    for content in (b"", b"{}", b"[1]", b'{"form": 2}', file.path.read_bytes().replace(b'"oauth"', b'"magic"')):
        file.path.write_bytes(content)
        assert file.load() is None


def test_who_dies_between_writing_and_naming_loses_nothing(file: LoginFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(LOGIN)
    new = replace(LOGIN, secret="the next one", renewed_at=NOW + timedelta(hours=1))

    def killed(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            file.save(new)
    assert LOGIN == file.load()
    with file.exclusive() as alone:
        assert alone
        assert new == file.load()


def test_what_was_left_half_written_is_left_alone(file: LoginFile) -> None:
    file.save(LOGIN)
    file.prepare()
    with file.exclusive():
        assert LOGIN == file.load()


def test_one_at_a_time(file: LoginFile, tmp_path: Path) -> None:
    other = LoginFile(tmp_path / "state", "anna", "work")
    with file.exclusive() as first, other.exclusive() as second:
        assert (True, False) == (first, second)
    with other.exclusive() as again:
        assert again


def test_a_folder_that_cannot_be_written_is_said_with_its_path(file: LoginFile) -> None:
    file.path.parent.parent.write_text("no folder")
    with pytest.raises(StoreError, match=r"state/logins: the log-in of 'work' cannot be kept there"):
        file.save(LOGIN)


def test_a_link_in_the_place_of_the_file_is_not_followed(file: LoginFile, tmp_path: Path) -> None:
    file.save(LOGIN)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("something of mine")
    file.path.with_name(f"{file.path.name}.new").symlink_to(elsewhere)
    with pytest.raises(StoreError):
        file.save(LOGIN)
    assert "something of mine" == elsewhere.read_text()


def test_the_command_quotes_a_name_with_blanks() -> None:
    assert 'termintreu login "My work" --person anna' == login_command("My work", "anna")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_keeps_is_for_the_service_whose_folder_it_is(file: LoginFile) -> None:
    folder = file.path.parent.parent
    folder.mkdir()
    os.chown(folder, 4711, 4712)
    file.save(LOGIN)
    with file.exclusive():
        owners = {(path.stat().st_uid, path.stat().st_gid) for path in (file.path.parent, *file.path.parent.iterdir())}
    assert {(4711, 4712)} == owners
