"""Rewritings that change nothing in the sense of an entry leave what it is taken for as it was.

Every known labelled entry that is judged rightly is rewritten; the share that is still judged alike is what counts.
The rows that are only measured stay out: nothing is built on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from tests.unit.recognition.detection.invitations import BLOCKS, Block
from tools.detection import judged, part_of, rows

Row = Mapping[str, Any]
Said = tuple[bool, str | None, str | None, str | None, str | None]

_DE = next(block for block in BLOCKS if block.name == "teams-de")
_EN = next(block for block in BLOCKS if block.name == "teams-en-new")


@cache
def _known() -> tuple[tuple[Row, Said], ...]:
    """Every known entry whose kind is told rightly, with what is said of it."""
    answered = ((row, _said(row)) for row in rows() if part_of(row["id"]) == "known")
    return tuple((row, said) for row, said in answered if said[:2] == (row["call"], row["kind"]))


def _said(row: Row) -> Said:
    found = judged(row).found
    if found is None:
        return (False, None, None, None, None)
    return (True, found.kind, found.reach.phone, found.reach.pin, found.reach.url)


def _title(change: Callable[[str], str]) -> Callable[[Row], Row]:
    return lambda row: {**row, "summary": change(row["summary"])}


def _words(change: Callable[[str], str]) -> Callable[[Row], Row]:
    """Every word of the title changed, but no address."""
    return _title(lambda title: " ".join(word if "://" in word else change(word) for word in title.split(" ")))


def _with_name_behind(mark: str) -> Callable[[str], str]:
    """A call word and its "mit" parted otherwise; other titles stay as they are."""
    return lambda title: title.replace(" mit ", mark, 1).replace(" with ", mark, 1)


def _greeting_above(row: Row) -> Row:
    opening = "Hallo Frau Beispiel," if row["lang"] == "de" else "Hello Anna,"
    return {**row, "description": f"{opening}\n\n{row['description']}"} if row["description"] else row


def _greeting_below(row: Row) -> Row:
    greeting = "Mit freundlichen Grüßen\nUlla Ohm" if row["lang"] == "de" else "Kind regards\nUlla Ohm"
    return {**row, "description": f"{row['description']}\n\n{greeting}"} if row["description"] else row


# Each with the least share that must be judged alike; 0.98 is the aim for all.
REWRITINGS: dict[str, tuple[Callable[[Row], Row], float]] = {
    "lower case": (_words(str.lower), 0.98),
    "upper case": (_words(str.upper), 0.98),
    "a time in front": (_title("9:30 {}".format), 0.98),
    "an emoji in front": (_title("🔔 {}".format), 0.98),
    "a colon for mit": (_title(_with_name_behind(": ")), 0.98),
    "a greeting above": (_greeting_above, 0.98),
    "a greeting below": (_greeting_below, 0.98),
}


@pytest.mark.parametrize("name", REWRITINGS)
def test_a_rewriting_leaves_the_answer_as_it_was(name: str) -> None:
    rewrite, least = REWRITINGS[name]
    changed = [(before, new) for row, before in _known() if (new := rewrite(row)) != row]
    lost = [(new["summary"], before, said) for before, new in changed if (said := _said(new)) != before]
    assert 1 - len(lost) / len(changed) >= least, lost


@pytest.mark.parametrize("block", [_DE, _EN], ids=["German", "English"])
def test_a_call_is_reached_by_the_block_below_a_greeting(block: Block) -> None:
    below = f"Viele Grüße\nUlla Ohm\nTel. 0221 4710-77\n\n{block.text}"
    calls = [row for row, _ in _known() if row["call"] and not row["url"] and not row["phone"]]
    added = [{**row, "description": f"{row['description']}\n\n{below}"} for row in calls]
    expected = (True, "video", block.phone, block.pin, block.url)
    lost = [(row["id"], said) for row in added if (said := _said(row)) != expected]
    assert 1 - len(lost) / len(added) >= 0.98, lost
