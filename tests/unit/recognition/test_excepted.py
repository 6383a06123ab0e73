"""What a user excepts in a question about several calls: by number or name, in both languages, and never by a guess."""

from __future__ import annotations

import pytest

from termintreu.recognition.excepted import Excepted, excepted, numbered_lines, without_words

KNOWN = (
    "10:00 Erika Muster",
    "11:30 Seidl Bau GmbH",
    "14:00 Jürgen Müller",
    "15:00 Anna Müller",
    "Mi., 7.10., 16:00 Hans-Peter Groß",
)
TITLE = "Haben diese 5 Anrufe stattgefunden?"
NOTES = "\n".join(
    (*(f"{n}. {line}" for n, line in enumerate(KNOWN, 1)), "→ Sonst: 2 #verpasst, 3 #nichterschienen", "-- termintreu")
)


def of(text: str, notes: str = NOTES) -> Excepted:
    return excepted(f"{TITLE} {text}", notes, KNOWN)


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("2 #missed", {2: "missed"}),
        ("2. #missed", {2: "missed"}),
        ("#noshow Seidl", {2: "noshow"}),
        ("2 #verpasst", {2: "missed"}),
        ("#nichterschienen Seidl", {2: "noshow"}),
        ("2 #missed, #noshow Muster", {2: "missed", 1: "noshow"}),
        ("2, 3 #missed", {2: "missed", 3: "missed"}),
        ("#missed 2, 3", {2: "missed", 3: "missed"}),
        ("#missed 2 und 3", {2: "missed", 3: "missed"}),
        ("2 #missed 3 #noshow", {2: "missed", 3: "noshow"}),
        ("#missed 2 #noshow 3", {2: "missed", 3: "noshow"}),
        ("Muster und Seidl #verspätet", {1: "late", 2: "late"}),
        ("#late Jürgen Müller", {3: "late"}),
        ("#late Juergen Mueller", {3: "late"}),
        ("#late Jurgen", {3: "late"}),
        ("#late Sei", {2: "late"}),
        ("#late Peter", {5: "late"}),
        ("#late Gross", {5: "late"}),
        ("#missed Frau Muster", {1: "missed"}),
        ("#missed 15:00", {4: "missed"}),
        ("3. Müller #missed", {3: "missed"}),
        ("2 #late 2 #missed", {2: "missed"}),
        ("2 #missed was ill", {2: "missed"}),
    ],
)
def test_a_number_or_a_name_beside_a_word_excepts_that_call(text: str, outcomes: dict[int, str]) -> None:
    said = of(text)

    assert {n - 1: word for n, word in outcomes.items()} == said.outcomes
    assert (frozenset(), False, ()) == (said.unclear, said.names_nobody, said.remarks)
    assert all(said.of(index) == "held" for index in range(5) if index not in said.outcomes)


def test_a_title_without_a_word_excepts_nothing() -> None:
    assert Excepted() == of("")
    assert Excepted() == of("3 Anrufe, alle gut")
    assert Excepted() == of("#held")


def test_a_name_that_two_lines_have_is_not_guessed() -> None:
    said = of("#missed Müller")

    assert frozenset({2, 3}) == said.unclear
    assert ["held", "held", None, None, "held"] == [said.of(index) for index in range(5)]
    assert ("#missed Müller",) == said.remarks


@pytest.mark.parametrize("text", ["#noshow Seidel", "9 #missed", "#missed", "#missed Seidl, Webr"])
def test_what_fits_no_call_leaves_all_open_that_are_not_named(text: str) -> None:
    said = of(text)

    assert said.names_nobody
    assert said.of(0) is None
    assert said.remarks


def test_it_is_read_in_front_of_the_title_in_the_notes_and_at_the_line_itself() -> None:
    assert excepted(f"2 #missed {TITLE}", NOTES, KNOWN).outcomes == {1: "missed"}
    assert of("", f"{NOTES}\n3 #missed, 4 #late").outcomes == {2: "missed", 3: "late"}
    assert of("", NOTES.replace("Seidl Bau GmbH", "Seidl Bau GmbH #noshow")).outcomes == {1: "noshow"}
    assert excepted("2 #missed", "", KNOWN).outcomes == {1: "missed"}
    assert excepted(TITLE, NOTES, KNOWN, ["missed"]).names_nobody


def test_hostile_text_is_read_up_to_a_bound() -> None:
    said = of("#missed " * 10_000, "2 #missed\n" * 10_000)

    assert {1: "missed"} == said.outcomes
    assert len(said.remarks) <= 100


@pytest.mark.parametrize(
    ("title", "notes"),
    [
        (f"{TITLE} 2 #missed, #noshow Seidl", NOTES),
        (f"2, 3 #verpasst {TITLE}", NOTES),
        (TITLE, f"{NOTES}\n2 #missed"),
        (TITLE, NOTES.replace("Erika Muster", "Erika Muster #late")),
    ],
)
def test_without_the_users_words_it_is_what_we_wrote(title: str, notes: str) -> None:
    assert (TITLE, NOTES) == tuple(part.rstrip() for part in without_words(title, notes, KNOWN))


def test_what_says_more_than_our_words_is_an_edit() -> None:
    assert without_words(f"{TITLE} 2 #missed Stau", NOTES, KNOWN)[0] != TITLE
    assert without_words(f"{TITLE} #missed Weber", NOTES, KNOWN)[0] != TITLE


def test_of_one_call_alone_the_words_are_what_goes() -> None:
    assert ("Mit Erika gesprochen?", "x") == without_words("Mit Erika gesprochen? #missed", "x\n#late")
    assert ("Mit Erika gesprochen? morgen", "x") == without_words("Mit Erika gesprochen? #missed morgen", "x")


def test_numbered_lines_are_in_order() -> None:
    assert list(KNOWN) == numbered_lines(NOTES)
    assert ["a"] == numbered_lines("1. a\n3. c")
