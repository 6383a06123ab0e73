"""What changed in a list of Graph's since last time (delta query), whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from termintreu.model import Resource
from termintreu.model.errors import InvalidAnswer, NotFound, PreconditionFailed
from termintreu_connectors.json_api import Json, objects, text
from termintreu_connectors.microsoft.graph import Graph

_NAME_END = ".ics"


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
    """False: a row had no id."""


async def delta(graph: Graph, path: str, query: Mapping[str, str]) -> Delta:
    """All pages of a delta query: `path` with the version, or a deltaLink. The first page may be empty, with a link."""
    found = Delta()
    async for page in graph.pages(path, query):
        found.link = text(page.get("@odata.deltaLink"))
        for row in objects(page.get("value")):
            key = text(row.get("id"))
            if not key:
                found.whole = False
            elif "@removed" in row:
                found.rows.pop(key, None)
                found.removed.append(key)
            else:
                found.rows[key] = row
    if not found.link:
        raise InvalidAnswer("Graph's list of changes came without a link for the next time")
    return found


def without_known(rows: Iterable[Resource], known: Mapping[str, str | None]) -> tuple[Resource, ...]:
    """The rows of a listing, those that are as `known` without their data."""
    return tuple(replace(row, data=None) if known.get(row.href) == row.etag else row for row in rows)


def etag_of(item: Json) -> str:
    """A strong ETag of an item's change key. Raises InvalidAnswer where it has none."""
    key = text(item.get("changeKey")) or text(item.get("@odata.etag")).removeprefix("W/").strip('"')
    if not key or '"' in key or not key.isprintable():
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
