"""Logs that are files, or folders of files: what is new in them since the last time. A file that grows is read on from
where it ended; one that was rotated, cut off or replaced is noticed and read from its start. The last line counts when
it is whole. Nothing is written, and no number ever stands in a message.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from termintreu.model import BadLine, LogEntry, LogReading
from termintreu.model.errors import ConnectorError, Forbidden, InvalidAnswer, NotFound
from termintreu_connectors import files

_LOG_FILE = re.compile(r"\.(csv|txt|log|xml)([.-]\d{1,14})?$", re.IGNORECASE)
_LONGEST_LINE = 64 * 1024
_BLOCK = 1024 * 1024
_MAX_BAD = 100
"""Bad lines that are told of, for each file; all are skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The part of one file that is to be read now."""

    stream: BinaryIO
    """Stands at the beginning of the part."""
    end: int
    """Bytes: what lies behind was written after the reading began."""
    first_line: int
    """Number of the part's first line, from 1."""
    after: datetime | None
    """UTC, when the last entry before it ended."""

    def lines(self) -> Iterator[tuple[int, bytes | None]]:
        """Each whole line with its number, without its end; None for one that is too long. Leaves the stream behind
        the last whole one."""
        number = self.first_line
        while self.stream.tell() < self.end:
            begin = self.stream.tell()
            line = self.stream.readline(min(_LONGEST_LINE, self.end - begin))
            if not line.endswith(b"\n") and not self._skip_rest():
                self.stream.seek(begin)
                return
            yield number, line.rstrip(b"\r\n") if line.endswith(b"\n") else None
            number += 1

    def _skip_rest(self) -> bool:
        """Go behind the end of a line that is too long; False where it has none yet."""
        while self.stream.tell() < self.end:
            if self.stream.readline(min(_LONGEST_LINE, self.end - self.stream.tell())).endswith(b"\n"):
                return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one part of a file says."""

    entries: tuple[LogEntry, ...] = ()
    bad: tuple[BadLine, ...] = ()
    lines: int = 0
    """Whole lines that were read, bad ones included."""
    last: datetime | None = None
    """UTC, when the last entry ended."""
    whole: bool = True
    """False where the file is still being written: it is read again next time."""


class Format(Protocol):
    """How the lines (or the document) of a file are read. Stateless."""

    grows: bool
    """True where lines are added at the end; False where each state of the file is a whole of its own."""
    export: bool
    """True for a copy that somebody makes from time to time; False for the log that the system keeps itself."""

    def parse(self, piece: Piece) -> Parsed:
        """Read a part. Raises InvalidAnswer where it is no log of this format at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """How far a file was read."""

    offset: int = 0
    lines: int = 0
    tail: int = 0
    """Bytes of the last line before `offset`."""
    digest: str = ""
    """Of those bytes: when they have changed, it is another file under the same inode."""
    modified: int = 0
    """Nanoseconds; with the size it tells a whole file's states apart."""
    last: str | None = None
    """ISO 8601, when the last entry ended."""


@dataclass(slots=True)
class _Gathered:
    entries: list[LogEntry] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    marks: dict[str, _Mark] = field(default_factory=dict)
    fresh: bool = False
    modified: float = 0.0
    errors: list[ConnectorError] = field(default_factory=list)


class LogFiles:
    """A CallLog on a file, or on a folder of files.

    Args:
        name: as in the configuration.
        path: file or folder; "~" is the home folder.
        format: how its files are read.
        max_body: bytes that are read of one file at most; of a longer one that grows, the end counts.
    """

    def __init__(self, name: str, path: str | Path, format: Format, *, max_body: int) -> None:  # noqa: A002 - the word
        self._name = name
        self._path = Path(path).expanduser().absolute()
        self._format = format
        self._cap = max_body

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._name

    async def read(self, position: str | None) -> LogReading:
        """What is new. Raises NotFound, Forbidden, InvalidAnswer, Unavailable."""
        return await asyncio.to_thread(self._read, position)

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake` within a second of a change."""
        from termintreu_connectors.watch import watching  # noqa: PLC0415 - only a daemon needs watchdog

        return watching(self._path, wake)

    async def close(self) -> None:
        """Nothing to give back."""

    def _read(self, position: str | None) -> LogReading:
        marks = _marks(position)
        gathered = _Gathered(fresh=not marks)
        with files.errors_of(self._name):
            found = self._files(marks)
        for path in found:
            try:
                with files.errors_of(self._name):
                    self._read_file(path, marks, gathered)
            except ConnectorError as error:
                gathered.errors.append(error)
        if gathered.errors and len(gathered.errors) == len(found):
            raise gathered.errors[0]
        gathered.bad += [BadLine(line=0, reason=str(error)) for error in gathered.errors]
        modified = datetime.fromtimestamp(gathered.modified, UTC)
        return LogReading(
            entries=tuple(gathered.entries),
            bad=tuple(gathered.bad),
            position=_position(gathered.marks),
            fresh=gathered.fresh,
            as_of=modified if self._format.export else None,
            newest=modified,
        )

    def _files(self, marks: Mapping[str, _Mark]) -> list[Path]:
        """The files to be read, oldest first; one that was rotated since the last time is finished first."""
        if self._path.is_dir():
            found = [
                path for path in self._path.iterdir() if not files.noise(path.name) and _LOG_FILE.search(path.name)
            ]
            if not found:
                raise NotFound(f"{self._name}: no log (.csv, .xml) stands in the folder")
            return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))
        here = self._path.stat()
        if marks and _inode(here) not in marks:
            rotated = [
                path
                for path in self._path.parent.iterdir()
                if path.name.startswith(self._path.name) and path != self._path and _inode(path.lstat()) in marks
            ]
            return [*rotated, self._path]
        return [self._path]

    def _read_file(self, path: Path, marks: Mapping[str, _Mark], gathered: _Gathered) -> None:
        # Without O_NONBLOCK, opening a named pipe would wait for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            state = os.fstat(handle)
            if not stat.S_ISREG(state.st_mode):
                raise Forbidden(f"{self._name}: not a regular file")
            before = marks.get(_inode(state))
            if self._format.grows:
                mark = self._read_on(stream, state, before, gathered)
            else:
                mark = self._read_whole(stream, state, before, gathered)
            gathered.marks[_inode(state)] = mark
            gathered.modified = max(gathered.modified, state.st_mtime)

    def _read_on(self, stream: BinaryIO, state: os.stat_result, before: _Mark | None, gathered: _Gathered) -> _Mark:
        mark = before if before is not None and _continues(stream, state, before) else None
        if mark is None:
            gathered.fresh = True
            mark = self._start(stream, state)
        stream.seek(mark.offset)
        parsed = self._parse(stream, state, mark, gathered)
        offset = stream.tell()
        if offset == mark.offset:
            return mark
        line = _line_before(stream, offset)
        return replace(
            mark,
            offset=offset,
            lines=mark.lines + parsed.lines,
            tail=len(line),
            digest=_digest(line),
            last=parsed.last.isoformat() if parsed.last else mark.last,
        )

    def _read_whole(self, stream: BinaryIO, state: os.stat_result, before: _Mark | None, gathered: _Gathered) -> _Mark:
        if before is not None and (before.offset, before.modified) == (state.st_size, state.st_mtime_ns):
            return before
        if state.st_size > self._cap:
            raise InvalidAnswer(f"{self._name}: larger than {self._cap} bytes")
        gathered.fresh = True
        parsed = self._parse(stream, state, _Mark(), gathered)
        # One that is still being written is another one next time.
        return _Mark(offset=state.st_size if parsed.whole else -1, modified=state.st_mtime_ns)

    def _parse(self, stream: BinaryIO, state: os.stat_result, mark: _Mark, gathered: _Gathered) -> Parsed:
        after = datetime.fromisoformat(mark.last) if mark.last else None
        piece = Piece(stream=stream, end=state.st_size, first_line=mark.lines + 1, after=after)
        try:
            parsed = self._format.parse(piece)
        except InvalidAnswer as error:
            raise InvalidAnswer(f"{self._name}: {error}") from error
        gathered.entries += [replace(entry, log=self._name) for entry in parsed.entries]
        gathered.bad += parsed.bad[:_MAX_BAD]
        return parsed

    def _start(self, stream: BinaryIO, state: os.stat_result) -> _Mark:
        """Where to begin with a file that is new: of a very long one only the end is of interest."""
        skipped = lines = 0
        while state.st_size - skipped > self._cap:
            block = stream.read(_BLOCK)
            if not block:
                break
            skipped += len(block)
            lines += block.count(b"\n")
        if skipped:
            stream.seek(skipped)
            rest = stream.readline()
            skipped, lines = skipped + len(rest), lines + rest.count(b"\n")
        return _Mark(offset=skipped, lines=lines)


def _continues(stream: BinaryIO, state: os.stat_result, mark: _Mark) -> bool:
    """Whether what was read of a file still stands where it stood."""
    if not 0 <= mark.offset <= state.st_size:
        return False
    stream.seek(mark.offset - mark.tail)
    return _digest(stream.read(mark.tail)) == mark.digest or mark.offset == 0


def _line_before(stream: BinaryIO, offset: int) -> bytes:
    begin = max(0, offset - _LONGEST_LINE)
    stream.seek(begin)
    text = stream.read(offset - begin)
    return text[text.rfind(b"\n", 0, -1) + 1 :]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:24] if data else ""


def _inode(state: os.stat_result) -> str:
    return f"{state.st_dev}:{state.st_ino}"


def _position(marks: Mapping[str, _Mark]) -> str:
    return json.dumps({inode: [m.offset, m.lines, m.tail, m.digest, m.modified, m.last] for inode, m in marks.items()})


def _marks(position: str | None) -> dict[str, _Mark]:
    """What was remembered; nothing where it cannot be read, as after a change of the log's type."""
    if position is None:
        return {}
    try:
        held: dict[str, Any] = json.loads(position)
        return {
            inode: _Mark(offset=offset, lines=lines, tail=tail, digest=digest, modified=modified, last=last)
            for inode, (offset, lines, tail, digest, modified, last) in held.items()
        }
    except (ValueError, TypeError, AttributeError):
        return {}
