"""Whose an entry is, in a calendar that several people share."""

from __future__ import annotations

import pytest

from termintreu.config import SourceConfig
from termintreu.model import Calendar, Todo
from termintreu.recognition.whose import mine, not_mine
from tests.factories import occurrence


def shared(*patterns: str) -> dict[str, tuple[str, ...]]:
    given = {"name": "work", "type": "vdir", "path": "/x", "not_mine": list(patterns)}
    return dict(not_mine([SourceConfig.model_validate(given)]))  # type: ignore[arg-type]  # sequences of words


@pytest.mark.parametrize(
    ("title", "categories", "theirs"),
    [
        ("LB Erika Muster", (), True),
        ("lb  Erika", (), True),
        ("LB", (), False),
        ("ALB Erika", (), False),
        ("Erika LB Muster", (), False),
        ("[KS] Erika", (), True),
        ("K Erika", (), False),
        ("Telefonat", ("Luca",), True),
        ("Telefonat", ("Privat", "luca"), True),
        ("Telefonat Luca", (), False),
        ("Telefonat", (), False),
    ],
)
def test_a_title_or_a_category_that_fits_a_pattern_makes_an_entry_somebody_elses(
    title: str, categories: tuple[str, ...], theirs: bool
) -> None:
    one = occurrence("2026-11-26 14:00", summary=title, categories=categories)
    left = mine(Calendar(occurrences=(one,)), shared("LB *", "[KS]*", "Luca"))
    assert (() if theirs else (one,)) == left.occurrences


def test_a_pattern_holds_for_its_own_source_only() -> None:
    one = occurrence("2026-11-26 14:00", summary="LB Erika")
    calendar = Calendar(occurrences=(one,))
    assert calendar == mine(calendar, {"other": ("LB *",)})
    assert calendar == mine(calendar, {})


def test_tasks_are_somebody_elses_as_well() -> None:
    todos = tuple(Todo(source="work", collection="/c/", href="/c/1", uid=t, summary=t) for t in ("LB anrufen", "x"))
    assert todos[1:] == mine(Calendar(todos=todos), shared("LB *")).todos
