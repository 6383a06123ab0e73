"""What of our own items Graph has no field for: kept as content lines in one extended property of the item, which no
app shows. It is written in the same request as the item, so that the two never differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from termintreu.model.marks import CATEGORY, LAST_LINE
from termintreu_connectors.json_api import Json, an_object, objects, text
from termintreu_connectors.own_items import is_kept, kept_lines

PROPERTY = "String {6c1f7a52-0b7e-4d0c-9a55-3d1f0c6f6b21} Name termintreu"
"""Its id: a name within a set that is ours. A format: what was written is found by it."""
EXPAND = f"singleValueExtendedProperties($filter=id eq '{PROPERTY}')"


def is_marked(row: Json) -> bool:
    """Whether an item looks like ours in what every list shows of it: by its category, or by the last line of its text.
    Either may have been taken away; a copy of it may bear both."""
    categories = row.get("categories")
    body = text(an_object(row.get("body")).get("content")).rstrip()
    named = [text(one).lower() for one in categories] if isinstance(categories, list) else []
    return CATEGORY in named or body.rpartition("\n")[2].strip() == LAST_LINE


def packed(lines: Iterable[str]) -> list[dict[str, Any]]:
    """The property for those content lines."""
    return [{"id": PROPERTY, "value": "\n".join(line for line in lines if is_kept(line))}]


def unpacked(item: Json) -> list[str] | None:
    """The content lines that an item of our own carries; None where it is somebody else's."""
    for one in objects(item.get("singleValueExtendedProperties")):
        if text(one.get("id")).lower() == PROPERTY.lower():
            return kept_lines(text(one.get("value")))
    return None
