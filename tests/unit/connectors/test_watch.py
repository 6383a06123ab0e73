"""The watcher, against a real file system: every test makes a change and waits for the call, with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from termintreu.model import supervision
from termintreu_connectors import watch as module
from termintreu_connectors.watch import watching

SECOND = 1.0
"""A change is to be told within it, where the machine is not busy."""
DEADLINE = 10.0
"""For a machine that is busy with other tests."""
SILENCE = 0.25
"""Long enough to be told of a change, with the short pauses of these tests."""


class Bell:
    """Counts calls, and waits for them."""

    def __init__(self) -> None:
        self.rung = threading.Semaphore(0)

    def __call__(self) -> None:
        self.rung.release()

    def rings(self, within: float = DEADLINE) -> bool:
        return self.rung.acquire(timeout=within)

    def settle(self) -> None:
        """Wait until what came before has been told."""
        while self.rings(within=SILENCE):
            pass


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture(autouse=True)
def no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set() == set(threading.enumerate()) - before


@pytest.fixture(autouse=True)
def short_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_pauses" not in request.fixturenames:
        monkeypatch.setattr(module, "_QUIET", 0.05)
        monkeypatch.setattr(module, "_PATIENCE", 0.3)


@pytest.fixture
def real_pauses() -> None:
    """The pauses as they are shipped."""


@pytest.mark.usefixtures("real_pauses")
def test_the_pauses_leave_a_change_time_to_be_told_within_a_second(tmp_path: Path, bell: Bell) -> None:
    assert module._QUIET <= module._PATIENCE <= 0.75 * SECOND
    with watching(tmp_path, bell):
        (tmp_path / "a.ics").write_text("x")
        assert bell.rings()


def test_a_file_written_in_place_is_noticed(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "a.ics").write_text("x")
    with watching(tmp_path, bell):
        (tmp_path / "a.ics").write_text("y")
        assert bell.rings()


def test_an_atomic_rename_over_a_file_is_noticed(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "a.ics").write_text("x")
    (tmp_path / "b.tmp").write_text("y")
    with watching(tmp_path, bell):
        (tmp_path / "b.tmp").replace(tmp_path / "a.ics")
        assert bell.rings()


def test_a_rename_from_outside_is_noticed(tmp_path: Path, bell: Bell) -> None:
    folder = tmp_path / "cal"
    folder.mkdir()
    (tmp_path / "new").write_text("x")
    with watching(folder, bell):
        (tmp_path / "new").rename(folder / "a.ics")
        assert bell.rings()


def test_a_deleted_file_is_noticed(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "a.ics").write_text("x")
    with watching(tmp_path, bell):
        (tmp_path / "a.ics").unlink()
        assert bell.rings()


def test_reading_is_no_change(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "a.ics").write_text("x")
    with watching(tmp_path, bell):
        (tmp_path / "a.ics").read_text()
        list(tmp_path.iterdir())
        assert not bell.rings(within=SILENCE)


@pytest.mark.parametrize("name", ["a.ics.tmp", ".a.ics.swp", ".git", "a.ics~"])
def test_temporary_and_hidden_files_are_no_change(tmp_path: Path, bell: Bell, name: str) -> None:
    with watching(tmp_path, bell):
        (tmp_path / name).write_text("x")
        assert not bell.rings(within=SILENCE)


def test_a_burst_of_changes_wakes_once(tmp_path: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    for pause in ("_QUIET", "_PATIENCE"):
        monkeypatch.setattr(module, pause, 6 * DEADLINE)

    def ended_by_the_last(path: Path) -> bool:
        if path.name == "last.ics":
            monkeypatch.setattr(module, "_QUIET", 0.0)
        return False

    (tmp_path / "last.tmp").write_text("x")
    with watching(tmp_path, bell, ignore=ended_by_the_last):
        for number in range(200):
            (tmp_path / f"{number}.ics").write_text("x")
        (tmp_path / "last.tmp").rename(tmp_path / "last.ics")
        assert bell.rings()
        assert not bell.rings(within=SILENCE)


def test_a_change_is_told_although_others_never_cease(
    tmp_path: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_QUIET", 6 * DEADLINE)
    ending = threading.Event()

    def write_on() -> None:
        number = 0
        while not ending.wait(0.05):
            number += 1
            (tmp_path / "a.ics").write_text(str(number))

    writer = threading.Thread(target=write_on)
    with watching(tmp_path, bell):
        writer.start()
        try:
            assert bell.rings()
        finally:
            ending.set()
            writer.join()


def test_a_change_in_a_subfolder_is_noticed_only_where_subfolders_count(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "work").mkdir()
    with watching(tmp_path, bell):
        (tmp_path / "work" / "a.ics").write_text("x")
        assert not bell.rings(within=SILENCE)
    with watching(tmp_path, bell, subfolders=True):
        (tmp_path / "work" / "b.ics").write_text("x")
        assert bell.rings()


def test_a_subfolder_made_later_is_watched(tmp_path: Path, bell: Bell) -> None:
    with watching(tmp_path, bell, subfolders=True):
        (tmp_path / "work").mkdir()
        assert bell.rings()
        bell.settle()
        (tmp_path / "work" / "a.ics").write_text("x")
        assert bell.rings()


def test_a_folder_made_later_is_watched(tmp_path: Path, bell: Bell) -> None:
    folder = tmp_path / "not" / "yet" / "there"
    with watching(folder, bell):
        folder.mkdir(parents=True)
        assert bell.rings()
        bell.settle()
        (folder / "a.ics").write_text("x")
        assert bell.rings()


def test_neighbours_of_a_folder_that_is_missing_are_no_change(tmp_path: Path, bell: Bell) -> None:
    with watching(tmp_path / "cal", bell):
        (tmp_path / "other").mkdir()
        (tmp_path / "file.ics").write_text("x")
        (tmp_path / "other").rmdir()
        assert not bell.rings(within=SILENCE)


def test_a_folder_that_is_replaced_goes_on_being_watched(tmp_path: Path, bell: Bell) -> None:
    folder = tmp_path / "cal"
    folder.mkdir()
    (tmp_path / "next").mkdir()
    heard_of_the_old = threading.Event()

    def note(path: Path) -> bool:
        if path.name == "old.ics":
            heard_of_the_old.set()
        return False

    with watching(folder, bell, ignore=note):
        folder.rename(tmp_path / "old")
        (tmp_path / "next").rename(folder)
        assert bell.rings()
        bell.settle()
        (folder / "a.ics").write_text("x")
        assert bell.rings()
        (tmp_path / "old" / "old.ics").write_text("x")
        assert not heard_of_the_old.wait(SILENCE)


def test_a_folder_that_is_deleted_and_made_again_goes_on_being_watched(tmp_path: Path, bell: Bell) -> None:
    folder = tmp_path / "cal"
    folder.mkdir()
    with watching(folder, bell):
        folder.rmdir()
        folder.mkdir()
        assert bell.rings()
        bell.settle()
        (folder / "a.ics").write_text("x")
        assert bell.rings()


def test_a_folder_far_above_that_is_replaced_is_found_by_looking(
    tmp_path: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a" / "b" / "cal"
    folder.mkdir(parents=True)
    (tmp_path / "other" / "b" / "cal").mkdir(parents=True)
    monkeypatch.setattr(module, "_LOOK_EVERY", 0.2)
    with watching(folder, bell):
        (tmp_path / "a").rename(tmp_path / "old")
        (tmp_path / "other").rename(tmp_path / "a")
        assert bell.rings()
        bell.settle()
        (folder / "a.ics").write_text("x")
        assert bell.rings()


def test_only_the_file_itself_counts_where_a_file_is_watched(tmp_path: Path, bell: Bell) -> None:
    file = tmp_path / "config.toml"
    file.write_text("x")
    with watching(file, bell):
        (tmp_path / "other.toml").write_text("x")
        assert not bell.rings(within=SILENCE)
        (tmp_path / "config.toml.new").write_text("y")
        (tmp_path / "config.toml.new").replace(file)
        assert bell.rings()


def test_a_file_made_later_is_noticed(tmp_path: Path, bell: Bell) -> None:
    with watching(tmp_path / "log.csv", bell):
        (tmp_path / "log.csv").write_text("x")
        assert bell.rings()


def test_a_change_behind_a_symlink_is_noticed(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "config.toml"
    real.write_text("x")
    (tmp_path / "etc").mkdir()
    link = tmp_path / "etc" / "config.toml"
    link.symlink_to(real)
    with watching(link, bell):
        real.write_text("y")
        assert bell.rings()


def test_a_symlink_beside_its_aim_is_watched_on_both_names(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "real.toml").write_text("x")
    (tmp_path / "config.toml").symlink_to("real.toml")
    with watching(tmp_path / "config.toml", bell):
        (tmp_path / "real.toml").write_text("y")
        assert bell.rings()


def test_a_symlinked_folder_is_watched(tmp_path: Path, bell: Bell) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "cal").symlink_to("real")
    with watching(tmp_path / "cal", bell):
        (tmp_path / "real" / "a.ics").write_text("x")
        assert bell.rings()


def test_our_own_changes_are_not_told(tmp_path: Path, bell: Bell) -> None:
    with watching(tmp_path, bell, ignore=lambda path: path == tmp_path / "ours.ics"):
        (tmp_path / "ours.ics").write_text("x")
        assert not bell.rings(within=SILENCE)
        (tmp_path / "theirs.ics").write_text("x")
        assert bell.rings()


def test_without_inotify_the_folder_is_looked_at(tmp_path: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    def used_up() -> None:
        raise OSError(24, "too many inotify instances")

    monkeypatch.setattr(module, "Observer", used_up)
    with watching(tmp_path, bell):
        (tmp_path / "a.ics").write_text("x")
        assert bell.rings()


def test_nothing_is_told_after_the_end(tmp_path: Path, bell: Bell) -> None:
    with watching(tmp_path, bell):
        pass
    (tmp_path / "a.ics").write_text("x")
    assert not bell.rings(within=SILENCE)


def test_watching_goes_on_after_a_defect(tmp_path: Path, bell: Bell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "FIRST_PAUSE", 0.01)
    defects = iter([ZeroDivisionError()])

    def wake() -> None:
        bell()
        for defect in defects:
            raise defect

    with watching(tmp_path, wake):
        for name in ("a.ics", "b.ics"):
            (tmp_path / name).touch()
            assert bell.rings()
            bell.settle()


def test_a_change_that_cannot_be_made_out_counts_as_one(tmp_path: Path, bell: Bell) -> None:
    def ignore(path: Path) -> bool:
        return bool(1 // (path.name != "a.ics")) and False

    with watching(tmp_path, bell, ignore=ignore):
        for name in ("a.ics", "b.ics"):
            (tmp_path / name).touch()
            assert bell.rings()
            bell.settle()


def test_somebody_else_can_tell_of_changes_and_the_system_does_so_again_afterwards(tmp_path: Path) -> None:
    told: list[Path] = []

    @contextmanager
    def way(path: Path, *_: object) -> Iterator[None]:
        told.append(path)
        yield

    threads = threading.active_count()
    with module.told_by(way), watching(tmp_path, lambda: None):
        assert [tmp_path] == told
        assert threads == threading.active_count()
    with watching(tmp_path, lambda: None):
        assert [tmp_path] == told
        assert threads < threading.active_count()
