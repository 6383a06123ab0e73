"""What of our own items Google has no field for: kept as content lines in private extended properties, which no other
app shows. They come back with the event, so nothing is held here. A property holds 1,024 characters at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from termintreu_connectors.json_api import Json, an_object, text
from termintreu_connectors.own_items import is_kept, kept_lines

_KEY = "termintreu"
_PIECE = 1_000
_MOST = 20


def packed(lines: Iterable[str]) -> dict[str, str | None]:
    """The properties for those content lines; what an earlier version needed more of is taken away (None)."""
    whole = "\n".join(line for line in lines if is_kept(line))
    pieces = [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
    named: dict[str, str | None] = {f"{_KEY}-{number}": piece for number, piece in enumerate(pieces[:_MOST], 1)}
    return {_KEY: "1"} | named | {f"{_KEY}-{len(named) + 1}": None}


def unpacked(event: Json) -> list[str]:
    """The content lines that an event of our own carries; none where it is somebody else's."""
    private = an_object(an_object(event.get("extendedProperties")).get("private"))
    if not text(private.get(_KEY)):
        return []
    return kept_lines(_joined(private))


def _joined(private: Mapping[str, object]) -> str:
    pieces = (text(private.get(f"{_KEY}-{number}")) for number in range(1, _MOST + 1))
    whole = []
    for piece in pieces:
        if not piece:
            break
        whole.append(piece)
    return "".join(whole)
