"""Folders keep the contract, in both of their shapes; a single .ics file keeps the reading half of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from termintreu.model.ports import Source, Target
from termintreu_connectors.vdir import VdirFolder
from tests.contract.suite import Bench, SourceContract, TargetContract


@dataclass(frozen=True)
class FolderHand:
    """Writes as vdirsyncer does (a new file over the old one), or in place, as simple scripts do."""

    folder: Path
    in_place: bool = False

    def put(self, name: str, data: bytes) -> None:
        if self.in_place:
            (self.folder / name).write_bytes(data)
        else:
            (self.folder / "x.tmp").write_bytes(data)
            (self.folder / "x.tmp").replace(self.folder / name)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    def read(self) -> Mapping[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.glob("*.ics")}

    def drop(self) -> None:
        shutil.rmtree(self.folder)


async def bench_of(base: Path, hand: FolderHand) -> Bench[Target]:
    connector = VdirFolder("vdir", base)
    collections = {Path(found.href): found for found in await connector.collections()}
    return Bench(connector=connector, collection=collections[hand.folder], hand=hand)


class TestFolderOfCalendars(TargetContract):
    """Each subfolder is a calendar."""

    @pytest.fixture
    async def bench(self, tmp_path: Path) -> Bench[Target]:
        for name in ("work", "private"):
            (tmp_path / name).mkdir()
        return await bench_of(tmp_path, FolderHand(tmp_path / "work"))


class TestOneCalendar(TargetContract):
    """The folder itself is the calendar, written in place."""

    @pytest.fixture
    async def bench(self, tmp_path: Path) -> Bench[Target]:
        folder = tmp_path / "My calendar"
        folder.mkdir()
        (folder / "color").write_text("#FF0000")
        return await bench_of(folder, FolderHand(folder, in_place=True))


@dataclass(frozen=True)
class FileHand:
    """Keeps objects in one stream."""

    file: Path
    objects: dict[str, bytes]

    def put(self, name: str, data: bytes) -> None:
        self.objects[name] = data
        self.write()

    def remove(self, name: str) -> None:
        del self.objects[name]
        self.write()

    def read(self) -> Mapping[str, bytes]:
        return dict(self.objects)

    def drop(self) -> None:
        self.file.unlink()

    def write(self) -> None:
        self.file.write_bytes(stream_of(self.objects))


def stream_of(objects: Mapping[str, bytes]) -> bytes:
    """One VCALENDAR with the components of all objects, in the line ends of the first."""
    eol = b"\n" if b"\r\n" not in b"".join(objects.values()) else b"\r\n"
    parts = [data[data.index(b"BEGIN:V", 1) : data.rindex(b"END:VCALENDAR")] for data in objects.values()]
    return b"".join((b"BEGIN:VCALENDAR", eol, b"VERSION:2.0", eol, *parts, b"END:VCALENDAR", eol))


class TestSingleFile(SourceContract):
    one_resource = True

    @pytest.fixture
    async def bench(self, tmp_path: Path) -> Bench[Source]:
        hand = FileHand(tmp_path / "calendar.ics", {})
        hand.write()
        connector = VdirFolder("file", hand.file)
        [collection] = await connector.collections()
        return Bench(connector=connector, collection=collection, hand=hand)
