"""The demo's screen: it fits its terminal, and leaves out what matters least."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from termintreu.model import Severity, msg
from termintreu.ui.demo.happenings import Happening
from termintreu.ui.demo.showing import print_screen, showing
from termintreu.ui.demo.view import Places, Screen, screen_lines
from tests.factories import at, call
from tests.unit.ui.demo.weeks import demo_report
from tests.unit.ui.web.contents import DE, EN, NOW, finding, item, observed, report

PLACES = Places(server="http://127.0.0.1:1/", username="anna", password="termintreu", page="http://127.0.0.1:2/")
CALLS = [call(f"2026-11-{24 + day} {9 + hour:02}:00") for day in range(5) for hour in range(6)]
HAPPENINGS = tuple(
    Happening(at=NOW + timedelta(seconds=n), by="you", message=msg("{why:text}", why=f"no. {n}"), about=frozenset())
    for n in range(40)
)


def full(**more: object) -> Screen:
    """Thirty calls, the last one threatened, each with a reminder."""
    found = {one.uid: one for one in (observed(item(one), summary="☎ " + "x" * 90) for one in CALLS)}
    told = report(CALLS, findings={CALLS[-1].key: (finding(Severity.CRITICAL, "y" * 200),)}, observed=found)
    fields = {"texts": EN, "now": NOW, "report": told, "happenings": HAPPENINGS, "places": PLACES}
    return Screen(**{**fields, **more})  # type: ignore[arg-type]  # fields of a screen


@pytest.mark.parametrize("rows", [24, 30, 50])
def test_it_fills_the_rows_that_there_are_and_no_more(rows: int) -> None:
    assert rows == len(screen_lines(full(), rows=rows))


@pytest.mark.parametrize("rows", [24, 50])
def test_what_is_threatened_the_last_doings_and_the_addresses_are_always_there(rows: int) -> None:
    lines = [line.plain for line in screen_lines(full(), rows=rows)]
    assert any("‼ yyy" in line for line in lines)
    assert any(line.endswith("no. 39") for line in lines)
    assert "CalDAV  http://127.0.0.1:1/   user anna, password termintreu" == lines[-2]
    assert lines[-1].startswith("Page    http://127.0.0.1:2/")


def test_the_addresses_stand_where_they_stood_as_things_happen() -> None:
    heights = {len(screen_lines(full(happenings=HAPPENINGS[:n]))) for n in range(6)}
    assert {24} == heights


def test_before_the_first_look_it_says_so_and_where_to_look() -> None:
    lines = [line.plain for line in screen_lines(full(report=None, texts=DE))]
    assert "Ihre Kalender werden zum ersten Mal gelesen." in lines
    assert "Benutzer anna, Passwort termintreu" in lines[-2]


def test_a_screen_without_places_names_none() -> None:
    text = "\n".join(line.plain for line in screen_lines(full(places=None)))
    assert "http" not in text
    assert "Ctrl-C" not in text


def printed(*, terminal: bool) -> list[str]:
    """What is printed once."""
    console = Console(force_terminal=terminal, width=80, height=24, color_system=None)
    with console.capture() as captured:
        print_screen(console, full(places=None))
    return captured.get().splitlines()


def test_on_a_terminal_lines_are_cut_and_elsewhere_whole() -> None:
    assert 80 == max(map(len, printed(terminal=True)))
    assert 200 < max(map(len, printed(terminal=False)))
    assert [24, 24] == [len(printed(terminal=terminal)) for terminal in (True, False)]


def test_without_a_terminal_everything_is_told_once() -> None:
    console = Console(force_terminal=False, width=80, color_system=None)
    with console.capture() as captured, showing(console) as show:
        show(full(report=None, happenings=()))
        show(full(happenings=()))
        show(full(happenings=HAPPENINGS[:1]))
        show(full(happenings=HAPPENINGS[:2]))
    text = captured.get()
    assert [1, 1, 1] == [text.count(word) for word in ("termintreu demo", "no. 0", "no. 1")]
    assert "\x1b" not in text


def test_the_picture_in_the_readme_is_what_the_demo_shows(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    (picture,) = (part for part in readme.split("```text\n")[1:] if part.startswith("termintreu demo"))
    now = at("2026-11-23 09:40")
    told, texts = demo_report(tmp_path, now, "en")
    places = replace(PLACES, server="http://127.0.0.1:41379/", page="http://127.0.0.1:37801/")
    console = Console(force_terminal=True, width=80, height=24, color_system=None)
    with console.capture() as captured:
        print_screen(console, Screen(texts=texts, now=now, report=told, places=places))
    shown = [line.rstrip() for line in captured.get().splitlines()]
    assert shown == picture.partition("\n```")[0].splitlines()
