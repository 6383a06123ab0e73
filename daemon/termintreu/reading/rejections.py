"""What could not be read, in words by which its owner finds it: the title, and the line in a stream of many. Pure.

The title is foreign text: cleaned and bounded, for the user only, and never for the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from termintreu.model import Rejected, Resource
from termintreu.model.clean import clean_line
from termintreu.reading.ical.text import unescaped, unfolded
from termintreu.reading.mirror import Mirror, line_of

_SUMMARY = re.compile(rb"\nSUMMARY(?:;[^:\r\n]*)?:([^\r\n]*(?:\r*\n[ \t][^\r\n]*)*)", re.IGNORECASE)
_TITLE = 80
"""Characters."""


def with_titles(rejected: Iterable[Rejected], mirrors: Iterable[Mirror]) -> tuple[Rejected, ...]:
    """The same, each with its title and line, as far as they are known.

    Args:
        rejected: what reading left out.
        mirrors: of the collections that were read.
    """
    found = tuple(rejected)
    if not found:
        return ()
    held: dict[str, list[Mirror]] = {}
    for mirror in mirrors:
        held.setdefault(mirror.source, []).append(mirror)
    return tuple(_named(one, held.get(one.source, ())) for one in found)


def _named(rejected: Rejected, mirrors: Iterable[Mirror]) -> Rejected:
    resource = next((mirror.resources[rejected.href] for mirror in mirrors if rejected.href in mirror.resources), None)
    if resource is None:
        return rejected
    return replace(rejected, title=rejected.title or _title(resource), line=line_of(resource) or rejected.line)


def _title(resource: Resource) -> str:
    match = _SUMMARY.search(resource.data or b"")
    if match is None:
        return ""
    return clean_line(unescaped(unfolded(match[1][: 8 * _TITLE])), _TITLE)
