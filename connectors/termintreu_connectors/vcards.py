"""A folder of .vcf files (as vdirsyncer and khard use it, with one or many cards in a file), or a single .vcf file, as
Source of address books. Read only; a change is told within a second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from termintreu.model import Collection, Snapshot
from termintreu_connectors.vdir import Form, VdirFolder

_BEGIN = re.compile(rb"\s*BEGIN[ \t]*:[ \t]*VCARD[ \t]*[\r\n]", re.IGNORECASE)
_END = re.compile(rb"[\r\n]END[ \t]*:[ \t]*VCARD\s*\Z", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def holds_cards(data: bytes) -> bool:
    """True for a stream that begins and ends with whole cards (RFC 6350 6.1.1)."""
    if data[:2] in _UTF_16:
        data = data.decode("utf-16", "replace").encode()
    return bool(_BEGIN.match(data.removeprefix(_BOM))) and bool(_END.search(data[-4096:]))


VCF = Form(
    suffix=".vcf",
    holds=frozenset({"VCARD"}),
    is_whole=holds_cards,
    noun="address book",
    edges="BEGIN:VCARD ... END:VCARD",
)


class VcardFolder:
    """Source on a folder, which is an address book itself where it holds .vcf files; otherwise each subfolder is one.

    Args:
        name: as in the configuration.
        path: the folder or the .vcf file; "~" is the home folder.
        max_body: bytes of the largest file that is read.
        trim: what to keep of the cards; None: all.
    """

    def __init__(
        self,
        name: str,
        path: str | Path,
        *,
        max_body: int = 20_000_000,
        trim: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._folder = VdirFolder(name, path, max_body=max_body, form=VCF)
        self._trim = trim or bytes

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._folder.name

    @property
    def requests(self) -> int:
        """Always 0: nothing is sent."""
        return 0

    async def collections(self) -> Sequence[Collection]:
        """The folder or its subfolders. Raises Unavailable where it is not there."""
        return [replace(found, writable=False) for found in await self._folder.collections()]

    async def changes(self, collection: Collection, token: str | None, known: Mapping[str, str | None]) -> Snapshot:
        """A full listing; files that look as they did when `known` was read are not read again."""
        snapshot = await self._folder.changes(collection, token, known)
        rows = (row if row.data is None else replace(row, data=self._trim(row.data)) for row in snapshot.changed)
        return replace(snapshot, collection=replace(snapshot.collection, writable=False), changed=tuple(rows))

    def watch(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """Call `wake` within a second of a change."""
        return self._folder.watch(wake)

    async def close(self) -> None:
        """Nothing to give back."""
