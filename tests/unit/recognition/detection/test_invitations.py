"""Number, code and link of an invitation stay, whatever a mail puts around the dial-in block."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from html import escape
from itertools import cycle
from pathlib import Path

import pytest

from termintreu.config import MeConfig
from termintreu.recognition.detection import detect
from termintreu.recognition.detection.text import read
from tests.unit.recognition.detection.helpers import ME, occurrence
from tests.unit.recognition.detection.invitations import BLOCKS, GREETINGS, OPENINGS, Block

ROWS: list[dict[str, str]] = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "reached.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Entries with a number, a code or a link in their title, place or text, and what they are reached by."""

Reach = tuple[str | None, str | None, str | None]


def _reach(text: str, me: MeConfig = ME, *, summary: str = "Abstimmung Nordprojekt", location: str = "") -> Reach:
    found = detect(occurrence(summary=summary, location=location, description=text), me=me)
    return (found.phone, found.pin, found.url) if found else (None, None, None)


def _below(block: str, opening: str, greeting: str) -> str:
    return f"{opening}\n\n{greeting}\n\n{block}"


def _above(block: str, opening: str, greeting: str) -> str:
    return f"{block}\n\n{opening}\n\n{greeting}"


def _between(block: str, opening: str, greeting: str) -> str:
    return f"{opening}\n\n{block}\n\n{greeting}"


def _quoted(block: str, opening: str, greeting: str) -> str:
    return "\n".join(f"> {line}" for line in _below(block, opening, greeting).splitlines())


def _answered(block: str, opening: str, greeting: str) -> str:
    quoted = "\n".join(f"> {line}" for line in block.splitlines())
    return f"{opening}\n{greeting}\n\nAm 4. Mai 2026 um 10:12 schrieb Erika Muster <e@muster.example>:\n{quoted}"


def _forwarded(block: str, opening: str, greeting: str) -> str:
    header = (
        "-----Ursprüngliche Nachricht-----\nVon: Erika Muster <e@muster.example>\nGesendet: Montag, 4. Mai 2026\n"
        "An: Anna Beispiel <me@example.org>\nBetreff: Termin"
    )
    return f"zur Info\n\n{header}\n\n{_below(block, opening, greeting)}"


def _wrapped(block: str, opening: str, greeting: str) -> str:
    return "\n".join(
        "\n".join(textwrap.wrap(line, 72, break_long_words=False, break_on_hyphens=False))
        for line in _below(block, opening, greeting).splitlines()
    )


def _with_hard_spaces(block: str, opening: str, greeting: str) -> str:
    return _below(block, opening, greeting).replace(" ", "\u00a0")


def _in_html(block: str, opening: str, greeting: str) -> str:
    lines = (escape(line) for line in _below(block, opening, greeting).splitlines())
    return f"<html><body>{'<br>'.join(lines)}</body></html>"


def _in_a_table(block: str, opening: str, greeting: str) -> str:
    lines = _below(block, opening, greeting).splitlines()
    return f"<table>{''.join(f'<tr><td>{escape(line)}</td></tr>' for line in lines)}</table>"


MAILS: tuple[Callable[[str, str, str], str], ...] = (
    _below, _above, _between, _quoted, _answered, _forwarded, _wrapped, _with_hard_spaces, _in_html, _in_a_table
)  # fmt: skip


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.__name__.lstrip("_"))
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_dial_in_block_is_read_wherever_it_stands(block: Block, mail: Callable[[str, str, str], str]) -> None:
    expected = (block.phone, block.pin, block.url)
    wrong = {
        greeting: found
        for opening, greeting in zip(cycle(OPENINGS), GREETINGS, strict=False)
        if (found := _reach(mail(block.text, opening, greeting))) != expected
    }
    assert wrong == {}


@pytest.mark.parametrize("greeting", GREETINGS)
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_signature_is_no_text_of_the_entry(opening: str, greeting: str) -> None:
    texts = read(occurrence(summary="x", description=f"{opening}\n\n{greeting}"))
    assert [line.text for line in texts.body] == [line for line in opening.splitlines() if line]


def test_a_block_below_a_signature_is_text_of_the_entry_and_knows_itself() -> None:
    texts = read(
        occurrence(summary="x", description="Bis dann\nLG Tom\n030 901825\n\nJoin: https://zoom.us/j/123456789")
    )
    assert [(line.text, line.block) for line in texts.body] == [
        ("Bis dann", None), ("Join: https://zoom.us/j/123456789", 0)
    ]  # fmt: skip
    assert [line.text for line in texts.tail] == ["LG Tom", "030 901825"]


def test_what_an_answer_quotes_is_no_text_of_the_entry() -> None:
    texts = read(occurrence(summary="x", description="Gern.\n> Wann?\n> zwischen 9 und 15 Uhr"))
    assert [line.text for line in texts.body] == ["Gern."]


def test_a_forwarded_mail_below_a_word_or_two_is_text_of_the_entry() -> None:
    mail = "Von: Ute Kern <u@kern.example>\nBetreff: Angebot\n\nPasst 10 Uhr?\nLG Ute"
    texts = read(occurrence(summary="x", description=f"zur Info\n{mail}"))
    assert [line.text for line in texts.body] == ["zur Info", "Passt 10 Uhr?"]
    below_a_text = read(occurrence(summary="x", description=f"{'Ein Satz.' * 9}\nA\nB\nC\n{mail}"))
    assert [line.text for line in below_a_text.body[1:]] == ["A", "B", "C"]


def test_a_signature_without_a_greeting_below_a_block_is_not_dialled_in_by() -> None:
    text = (
        "Join: https://zoom.us/j/123456789\nOne tap: +496971049922,,123456789#\nUlla Kern\nProjektleitung\n"
        "Nord GmbH\nTel. 0221 4710 14"
    )
    found = detect(occurrence(summary="x", description=text), me=ME)
    assert found is not None
    assert found.phones == ("+496971049922",)


def test_of_two_blocks_the_first_one_counts() -> None:
    first, second = BLOCKS[0], BLOCKS[3]
    found = _reach(f"{first.text}\n\n{GREETINGS[0]}\n\n{second.text}")
    assert found == (first.phone, first.pin, first.url)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['summary']}: {row.get('description', '')[:40]}")
def test_what_an_entry_is_reached_by(row: dict[str, str]) -> None:
    me = MeConfig(name="Anna Beispiel", phones=["+49 30 555000"], region=row["region"])
    found = _reach(row.get("description", ""), me, summary=row["summary"], location=row.get("location", ""))
    assert found == (row["phone"], row["pin"], row["url"])
