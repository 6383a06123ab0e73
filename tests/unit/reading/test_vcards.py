"""People out of vCards of all versions, and of what programs and phones make of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termintreu.reading import vcards
from termintreu.reading.vcards import (
    MAX_CARDS,
    NAMELESS,
    NO_CARD,
    TOO_LARGE,
    TOO_MANY,
    UNCLOSED,
    Card,
    lean,
    read_cards,
)


def card(*lines: str | bytes, version: str = "3.0", eol: str = "\r\n") -> bytes:
    parts = [line.encode() if isinstance(line, str) else line for line in lines]
    return eol.encode().join([b"BEGIN:VCARD", f"VERSION:{version}".encode(), *parts, b"END:VCARD", b""])


def one(*lines: str | bytes, version: str = "3.0") -> Card:
    reading = read_cards(card(*lines, version=version))
    assert () == reading.problems
    [found] = reading.cards
    return found


VERSION_2_1 = card(
    "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg;;Dr.",
    "FN;CHARSET=UTF-8;QUOTED-PRINTABLE:Dr. J=C3=B6rg =",
    "M=C3=BCller",
    "ORG:ACME GmbH;Einkauf",
    "TEL;HOME;VOICE:030 1111",
    "TEL;CELL;PREF:0170 2222",
    "TEL;WORK;FAX:030 3333",
    "EMAIL;INTERNET:Joerg@ACME.example",
    "PHOTO;JPEG;ENCODING=BASE64:",
    " /9j/4AAQSkZJRgABAQEASABIAAD==",
    "",
    version="2.1",
)
VERSION_3_0 = card(
    "N:Müller;Jörg;;Dr.;",
    "FN:Dr. Jörg Mül",
    " ler",
    "ORG:ACME GmbH;Einkauf",
    "item1.TEL;TYPE=HOME,VOICE:030 1111",
    "item1.X-ABLabel:_$!<Home>!$_",
    "TEL;TYPE=CELL;TYPE=pref:0170 2222",
    "TEL;TYPE=WORK,FAX:030 3333",
    "EMAIL;TYPE=INTERNET:joerg@acme.example",
)
VERSION_4_0 = card(
    "FN:Dr. Jörg Müller",
    "N:Müller;Jörg;;Dr.;",
    "ORG:ACME GmbH;Einkauf",
    'TEL;TYPE="home,voice";VALUE=uri:030 1111',
    "TEL;PREF=1;TYPE=cell:0170 2222",
    "TEL;TYPE=fax:030 3333",
    "EMAIL:mailto:joerg@acme.example",
    version="4.0",
)


@pytest.mark.parametrize("data", [VERSION_2_1, VERSION_3_0, VERSION_4_0], ids=["2.1", "3.0", "4.0"])
def test_a_person_is_the_same_in_every_version(data: bytes) -> None:
    expected = Card(
        name="Dr. Jörg Müller", emails=("joerg@acme.example",), phones=("0170 2222", "030 1111"), firm="ACME GmbH"
    )

    assert (expected,) == read_cards(data).cards
    assert (expected,) == read_cards(lean(data)).cards


def test_many_cards_stand_in_one_file() -> None:
    data = VERSION_2_1 + b"\r\n" + VERSION_3_0 + card("FN:Erika Muster", eol="\n")

    assert ["Dr. Jörg Müller", "Dr. Jörg Müller", "Erika Muster"] == [found.name for found in read_cards(data).cards]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_file_is_read_in_the_encodings_that_programs_export(encoding: str) -> None:
    data = card("FN:Jürgen Groß").decode().encode(encoding)

    assert ["Jürgen Groß"] == [found.name for found in read_cards(data).cards]


@pytest.mark.parametrize("eol", ["\n", "\r", "\r\n"])
def test_line_ends_do_not_matter(eol: str) -> None:
    assert ["Erika Muster"] == [found.name for found in read_cards(card("FN:Erika Muster", eol=eol)).cards]


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("N:Muster;Erika;B.;Dr.;",), "Erika Muster"),
        (("FN:erika@muster.example", "N:Muster;Erika;;;"), "Erika Muster"),
        (("FN:", "N:;;;;", "ORG:ACME GmbH;Einkauf"), "ACME GmbH"),
        (("N:;;;;", "NICKNAME:Resi"), "Resi"),
        (("EMAIL:erika@muster.example",), "erika@muster.example"),
        (("TEL:030 901820",), "030 901820"),
        (("FN:Muster\\, Erika",), "Muster, Erika"),
        (("FN:Erika\u202eretsuM",), "ErikaretsuM"),
    ],
)
def test_a_name_is_found_where_there_is_one(lines: tuple[str, ...], name: str) -> None:
    assert name == one(*lines).name


def test_the_firms_own_card_names_no_firm_beside() -> None:
    assert "" == one("ORG:ACME GmbH", "TEL:030 1").firm
    assert "ACME GmbH" == one("FN:Erika Muster", "ORG:ACME GmbH;Einkauf").firm


def test_numbers_to_speak_on_come_in_the_order_in_which_they_reach_somebody() -> None:
    found = one(
        "TEL;TYPE=home:1", "TEL:2", "TEL;TYPE=work:3", "TEL;TYPE=cell:4", "TEL;TYPE=fax:5", "TEL;TYPE=home,pref:6"
    )

    assert ("6", "4", "3", "2", "1") == found.phones


def test_what_is_no_address_is_left_out() -> None:
    found = one(
        "FN:X", "EMAIL:Erika@Muster.example", "EMAIL:erika@muster.example", "EMAIL:nobody", "EMAIL:a@b@c", "EMAIL:"
    )

    assert ("erika@muster.example",) == found.emails


@pytest.mark.parametrize("word", ["kritisch", "Critical", "#kritisch"])
def test_a_category_marks_a_critical_contact(word: str) -> None:
    assert one("FN:X", f"CATEGORIES:Kunden,{word}").critical
    assert not one("FN:X", f"CATEGORIES:Un{word}").critical


@pytest.mark.parametrize(
    ("lines", "zone"),
    [
        (("TZ:Europe/Vienna",), "Europe/Vienna"),
        (("TZ;VALUE=text:-05:00; EST; America/New_York",), "America/New_York"),
        (("TZ:+01:00",), None),
        (("TZ:Europe/Nowhere",), None),
        (("TZ:../../etc/passwd",), None),
        (("ADR:;;Ring 1;Wien;;1010;Österreich",), "Europe/Vienna"),
        (("ADR;TYPE=work:;;Ring 1;Wien;;1010;AT",), "Europe/Vienna"),
        (("ADR:;;Street;Chicago;IL;60601;USA",), None),
        (("ADR:;;Ring 1;Wien;;1010;Österreich", "ADR:;;Weg 2;Bern;;3000;Schweiz"), None),
        (("ADR:;;Ring 1;Wien;;1010;Österreich", "TZ:Europe/Berlin"), "Europe/Berlin"),
    ],
)
def test_the_zone_is_taken_where_it_is_sure(lines: tuple[str, ...], zone: str | None) -> None:
    assert zone == one("FN:X", *lines).timezone
    assert zone == read_cards(lean(card("FN:X", *lines))).cards[0].timezone


@pytest.mark.parametrize("line", ["KIND:group", "X-ADDRESSBOOKSERVER-KIND:group"])
def test_groups_are_nobody(line: str) -> None:
    assert ((), ()) == (read_cards(card("FN:Team", line)).cards, read_cards(card("FN:Team", line)).problems)


def test_a_card_within_a_card_says_nothing_of_its_owner() -> None:
    agent = ("AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Secretary", "EMAIL:s@x.example", "END:VCARD")

    found = one("FN:Chief", *agent, "EMAIL:chief@x.example", version="2.1")

    assert ("Chief", ("chief@x.example",)) == (found.name, found.emails)


def test_one_bad_card_takes_no_other_one_down() -> None:
    broken = b"BEGIN:VCARD\r\nFN:Broken\r\nEMAIL:b@x.example\r\n"
    data = VERSION_3_0 + broken + card("FN:Erika") + card("NOTE:nobody")

    reading = read_cards(data)

    assert ["Dr. Jörg Müller", "Erika"] == [found.name for found in reading.cards]
    assert [UNCLOSED, NAMELESS] == list(reading.problems)
    again = read_cards(lean(data))
    assert reading.cards == again.cards
    assert len(reading.problems) == len(again.problems)


@pytest.mark.parametrize(
    "data", [b"", b"<html>BEGIN:VCARD</html>", b"\x00\xff\xfe", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR"]
)
def test_what_is_no_card_says_so(data: bytes) -> None:
    assert ((), (NO_CARD,)) == (read_cards(data).cards, read_cards(data).problems)


def test_a_bad_line_costs_itself() -> None:
    found = one(
        "FN:X",
        "EMAIL",
        b"TEL;TYPE=\xff\xfe:030 1",
        'TEL;TYPE="open:030 2',
        "TEL:" + "9" * 30_000,
        "\x00:;",
        "TEL:030 3",
    )

    assert ("030 1", "030 3") == found.phones


def test_a_photograph_of_a_million_bytes_is_passed_over_quickly_and_not_kept() -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["A" * 74] * 14_000)
    data = card("FN:Erika Muster", "NOTE:geheim", "BDAY:1970-01-01", photo, "ADR:;;Ring 1;Wien;;1010;Österreich")

    begun = time.process_time()
    kept = lean(data)
    taken = time.process_time() - begun

    assert len(data) > 1_000_000
    assert b"BEGIN:VCARD\r\nFN:Erika Muster\r\nADR:;;;;;;\xc3\x96sterreich\r\nEND:VCARD\r\n" == kept
    assert taken < 1


def test_hidden_line_breaks_make_no_lines_of_their_own() -> None:
    data = card("FN;ENCODING=QUOTED-PRINTABLE:Erika=0D=0ATEL:0900 1=0D=0AEND:VCARD", version="2.1")

    for each in (data, lean(data), lean(lean(data))):
        [found] = read_cards(each).cards
        assert () == found.phones


def test_size_and_number_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vcards, "MAX_CARD", 20_000)
    assert (TOO_LARGE,) == read_cards(card("FN:X", "NOTE:" + "x" * 21_000)).problems

    many = read_cards(card("FN:X") * (MAX_CARDS + 1))
    assert (MAX_CARDS, (TOO_MANY,)) == (len(many.cards), many.problems)
    found = one("FN:X", *(f"TEL:{number}" for number in range(200)), *(f"EMAIL:{n}@x.example" for n in range(200)))
    assert (10, 20) == (len(found.phones), len(found.emails))


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VCARD\r\nA;" + b"x" * 1_000_000 + b"\n" + b" =\n" * 20_000 + b"END:VCARD\r\n",
        b"BEGIN:VCARD\r\n" * 50_000,
        b"BEGIN:VCARD\r\nAGENT:\r\n" * 50_000,
        b"BEGIN:VCARD\r\nFN:X\r\nTEL" + b';"' * 900 + b":1\r\nEND:VCARD\r\n",
        b"BEGIN:VCARD\r\nFN:X\r\n" + b"TEL:1\r\n" * 50_000 + b"END:VCARD\r\n",
    ],
    ids=["soft breaks", "beginnings", "agents", "quotes", "lines"],
)
def test_hostile_cards_take_no_time(data: bytes) -> None:
    begun = time.process_time()
    read_cards(data)
    lean(data)
    assert time.process_time() - begun < 3


_LINES = st.sampled_from(
    [
        b"BEGIN:VCARD",
        b"END:VCARD",
        b"FN:X",
        b"AGENT:",
        b"TEL;TYPE=cell:1",
        b"EMAIL:a@b.example",
        b" folded",
        b"N;QUOTED-PRINTABLE:a=",
        b"=",
    ]
)


@given(st.lists(_LINES | st.binary(max_size=12), max_size=20).map(b"\n".join))
def test_nothing_raises_and_leaning_changes_nobody(data: bytes) -> None:
    kept = lean(data)

    assert read_cards(data).cards == read_cards(kept).cards
    assert kept == lean(kept)
