"""Accounts as reading sees them: a connector, what it is used for, and which of its collections are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from termintreu.model import Collection
from termintreu.model.errors import NotThereYet
from termintreu.model.ports import Source
from termintreu.reading.ical import MAX_COMPONENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One connector and what it is used for."""

    name: str
    connector: Source
    type: str = "caldav"
    """As the configuration has it."""
    watched: bool = True
    """False: it only holds our own collections."""
    patterns: tuple[str, ...] = ()
    """Display names, patterns or hrefs of the collections that are read; empty: all."""
    reads: frozenset[str] = frozenset({"VEVENT", "VTODO"})
    """Components of the collections that are read."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Role to display name of our own collections, where this account is the target."""
    max_events: int = MAX_COMPONENTS
    """Most events of one collection that are read."""

    @property
    def noun(self) -> str:
        """What its collections are, for messages."""
        return "address book" if "VCARD" in self.reads else "calendar"


async def discovered(account: Account, remembered: Callable[[], Iterable[str]]) -> Sequence[Collection]:
    """The collections of an account; none where the folder of our own is still to be made. Raises ConnectorError, also
    where such a folder is missing although it held something.

    Args:
        account: to be asked.
        remembered: hrefs of our own collections and items, as far as they are remembered.
    """
    try:
        return await account.connector.collections()
    except NotThereYet as error:
        if any(href.startswith(error.href) for href in remembered()):
            raise
        return ()


def wanted(account: Account, collection: Collection) -> bool:
    """Whether the configuration wants that collection to be read."""
    if not collection.components & account.reads:
        return False
    if not account.patterns:
        return True
    names = (collection.name.casefold(), collection.href.rstrip("/").casefold())
    return any(fnmatchcase(name, pattern.rstrip("/").casefold()) for name in names for pattern in account.patterns)


def nothing_found(account: Account, found: Sequence[Collection]) -> str:
    """The sentence for an account of whose collections the configuration wants none."""
    names = ", ".join(sorted(repr(collection.name) for collection in found)[:10]) or "none at all"
    return f"{lacking(account)}; there is: {names}"


def lacking(account: Account) -> str:
    """The same without names, which are other people's words: for the log."""
    if account.patterns:
        return f"no {account.noun} matches {', '.join(map(repr, account.patterns))}"
    return f"no {account.noun} was found"
