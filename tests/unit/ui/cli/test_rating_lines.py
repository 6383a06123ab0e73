"""What a person sees of ratings."""

from __future__ import annotations

from datetime import timedelta

from rich.text import Text

from termintreu.judging.relationships import relationships
from termintreu.model.texts import Texts
from termintreu.ui.cli.rating_lines import history_lines, overview_lines, summary, table
from tests.factories import BERLIN
from tests.unit.judging.test_relationships import NOW, history, record, said

ENGLISH = Texts(language="en", zone=BERLIN)
GERMAN = Texts(language="de", zone=BERLIN)


def test_columns_are_as_wide_as_what_stands_in_them_also_where_letters_are_wide() -> None:
    rows = [["contact", "ours"], ["安娜", "9%"], ["Erika Muster", "100%"]]
    shown = [line.plain for line in table([[Text(cell) for cell in row] for row in rows], right={1})]
    assert ["contact       ours", "安娜            9%", "Erika Muster  100%"] == shown


def test_the_overview_has_a_line_for_each_contact_and_says_what_the_signs_mean() -> None:
    held, missed = record(30), record(10)
    other = record(5, contact_key="ben@x.example", contact_name="Ben \x1b[2J")
    known = relationships(history(held, missed, other, answers=(said(held, "held"), said(missed, "missed"))), NOW)
    shown = [line.plain for line in overview_lines(list(known.values()), ENGLISH)]
    assert ["contact", "ours", "theirs", "since", "a", "quarter", "the", "last", "calls"] == shown[0].split()
    assert shown[1].startswith("Erika Muster")
    assert shown[1].endswith("✓✗")
    assert "\x1b" not in "".join(shown)
    assert shown[2].endswith("·")
    assert "✓ held, ✗ missed by us, · not known" == shown[-1]


def test_no_contact_is_no_table() -> None:
    assert 1 == len(list(overview_lines([], ENGLISH)))


def test_a_history_shows_outcome_source_weight_decay_amends_and_who_was_overruled() -> None:
    held, missed, noshow = record(180), record(90, critical=True), record(1)
    mended = missed.start + timedelta(minutes=50)
    told = (
        said(held, "late", "log", late_minutes=12),
        said(missed, "missed", "word"),
        said(missed, "unknown", "task", after=0.05, made_good_at=mended),
        said(noshow, "missed", "log"),
        said(noshow, "noshow", "task", after=0.05),
    )
    (relation,) = relationships(history(held, missed, noshow, answers=told), NOW).values()
    shown = [line.plain for line in history_lines(relation, ENGLISH)]
    late, miss, no_show = shown[3:6]
    assert "late" in late
    assert "the call log" in late
    assert "−0.25 / 0.5" in late
    assert "12 minutes late" in late
    assert "−1.59 / 2.25" in miss
    assert "critical; made good Tue 25 Aug 2026, 16:50" in miss
    assert "they did not come  our task" in no_show
    assert no_show.endswith("the call log says: missed by us")
    assert shown[6].startswith("  ours: (kept 1 + 1) / (kept 1 + failed 1.84 + 2) = 41%")
    german = "\n".join(line.plain for line in history_lines(relation, GERMAN))
    for words in (
        "verspätet",
        "Anrufliste",
        "12 Minuten zu spät",
        "nicht erschienen",
        "kritisch",
        "Gegenüber: (gehalten",
    ):
        assert words in german


def test_a_miss_that_is_open_says_so() -> None:
    missed = record(3)
    (relation,) = relationships(history(missed, answers=(said(missed, "missed"),)), NOW).values()
    (line,) = (line.plain for line in history_lines(relation, ENGLISH) if "missed by us" in line.plain)
    assert line.endswith("not made good yet")
    assert "−5.93 / 6" in line


def test_one_call_a_quarter_is_one_call() -> None:
    (relation,) = relationships(history(record(5)), NOW).values()
    assert GERMAN.render(summary(relation)).endswith(", 1 Anruf je Quartal")
    (relation,) = relationships(history(*(record(day) for day in (140, 50, 40))), NOW).values()
    assert GERMAN.render(summary(relation)).endswith(", 2 Anrufe je Quartal")


def test_an_appointment_that_names_nobody_does_not_show_its_uid_as_a_name() -> None:
    known = relationships(history(record(5, contact_key="uid:4f1c@calendar", contact_name="")), NOW)
    shown = [line.plain for line in overview_lines(list(known.values()), ENGLISH)]
    assert shown[1].startswith("(nobody is named)")
    assert "4f1c" not in "".join(shown)


def test_called_off_in_time_and_late_have_signs_of_their_own() -> None:
    in_time, late = record(30), record(10)
    told = (said(in_time, "cancelled"), said(late, "cancelled_late"))
    known = relationships(history(in_time, late, answers=told), NOW)
    shown = [line.plain for line in overview_lines(list(known.values()), ENGLISH)]
    assert shown[1].endswith("–⊖")
    assert "– called off in time, ⊖ called off late" == shown[-1]
