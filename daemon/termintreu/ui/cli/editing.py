"""Editing a file on a copy, so that nothing half done is ever read: the copy stands beside the file, is checked by the
caller, and takes its place in one step.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from termintreu.model.errors import TermintreuError
from termintreu.ui.cli.commands import UsageError

_EDITORS = ("sensible-editor", "nano", "vi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy of a file that is being edited."""

    path: Path
    original: Path
    """Where it belongs; symlinks are followed, and stay."""
    before: bytes

    def is_unchanged(self) -> bool:
        """Whether the copy says what the file said."""
        return self.path.read_bytes() == self.before

    def put_in_place(self) -> None:
        """Replace the file by the copy, with the file's mode and owner. Raises TermintreuError where the file was
        changed meanwhile, and keeps the copy then."""
        if self.original.read_bytes() != self.before:
            kept = self.original.with_name(f"{self.original.name}.mine")
            self.path.replace(kept)
            raise TermintreuError(f"{self.original} was changed by somebody else meanwhile; yours is {kept}")
        state = self.original.stat()
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(self.path, state.st_uid, state.st_gid)
        self.path.chmod(state.st_mode & 0o7777)
        self.path.replace(self.original)


@contextlib.contextmanager
def copy_of(path: Path) -> Iterator[Copy]:
    """A copy beside the file, with its mode; removed at the end, if it did not take the file's place. Raises
    TermintreuError where none can be made."""
    original = path.resolve()
    copy = original.with_name(f".{original.stem}.{os.getpid()}.toml")
    try:
        content = original.read_bytes()
        mode = original.stat().st_mode & 0o777
        with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            os.fchmod(out.fileno(), mode)
        yield Copy(path=copy, original=original, before=content)
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be edited: {error.strerror or 'the system refused'}") from error
    finally:
        copy.unlink(missing_ok=True)


def editor_of(environ: Mapping[str, str]) -> Sequence[str]:
    """The command of the user's editor: $VISUAL, $EDITOR, else one that is there. Raises UsageError where none is."""
    for name in ("VISUAL", "EDITOR"):
        if words := shlex.split(environ.get(name, "")):
            return words
    found = next(filter(shutil.which, _EDITORS), None)
    if found is None:
        raise UsageError("there is no editor; name one in $EDITOR")
    return [found]


def edit(path: Path, editor: Sequence[str]) -> None:
    """Have the user edit a file. Raises TermintreuError where the editor cannot be started, or fails."""
    try:
        code = subprocess.run([*editor, str(path)], check=False).returncode  # noqa: S603 - the editor that the user has chosen
    except OSError as error:
        why = error.strerror or "the system refused"
        raise TermintreuError(
            f"the editor {editor[0]} cannot be started: {why}; name another one in $EDITOR"
        ) from error
    if code:
        raise TermintreuError(f"the editor {editor[0]} failed with code {code}; nothing was changed")
