"""Which folder and which file a href stands for, and what a folder of calendars or address books looks like:
collections, their names, their files (the vdir format of vdirsyncer and khal). Looks at names and states of files only,
reads no event and no card.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from termintreu.model import Collection
from termintreu.model.errors import Forbidden, NotFound, NotThereYet, Unreachable
from termintreu_connectors.files import noise

_METADATA = ("displayname", "color")
"""Files by which a folder is known to be a collection."""
_MADE = (*_METADATA, "description")
"""Files that we give to a collection."""
_NAME_CAP = 120
"""Characters of a display name."""
_UNMOUNTED = "is a disk not mounted?"


class Layout:
    """The folder (or the single file) at `base`."""

    def __init__(
        self,
        source: str,
        base: Path,
        *,
        suffix: str = ".ics",
        holds: frozenset[str] = frozenset({"VEVENT", "VTODO"}),
        ours: bool = False,
    ) -> None:
        """What to look for.

        Args:
            source: for messages.
            base: the folder or the file.
            suffix: of the files that count, lower case.
            holds: the components in them.
            ours: the folder is of our own making.
        """
        self._source = source
        self.base = base
        self._suffix = suffix
        self._holds = holds
        self._ours = ours
        self._made = False

    def is_file(self) -> bool:
        """True for a single file. Raises Unavailable where there is nothing, NotThereYet where it can be made."""
        if self.base.exists():
            return not self.base.is_dir()
        missing = f"{self._source}: the path does not exist; {_UNMOUNTED}"
        raise NotThereYet(missing, href=href_of(self.base) + "/") if self._can_be_made() else Unreachable(missing)

    def make(self) -> None:
        """Make the folder where it is of our own making and missing. Raises OSError."""
        if not self.base.exists() and self._can_be_made():
            self.base.mkdir(exist_ok=True)
            self._made = True

    def forget(self, folder: Path) -> None:
        """Remove an empty subfolder, and the folder around it where `make` made that and nothing else is in it. Raises
        OSError."""
        for name in _MADE:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
        if self._made and self.is_blank(self.base):
            self.base.rmdir()
            self._made = False

    def folders(self) -> list[Path]:
        """The folders that are collections, sorted. OSError."""
        below = sorted(Path(entry.path) for entry in os.scandir(self.base) if entry.is_dir() and not noise(entry.name))
        if any(True for _ in self.files(self.base)) or any((self.base / name).is_file() for name in _METADATA):
            # Other subfolders of a collection are no calendars (archives, attachments), unless they bear a name.
            return [self.base, *(folder for folder in below if (folder / "displayname").is_file())]
        return below or [self.base]

    def files(self, folder: Path) -> Iterator[tuple[Path, os.stat_result | None]]:
        """The files of a folder that count, and their states, symlinks followed; None for a state that cannot be had.

        Raises OSError where the folder cannot be listed.
        """
        with os.scandir(folder) as entries:
            for entry in entries:
                if noise(entry.name) or not entry.name.lower().endswith(self._suffix):
                    continue
                found: os.stat_result | None = None
                try:
                    found = entry.stat()
                except FileNotFoundError:
                    # Gone meanwhile, or a symlink into the void.
                    continue
                except OSError:
                    # It is there; whoever reads it will learn what is wrong with it.
                    pass
                if found is None or stat.S_ISREG(found.st_mode):
                    yield Path(entry.path), found

    def collection(self, folder: Path) -> Collection:
        """A folder (or the single file) as a collection."""
        if folder == self.base and self.is_file():
            return Collection(href=href_of(folder), name=clean(folder.stem), components=self._holds, writable=False)
        label = _line_of(folder / "displayname")
        return Collection(
            href=href_of(folder) + "/",
            name=label or clean(folder.name) or "calendar",
            components=self._holds,
            writable=os.access(folder, os.W_OK | os.X_OK) and self._is_inside(folder),
        )

    def described(self, href: str) -> str:
        """What the description of a collection says; "" where there is none. Raises as `folder`."""
        return _line_of(self.folder(href) / "description")

    def folder(self, href: str, *, writing: bool = False) -> Path:
        """The folder of a collection. Raises NotFound, Unavailable, Forbidden (for writing)."""
        folder = self._path(href.removesuffix("/"), deepest=1)
        if self.is_file():
            raise self.read_only()
        if not folder.is_dir():
            if self.is_blank(self.base):
                raise Unreachable(f"{self._source}: the folder is empty all at once; {_UNMOUNTED}")
            raise NotFound(f"{self._source}: there is no such folder")
        if writing and not self._is_inside(folder):
            raise Forbidden(f"{self._source}: the collection is a symlink out of the folder; nothing is written there")
        return folder

    def file(self, href: str, *, writing: bool = False) -> Path:
        """The file of a resource, whether it is there or not. Raises NotFound, Unavailable, Forbidden (for writing)."""
        if self.is_file():
            if writing:
                raise self.read_only()
            if href == href_of(self.base):
                return self.base
        path = self._path(href, deepest=2)
        folder = self.folder(href_of(path.parent), writing=writing)
        if not is_resource_name(path.name):
            raise NotFound(f"{self._source}: there is nothing at that href")
        if writing and path.is_symlink():
            raise Forbidden(f"{self._source}: it is a symlink; nothing is written through it")
        return folder / path.name

    def read_only(self) -> Forbidden:
        """The error for a write to a single file."""
        return Forbidden(f"{self._source}: a single file is read, never written; name a folder")

    def is_blank(self, folder: Path) -> bool:
        """True where nothing at all is in a folder, as in a mount point without its disk."""
        with os.scandir(folder) as entries:
            return not any(entry.name != "lost+found" for entry in entries)

    def free_folder(self, name: str) -> Path:
        """A subfolder for a collection of that display name; nothing stands there yet."""
        stem = safe_name(name)
        tries = (self.base / (stem if number == 1 else f"{stem}-{number}") for number in range(1, 1000))
        for path in tries:
            if not os.path.lexists(path):
                return path
        raise Forbidden(f"{self._source}: too many folders of that name")

    def _can_be_made(self) -> bool:
        """A symlink that leads nowhere is a disk's; of a whole path that is missing nobody knows where it should be."""
        return self._ours and self.base.parent.is_dir() and not self.base.is_symlink()

    def _path(self, href: str, *, deepest: int) -> Path:
        """Below the base, at most that deep, nothing hidden and no way out."""
        root = href_of(self.base)
        parts = [part for part in href.removeprefix(root).split("/") if part]
        inside = href == root or href.startswith(root.rstrip("/") + "/")
        if not inside or "\0" in href or len(parts) > deepest or any(noise(part) for part in parts):
            raise NotFound(f"{self._source}: there is nothing at that href")
        return self.base.joinpath(*parts)

    def _is_inside(self, folder: Path) -> bool:
        return folder.resolve().is_relative_to(self.base.resolve())


def href_of(path: Path) -> str:
    """The path as a href; bytes that are no UTF-8 are written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_resource_name(name: str) -> bool:
    """True for what may be the name of an .ics file of ours."""
    return (
        name.lower().endswith(".ics")
        and not noise(name)
        and not {"/", "\0"} & set(name)
        and len(os.fsencode(name)) <= 255
    )


def clean(text: str) -> str:
    """A display name in one line, without control and bidi characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:_NAME_CAP]


def safe_name(name: str) -> str:
    """A folder's name for a display name: `[a-z0-9-]` only, never empty."""
    german = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "calendar"


def _line_of(file: Path) -> str:
    """A file's first characters, cleaned; "" where there is none."""
    try:
        with file.open("rb") as opened:
            return clean(opened.read(4 * _NAME_CAP).decode("utf-8", "replace"))
    except OSError:
        return ""
