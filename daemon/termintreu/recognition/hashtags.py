"""What the user wrote about a call into our own items, beside how it went: "#confirmed" in the title of a warning,
"#skip" in a reminder (docs/how-it-decides.md). Pure. It counts as if it stood in the appointment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from termintreu.model import Observed
from termintreu.recognition.detection import find_words

Remarks = Mapping[tuple[str, datetime], frozenset[str]]
"""By key and start (UTC) of the call: one that is moved is agreed on anew."""

REMARKS = frozenset({"skip", "confirmed", "critical", "threatened"})
OURS = ("→", "•")
"""Our own lines that name a word begin so; the one with the words of an outcome holds several."""


def hashtags(observed: Iterable[Observed]) -> dict[tuple[str, datetime], frozenset[str]]:
    """The words in our items, by call; items: as they stand."""
    found: dict[tuple[str, datetime], frozenset[str]] = {}
    for item in observed:
        if item.call_key is None or item.anchor is None:
            continue
        words = find_words(item.summary, own_lines(item.description), categories=item.categories) & REMARKS
        if words:
            place = item.call_key, item.anchor
            found[place] = found.get(place, frozenset()) | words
    return found


def own_lines(description: str) -> str:
    """What the user may have added to our notes: without the lines in which we name words."""
    return "\n".join(
        line for line in description.splitlines() if line.count("#") <= 1 and not line.lstrip().startswith(OURS)
    )
