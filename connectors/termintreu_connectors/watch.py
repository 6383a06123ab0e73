"""Tells within a second that something changed in a folder or in a file: for folders of events, call logs and the
configuration. It says that something changed, never what: whoever is woken looks for himself, so that no event is
worth anything on its own. A path that is missing, or that is replaced, is watched as soon as it is there.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

from termintreu.model.defects import log_defect
from termintreu.model.supervision import keep_thread
from termintreu_connectors.files import noise

log = structlog.get_logger(__name__)

_CHANGES: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
"""Without these, reading a file would count as a change."""

_QUIET = 0.2
"""Seconds without a further event before `wake` is called."""
_PATIENCE = 0.6
"""Seconds after which `wake` is called although events keep coming."""
_LOOK_EVERY = 5.0
"""Seconds between looks at what no event tells of: a disk that was mounted, a folder above that was replaced."""


@contextmanager
def watching(
    path: Path, wake: Callable[[], None], *, subfolders: bool = False, ignore: Callable[[Path], bool] | None = None
) -> Iterator[None]:
    """Call `wake` from a thread of its own, within a second of a change at `path`; no thread is left at the end.

    Args:
        path: a folder (its files count) or a file; need not exist yet.
        wake: must be quick, and safe to call from any thread.
        subfolders: the files of visible subfolders, one level deep, count as well.
        ignore: asked for each path that changed; True for a change of our own making.
    """
    with _way(path.absolute(), wake, subfolders, ignore):
        yield


@contextmanager
def told_by(way: Way) -> Iterator[None]:
    """Whatever is watched while the context lasts is watched in that way, and not by the system."""
    global _way  # noqa: PLW0603 - there is one system below a process
    before, _way = _way, way
    try:
        yield
    finally:
        _way = before


@contextmanager
def _by_the_system(
    path: Path, wake: Callable[[], None], subfolders: bool, ignore: Callable[[Path], bool] | None
) -> Iterator[None]:
    watch = _Watch(path, wake, subfolders, ignore)
    watch.start()
    try:
        yield
    finally:
        watch.stop()


Way = Callable[[Path, Callable[[], None], bool, Callable[[Path], bool] | None], AbstractContextManager[None]]
"""How changes are told: takes the arguments of `watching`, the path an absolute one."""
_way: Way = _by_the_system


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """One folder that is listened to."""

    folder: Path
    """As it is called in the configuration, whatever the symlinks."""
    names: frozenset[str] | None = None
    """The names in it that count; None: every one that is not noise."""
    place: tuple[int, int]
    """Device and inode: another folder of the same name is another spot."""


class _Watch:
    """Keeps one observer's list of folders up to date, and turns its events into calls of `wake`."""

    def __init__(
        self, path: Path, wake: Callable[[], None], subfolders: bool, ignore: Callable[[Path], bool] | None
    ) -> None:
        self._path = path
        self._wake = wake
        self._subfolders = subfolders
        self._ignore = ignore
        self._observer = _observer()
        self._armed: dict[str, tuple[_Spot, ObservedWatch]] = {}
        self._stirred = threading.Condition()
        self._first_event: float | None = None
        self._last_event = 0.0
        self._ending = threading.Event()
        self._complained = False
        self._state: object = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """What changes after this has returned is noticed."""
        self._observer.start()
        self._arm()
        self._thread = keep_thread("watching for changes", self._run, stopping=self._ending)

    def stop(self) -> None:
        """Ends all threads; `wake` is not called any more."""
        self._ending.set()
        with self._stirred:
            self._stirred.notify()
        if self._thread is not None:
            self._thread.join()
        self._observer.stop()
        self._observer.join()

    def heard(self, spot: _Spot, paths: list[Path], *, itself: bool) -> None:
        """Something happened to `paths` in that spot, or to the folder `itself`."""
        if itself or any(self._counts(spot, path.name) for path in paths):
            with self._stirred:
                self._last_event = time.monotonic()
                self._first_event = self._first_event or self._last_event
                self._stirred.notify()

    def _counts(self, spot: _Spot, name: str) -> bool:
        if noise(name) if spot.names is None else name not in spot.names:
            return False
        return self._ignore is None or not self._ignore(spot.folder / name)

    def _run(self) -> None:
        while True:
            with self._stirred:
                if self._first_event is None and not self._ending.is_set():
                    self._stirred.wait(_LOOK_EVERY)
                while not self._ending.is_set() and (pause := self._pause()) > 0:
                    self._stirred.wait(pause)
                if self._ending.is_set():
                    return
                heard, self._first_event = self._first_event is not None, None
            if self._arm() or heard:
                self._wake()

    def _pause(self) -> float:
        """Seconds to wait for further events; <= 0 when there is nothing to wait for."""
        if self._first_event is None:
            return 0.0
        return min(self._last_event + _QUIET, self._first_event + _PATIENCE) - time.monotonic()

    def _arm(self) -> bool:
        """Listen to the folders that are there now. True where they, or the file, are not those of the last time."""
        wanted = self._spots()
        alive = {emitter.watch for emitter in self._observer.emitters if emitter.should_keep_running()}
        before = {real: spot for real, (spot, _) in self._armed.items()}
        renewed = False
        for real, (spot, watch) in list(self._armed.items()):
            if wanted.get(real) != spot or watch not in alive:
                del self._armed[real]
                self._observer.unschedule(watch)
        for real in wanted.keys() - self._armed.keys():
            spot = wanted[real]
            try:
                watch = self._observer.schedule(_Handler(self, spot, real), real, event_filter=list(_CHANGES))
            except OSError as error:
                self._complain(error)
            else:
                self._armed[real] = (spot, watch)
                renewed = True
        state, self._state = self._state, _signature(self._path)
        return renewed or before.keys() != self._armed.keys() or state != self._state

    def _spots(self) -> dict[str, _Spot]:
        """By real path: the path itself and its subfolders, the nearest folder above, and where a symlink leads."""
        folders: dict[Path, set[str] | None] = {}
        above = next((parent for parent in self._path.parents if parent.is_dir()), None)
        if above is not None:
            folders[above] = {self._path.relative_to(above).parts[0]}
        if self._path.is_symlink():
            aim = Path(os.path.realpath(self._path))
            names = folders.setdefault(aim.parent, set())
            if names is not None:
                names.add(aim.name)
        if self._path.is_dir():
            folders[self._path] = None
            folders.update(dict.fromkeys(self._below()))
        spots: dict[str, _Spot] = {}
        for folder, names in folders.items():
            place = _place(folder)
            if place is not None:
                spot = _Spot(folder=folder, names=None if names is None else frozenset(names), place=place)
                spots.setdefault(os.path.realpath(folder), spot)
        return spots

    def _below(self) -> list[Path]:
        try:
            return [entry for entry in self._path.iterdir() if self._subfolders and _is_visible_folder(entry)]
        except OSError as error:
            self._complain(error)
            return []

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._complained = True
            log.warning("a folder cannot be watched; changes are found when it is read next", errno=error.errno)


class _Handler(FileSystemEventHandler):
    def __init__(self, watch: _Watch, spot: _Spot, real: str) -> None:
        self._watch = watch
        self._spot = spot
        self._real = real

    def on_any_event(self, event: FileSystemEvent) -> None:
        try:
            paths = [Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path]
            self._watch.heard(self._spot, paths, itself=os.fsdecode(event.src_path) == self._real)
        except Exception as error:  # noqa: BLE001 - it would end the thread that tells of all further changes
            log_defect(log, "a change could not be made out; it counts as one", error)
            self._watch.heard(self._spot, [], itself=True)


def _observer() -> BaseObserver:
    """The system's own way of telling changes; looking every second where it has no more watches to give."""
    try:
        return Observer()
    except OSError:
        return PollingObserver(timeout=1)


def _is_visible_folder(path: Path) -> bool:
    return not noise(path.name) and path.is_dir()


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def _signature(path: Path) -> object:
    """What tells that a file is another one than before; of a folder only where it is."""
    try:
        found = path.stat()
    except OSError:
        return None
    place = (found.st_dev, found.st_ino)
    return place if stat.S_ISDIR(found.st_mode) else (*place, found.st_size, found.st_mtime_ns)
