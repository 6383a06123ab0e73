"""A folder of .ics files, as vdirsyncer and khal use it, or a single .ics file. Everything happens in threads, so that
a slow disk never holds up the loop. Nothing is written outside of the folder, into a single file, or through a
symlink; a folder that is missing or empty all at once is a disk that is not mounted, never a calendar without events.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from termintreu.model import Collection, Look, Resource, Snapshot
from termintreu.model.errors import Forbidden, InvalidAnswer, NotFound, PreconditionFailed, Unavailable, Unreachable
from termintreu_connectors import files
from termintreu_connectors.streams import is_whole, outline
from termintreu_connectors.vdir_layout import Layout, clean, href_of, is_resource_name

T = TypeVar("T")

_YOUNG = 2.0
"""Seconds within which a file's time stamp may stay the same although it is written once more (FAT has steps of 2)."""
_BEING_WRITTEN = 10.0
"""Seconds for which a file that is not whole is taken for one that somebody is writing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What stands in the files."""

    suffix: str
    """Of their names, lower case."""
    holds: frozenset[str]
    """The components in them."""
    is_whole: Callable[[bytes], bool]
    """False for a file that was cut off, or is something else."""
    noun: str
    """For messages."""
    edges: str
    """What a whole one begins and ends with, for messages."""


ICS = Form(
    suffix=".ics",
    holds=frozenset({"VEVENT", "VTODO"}),
    is_whole=is_whole,
    noun="calendar",
    edges="BEGIN:VCALENDAR ... END:VCALENDAR",
)


class VdirFolder:
    """Source and Target on a folder.

    The folder is itself a collection where it holds .ics files; otherwise each subfolder is one.

    Args:
        name: as in the configuration.
        path: the folder or the .ics file; "~" is the home folder.
        max_body: bytes of the largest file that is read.
        form: of the files, where they are read only.
        ours: nothing but our own collections stands in the folder: it is made with the first of them.
    """

    def __init__(
        self, name: str, path: str | Path, *, max_body: int = 20_000_000, form: Form = ICS, ours: bool = False
    ) -> None:
        self._name = name
        self._form = form
        self._layout = Layout(name, Path(path).expanduser().absolute(), suffix=form.suffix, holds=form.holds, ours=ours)
        self._cap = max_body
        self._place: str | None = None
        self._young: set[str] = set()
        self._uids: dict[Path, tuple[str, frozenset[str]]] = {}
        self._written: dict[Path, tuple[int, int, int] | None] = {}

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    @property
    def requests(self) -> int:
        """Always 0: nothing is sent."""
        return 0

    async def collections(self) -> Sequence[Collection]:
        """The folder or its subfolders. Raises Unavailable where it is not there, NotThereYet where it can be made."""
        return await self._in_thread(self._collections)

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """A full listing; files that look as they did when `known` was read are not read again."""
        return await self._in_thread(lambda: self._changes(collection, token, known))

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake` within a second of a change that is not our own."""
        from termintreu_connectors.watch import watching  # noqa: PLC0415 - only a daemon needs watchdog

        return watching(self._layout.base, wake, subfolders=True, ignore=self._is_ours)

    async def close(self) -> None:
        """Nothing to give back."""

    async def ensure(self, name: str, components: frozenset[str], look: Look | None = None) -> Collection:
        """The collection of that display name, made as a subfolder where it is missing. Raises Forbidden."""
        return await self._in_thread(lambda: self._ensure(name, look))

    async def create(self, collection: Collection, name: str, data: bytes) -> Resource:
        """A new file. Raises PreconditionFailed where it exists or its UID stands in another file."""
        return await self._in_thread(lambda: self._create(collection, name, data))

    async def update(self, href: str, data: bytes, etag: str) -> Resource:
        """Replace a file whose content is still the one of `etag`. Raises PreconditionFailed, NotFound."""
        return await self._in_thread(lambda: self._update(href, data, etag))

    async def delete(self, href: str, etag: str) -> None:
        """Delete a file whose content is still the one of `etag`. Raises PreconditionFailed."""
        await self._in_thread(lambda: self._delete(href, etag))

    async def fetch(self, href: str) -> Resource:
        """The file. Raises NotFound."""
        return await self._in_thread(lambda: self._fetch(href))

    async def description(self, collection: Collection) -> str:
        """What stands in the folder's file `description`."""
        return await self._in_thread(lambda: self._layout.described(collection.href))

    async def discard(self, collection: Collection) -> None:
        """Remove a subfolder with its files; and the folder around it, where it was made for that and is empty."""
        await self._in_thread(lambda: self._discard(collection))

    async def _in_thread(self, action: Callable[[], T]) -> T:
        def guarded() -> T:
            with files.errors_of(self._name):
                return action()

        return await asyncio.to_thread(guarded)

    def _collections(self) -> list[Collection]:
        if self._layout.is_file():
            return [self._layout.collection(self._layout.base)]
        base = self._layout.base
        if self._place is None and self._layout.is_blank(base) and not os.access(base, os.W_OK):
            raise Unreachable(f"{self._name}: the folder is empty and belongs to somebody else; is a disk not mounted?")
        self._place = self._same_place(base, self._place)
        return [self._layout.collection(folder) for folder in self._layout.folders()]

    def _same_place(self, folder: Path, place: str | None) -> str:
        """What tells a folder from another at the same path. Raises Unavailable where an empty one took its place."""
        found = folder.stat()
        now = f"vdir:{found.st_dev}:{found.st_ino}"
        if place not in {None, now} and self._layout.is_blank(folder):
            gone = Unreachable if folder == self._layout.base else Unavailable
            raise gone(f"{self._name}: the folder is another one and empty; is a disk not mounted?")
        return now

    def _changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        if self._layout.is_file():
            return self._single(known)
        folder = self._layout.folder(collection.href)
        place = self._same_place(folder, token if known else None)
        rows: list[Resource] = []
        troubles: list[str] = []
        whole = stable = True
        for path, found in self._layout.files(folder):
            href = href_of(path)
            etag = known.get(href)
            try:
                with files.errors_of(self._name):
                    row, finished = self._row(path, href, found, etag)
                stable = stable and finished
            except NotFound:
                continue
            except (Forbidden, InvalidAnswer, Unavailable) as error:
                # It is there, and what was known of it stays.
                whole = whole and not isinstance(error, Unavailable)
                troubles.append(f"{clean(path.name)}: {error}")
                if etag is None:
                    continue
                row = Resource(href=href, etag=etag, data=None)
            rows.append(row)
        if self._same_place(folder, place) != place:
            raise Unavailable(f"{self._name}: the folder was replaced while it was read")
        return Snapshot(
            collection=collection,
            token=place,
            full=True,
            changed=tuple(rows),
            complete=whole,
            note=f"{len(troubles)} of the files could not be read ({troubles[0]})" if troubles else None,
            stable=stable,
        )

    def _row(self, path: Path, href: str, found: os.stat_result | None, etag: str | None) -> tuple[Resource, bool]:
        """A file, and whether nobody seems to be writing it.

        What was known of a file holds until it is whole again (Unavailable). Of one that is new there is nothing to
        protect: it is passed on as it is, so that a broken one is told at once.
        """
        if (
            found is not None
            and href not in self._young
            and files.unread(etag, found)
            and _age(found.st_mtime) >= _BEING_WRITTEN
        ):
            return Resource(href=href, etag=etag, data=None), True
        content = self._read(path)
        age = _age(content.modified)
        same = content.etag == etag
        finished = age >= _BEING_WRITTEN or self._form.is_whole(content.data)
        if not finished and etag is not None and not same:
            raise Unavailable(f"{self._name}: it is being written")
        (self._young.add if age < _YOUNG else self._young.discard)(href)
        return Resource(href=href, etag=content.etag, data=None if same else content.data), finished

    def _single(self, known: Mapping[str, str | None]) -> Snapshot:
        base = self._layout.base
        href = href_of(base)
        content = self._read(base)
        if not self._form.is_whole(content.data):
            raise InvalidAnswer(f"{self._name}: the file is not a whole {self._form.noun} ({self._form.edges})")
        data = None if known.get(href) == content.etag else content.data
        return Snapshot(
            collection=self._layout.collection(base),
            token=None,
            full=True,
            changed=(Resource(href=href, etag=content.etag, data=data),),
        )

    def _read(self, path: Path) -> files.Content:
        try:
            return files.read(path, self._cap)
        except (Forbidden, InvalidAnswer, Unavailable) as error:
            raise type(error)(f"{self._name}: {error}") from error

    def _fetch(self, href: str) -> Resource:
        content = self._read(self._layout.file(href))
        return Resource(href=href, etag=content.etag, data=content.data)

    def _discard(self, collection: Collection) -> None:
        folder = self._layout.folder(collection.href, writing=True)
        if folder == self._layout.base:
            raise Forbidden(f"{self._name}: the folder itself is never removed")
        with files.locked(self._layout.base):
            for path, _ in list(self._layout.files(folder)):
                self._written[path] = None
                files.remove(path)
            self._layout.forget(folder)

    def _ensure(self, name: str, look: Look | None) -> Collection:
        self._layout.make()
        if self._layout.is_file():
            raise self._layout.read_only()
        with files.locked(self._layout.base):
            for collection in self._collections():
                if collection.name == clean(name) and collection.writable:
                    return collection
            folder = self._layout.free_folder(name)
            shown = {"color": look.color, "description": clean(look.description)} if look else {}
            metadata = {"displayname": clean(name), **shown}
            files.make_folder(folder, {file: text.encode() for file, text in metadata.items()})
            return self._layout.collection(folder)

    def _create(self, collection: Collection, name: str, data: bytes) -> Resource:
        folder = self._layout.folder(collection.href, writing=True)
        if not is_resource_name(name):
            raise Forbidden(f"{self._name}: that is no name for an .ics file")
        path = folder / name
        with files.locked(folder):
            if self._uid_elsewhere(folder, path, outline(data).uids):
                raise PreconditionFailed(f"{self._name}: its UID stands in another file", uid_conflict=True)
            with files.draft(folder, data) as draft:
                self._written[path] = draft.state()
                try:
                    etag = draft.place_new(path)
                except FileExistsError as error:
                    raise PreconditionFailed(f"{self._name}: there is a file of that name already") from error
        return Resource(href=href_of(path), etag=etag, data=None)

    def _update(self, href: str, data: bytes, etag: str) -> Resource:
        path = self._layout.file(href, writing=True)
        with files.locked(path.parent), files.draft(path.parent, data) as draft:
            self._compare(path, etag)
            self._written[path] = draft.state()
            return Resource(href=href, etag=draft.replace(path), data=None)

    def _delete(self, href: str, etag: str) -> None:
        path = self._layout.file(href, writing=True)
        with files.locked(path.parent):
            if not path.exists():
                return
            self._compare(path, etag)
            self._written[path] = None
            files.remove(path)

    def _compare(self, path: Path, etag: str) -> None:
        if not files.same_content(self._read(path).etag, etag):
            raise PreconditionFailed(f"{self._name}: the file changed since it was read")

    def _uid_elsewhere(self, folder: Path, path: Path, uids: frozenset[str]) -> bool:
        for other, found in self._layout.files(folder):
            state = files.mark(found) if found is not None else None
            if state is None or self._uids.get(other, ("",))[0] != state:
                try:
                    self._uids[other] = (state or "", outline(self._read(other).data).uids)
                except (OSError, Forbidden, InvalidAnswer, Unavailable):
                    # What cannot be read cannot be compared; a UID twice in a folder does no harm.
                    continue
            if other != path and uids & self._uids[other][1]:
                return True
        return False

    def _is_ours(self, path: Path) -> bool:
        """True where the file is as we left it (for a deleted one: gone)."""
        if path not in self._written:
            return False
        try:
            return files.state(path) == self._written[path]
        except OSError:
            return self._written[path] is None


def _age(modified: float) -> float:
    """Seconds since then. A clock that was wrong leaves files from the future: they are old, too."""
    return abs(time.time() - modified)
