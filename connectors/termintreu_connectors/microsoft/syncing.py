"""What changed in a list of Graph's since last time (delta query), whatever stands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from termintreu.model import Resource
from termintreu.model.errors import ConnectorError, InvalidAnswer, NotFound, PreconditionFailed
from termintreu_connectors.json_api import Json, rows_of, text
from termintreu_connectors.microsoft.graph import Graph
from termintreu_connectors.microsoft.kept_lines import EXPAND, is_marked

_NAME_END = ".ics"
_KEY = re.compile(r"[\x21\x23-\x7e]{1,500}")
BARE = frozenset({"occurrence"})
"""Rows of a delta that say only when something is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What we remember of a list."""

    link: str
    """The deltaLink."""
    until: datetime | None = None
    """UTC; from then on the window in which we look has to be another one. None: there is none."""

    def __str__(self) -> str:
        return json.dumps({"link": self.link, "until": None if self.until is None else self.until.isoformat()})

    @classmethod
    def read(cls, written: str | None) -> Token | None:
        """One that we wrote; None for anything else."""
        try:
            found = json.loads(written or "")
            until = found["until"]
            return cls(link=str(found["link"]), until=None if until is None else datetime.fromisoformat(until))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None


@dataclass(kw_only=True)
class Delta:
    """The answer to a delta query."""

    link: str = ""
    rows: dict[str, Json] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    whole: bool = True
    """False: a row had no id or no change key."""
    unread: bool = False
    """Something that it tells of could not be had just now."""

    @property
    def incomplete(self) -> bool:
        """Whether nothing may be concluded from what is not in it."""
        return self.unread or not self.whole


async def delta(graph: Graph, path: str, query: Mapping[str, str]) -> Delta:
    """All pages of a delta query: `path` with the version, or a deltaLink. The first page may be empty, with a link."""
    found = Delta()
    async for page in graph.pages(path, query):
        found.link = text(page.get("@odata.deltaLink"))
        for row in rows_of(page, "value"):
            key = text(row.get("id"))
            if key and "@removed" in row:
                found.rows.pop(key, None)
                found.removed.append(key)
            elif not key or (row.get("type") not in BARE and not has_key(row)):
                found.whole = False  # costs itself, and nothing beside it
            else:
                found.rows[key] = row
    if not found.link:
        raise InvalidAnswer("Graph's list of changes came without a link for the next time")
    return found


async def with_own_whole(graph: Graph, found: Delta, path_of: Callable[[str], str]) -> None:
    """Put what looks like ours into a delta as it is with its kept lines, which a delta does not show. What went since
    is left out; what cannot be had is, too, and `unread` says so. Raises what concerns the whole account.

    `path_of`: an item's path, by its id.
    """
    own = [key for key, row in found.rows.items() if is_marked(row)]
    answers = await graph.several([f"{path_of(key)}?{urlencode({'$expand': EXPAND})}" for key in own])
    for key, answer in zip(own, answers, strict=True):
        if isinstance(answer, ConnectorError):
            del found.rows[key]
            found.unread |= not isinstance(answer, NotFound)
        else:
            found.rows[key] = answer


def without_known(rows: Iterable[Resource], known: Mapping[str, str | None]) -> tuple[Resource, ...]:
    """The rows of a listing, those that are as `known` without their data."""
    return tuple(replace(row, data=None) if known.get(row.href) == row.etag else row for row in rows)


def has_key(item: Json) -> bool:
    """Whether an item has an ETag."""
    return _KEY.fullmatch(_change_key(item)) is not None


def _change_key(item: Json) -> str:
    return text(item.get("changeKey")) or text(item.get("@odata.etag")).removeprefix("W/").strip('"')


def etag_of(item: Json) -> str:
    """A strong ETag of an item's change key. Raises InvalidAnswer where it has none."""
    key = _change_key(item)
    if not _KEY.fullmatch(key):
        raise InvalidAnswer("an item of Graph's came without its change key")
    return f'"{key}"'


def if_match(etag: str) -> dict[str, str]:
    """The header for a write. Raises PreconditionFailed where the ETag is none."""
    if len(etag) < 3 or not (etag.startswith('"') and etag.endswith('"')):
        raise PreconditionFailed("nothing is changed without a strong ETag")
    return {"If-Match": f"W/{etag}"}


def name_of(key: str) -> str:
    """The resource's name of an item's id."""
    return key + _NAME_END


def key_of(href: str) -> str:
    """The id of the item at an href. Raises NotFound where there is none."""
    key = href.rpartition("/")[2].removesuffix(_NAME_END)
    if not key:
        raise NotFound("there is nothing at that href")
    return key
