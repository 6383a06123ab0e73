"""Descriptions: every word of the files of sentences does what its example says; neighbouring wordings work alike."""

from __future__ import annotations

from collections import Counter

import pytest

from termintreu.recognition.detection import detect
from termintreu.recognition.detection.grammar.tokens import Tagged, line_of, tagged
from termintreu.recognition.detection.lexicon import SENTENCE_TAGS, Entry, sentence_entries
from tests.unit.recognition.detection.helpers import ME, occurrence

ENTRIES = tuple(sentence_entries())
NAMERS = ("party", "closing")
NO_CALLS = frozenset({"past", "condition", "allowed", "on_the_way", "before_it", "watched", "called_off"})
"""Tags whose examples speak of no call, or of another one."""
CALLS = frozenset({"will", "receive", "contact", "speak", "request", "rung", "a_call", "runs", "by_telephone"})


def _holds(sentence: Tagged, entry: Entry) -> bool:
    word = line_of(entry.word).folded.replace("-", " ").replace(".", "")
    return any(
        token.tag == SENTENCE_TAGS[entry.tag]
        and sentence.line.folded[token.start : token.end].replace("-", " ").replace(".", "") == word
        for token in sentence.tokens
    )


@pytest.mark.parametrize("tag", sorted({entry.tag for entry in ENTRIES} - set(NAMERS)))
def test_every_word_stands_in_its_sentence_under_its_tag(tag: str) -> None:
    dead = [
        f"{entry.file}: {entry.word}: {entry.said}"
        for entry in ENTRIES
        if entry.tag == tag and not _holds(tagged(line_of(entry.said), sentence=True), entry)
    ]
    assert [] == dead


@pytest.mark.parametrize("tag", sorted(CALLS))
def test_a_sentence_with_a_word_for_calls_makes_one(tag: str) -> None:
    assert [] == [
        f"{entry.file}: {entry.said}"
        for entry in ENTRIES
        if entry.tag == tag and detect(occurrence(summary="Termin", description=entry.said), me=ME) is None
    ]


@pytest.mark.parametrize("tag", sorted(NO_CALLS))
def test_a_sentence_about_another_call_makes_none(tag: str) -> None:
    assert [] == [
        f"{entry.file}: {entry.said}"
        for entry in ENTRIES
        if entry.tag == tag and detect(occurrence(summary="Termin", description=entry.said), me=ME) is not None
    ]


@pytest.mark.parametrize("tag", NAMERS)
def test_a_label_and_a_closing_stand_before_a_name(tag: str) -> None:
    wrong = []
    for entry in ENTRIES:
        if entry.tag == tag:
            said = entry.said.replace("I'll call", "I'll call you").replace("Ich rufe an", "Ich rufe Sie an")
            found = detect(occurrence(summary="Telefontermin", description=said), me=ME)
            if found is None or found.counterpart != "Eva Kern":
                wrong.append(f"{said}: {found.counterpart if found else None}")
    assert [] == wrong


def test_no_word_of_a_sentence_stands_twice() -> None:
    count = Counter((entry.file, entry.word) for entry in ENTRIES if entry.tag not in NAMERS)
    assert [] == [word for word, times in count.items() if times > 1]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Unsere Rentenberaterin klingelt um zehn bei Ihnen an.", "phone"),
        ("Zum Termin werden Sie von der Kasse zurückgerufen.", "phone"),
        ("Die Hebamme meldet sich am Nachmittag per Telefon.", "phone"),
        ("Wir machen das diesmal am Telefon.", "phone"),
        ("Ort: telefonisch", "phone"),
        ("The registrar will ring you in the morning.", "phone"),
        ("Expect a phone call from the clinic.", "phone"),
        ("We are going to do this one over the phone.", "phone"),
        ("Format: telephone", "phone"),
        ("Die Gutachterin nimmt mit Ihnen telefonisch Verbindung auf.", "phone"),
        ("Herr Kern möchte zurückgerufen werden.", "phone"),
        ("Doctor to phone patient with the results.", "phone"),
        ("Our paralegal will walk you through the papers over the phone.", "phone"),
        ("He said he'd ring me after four.", "phone"),
        ("Der Unterricht findet ausnahmsweise online statt.", "video"),
        ("Wir gehen den Entwurf über Teams durch.", "video"),
        ("This one will be virtual.", "video"),
        ("Telefonische Absprachen sind nicht möglich.", None),
        ("Der Kundendienst meldet sich vor Ankunft telefonisch.", None),
        ("Please phone the salon if you need to move it.", None),
        ("No phones inside, please.", None),
        ("Wir treffen uns auf Webex.", "video"),
        ("Der Termin wird online abgehalten.", "video"),
        ("Zoom link to follow.", "video"),
        ("The viewing is by video call.", "video"),
        ("Falls Sie sich verspäten, rufen Sie uns an.", None),
        ("Die Kollegin hat gestern schon angerufen.", None),
        ("Der Fahrer ruft Sie eine Stunde vorher an.", None),
        ("If you are delayed, give us a call.", None),
        ("We spoke on the phone about it.", None),
        ("The courier will ring when they are outside.", None),
        ("Do not call the office.", None),
    ],
)
def test_a_sentence_says_whether_people_talk(said: str, kind: str | None) -> None:
    found = detect(occurrence(summary="Rentenantrag", description=said), me=ME)
    assert kind == (found.kind if found else None)


@pytest.mark.parametrize(
    "said",
    ["Der Termin entfällt wegen Krankheit.", "Leider muss die Runde abgesagt werden.", "This week's call is off."],
)
def test_what_the_description_calls_off_is_no_call_whatever_link_it_holds(said: str) -> None:
    body = f"{said}\n\nhttps://zoom.us/j/95511220034"
    assert detect(occurrence(summary="Jour fixe", description=body), me=ME) is None


def test_a_link_that_is_void_makes_no_call_and_a_new_one_does() -> None:
    void = "Der Zoom-Link ist hinfällig: https://zoom.us/j/95511220034"
    new = "Der alte Link ist hinfällig, neuer Link: https://zoom.us/j/95511220034"
    found = [detect(occurrence(summary="Jour fixe", description=said), me=ME) for said in (void, new)]
    assert [False, True] == [one is not None for one in found]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Your solicitor, Grace Bell, will be calling you.", "Grace Bell"),
        ("Tom Hale from Lettings will be in touch by phone.", "Tom Hale"),
        ("Unsere Beraterin Katrin Moll ruft Sie an.", "Katrin Moll"),
        ("Telefontermin mit Katrin und Jonas.", "Katrin und Jonas"),
        ("Wir telefonieren. Bis später, Katrin", "Katrin"),
        ("I'll ring you at nine. Speak soon, Oliver", "Oliver"),
        ("Customer: Mrs Adeyemi\nI'll ring you.", "Mrs Adeyemi"),
        ("Kunde: Gerüstbau Thoma GmbH\nWir rufen an.", "Gerüstbau Thoma GmbH"),
    ],
)
def test_a_description_says_with_whom(said: str, name: str) -> None:
    found = detect(occurrence(summary="Telefontermin", description=said), me=ME)
    assert found is not None
    assert name == found.counterpart


@pytest.mark.parametrize(
    ("url", "vendor"),
    [
        ("https://video.redmedical.de/#/login", "red-connect"),
        ("https://app.arztkonsultation.de/sprechstunde/QX722", "arztkonsultation"),
        ("https://www.patientus.de/sprechzimmer/8842", "patientus"),
        ("https://videosprechstunde.clickdoc.de/join/ab12", "clickdoc"),
        ("https://app.sprechstunde.online/v/PQ-5521", "sprechstunde-online"),
        ("https://app.sprechstunde.online/r/kk92", "sprechstunde-online"),
    ],
)
def test_a_consultation_is_joined_by_the_link_of_its_service(url: str, vendor: str) -> None:
    found = detect(occurrence(summary="Kontrolle", description=f"Ihr Zugang mit der TAN 8H2KQ: {url}"), me=ME)
    assert found is not None
    assert (vendor, url, None) == (found.vendor, found.url, found.pin)


@pytest.mark.parametrize(
    "said",
    [
        "Bitte 030 23125 333 wählen, dann 55812 und die Raute-Taste",
        "Einwahl 030 23125 333, then 55812 followed by hash",
    ],
)
def test_a_code_that_is_ended_by_the_hash_key_is_the_pin(said: str) -> None:
    found = detect(occurrence(summary="Abstimmung", description=said), me=ME)
    assert found is not None
    assert ("+493023125333", "55812") == (found.phone, found.pin)


@pytest.mark.parametrize(
    "place",
    [
        "030 23125 111 (4711#)",
        "Einwahl 030 23125 111 / 4711#",
        "030 23125 111 - 4711 #",
        "030 23125 111 Zugang 4711",
        "030 23125 111 guest 4711#",
        "030 23125 111 pass 4711",
        "030 23125 111, dann die 4711 eingeben",
    ],
)
def test_a_code_beside_a_number_is_parted_from_it(place: str) -> None:
    found = [detect(occurrence(summary="Telko", **{field: place}), me=ME) for field in ("location", "description")]
    assert [("+493023125111", "4711")] * 2 == [(one.phone, one.pin) for one in found if one is not None]


@pytest.mark.parametrize(
    ("summary", "place"),
    [
        ("Online-Beratung", "https://portal.bank.example/beratung/77"),
        ("Demo (online)", "https://app.vendor.example/demo/22"),
        ("Virtual hearing", "https://court.example/hearing/22"),
    ],
)
def test_the_address_at_which_a_video_call_takes_place_joins_it_whatever_its_host(summary: str, place: str) -> None:
    found = detect(occurrence(summary=summary, location=place), me=ME)
    assert found is not None
    assert ("video", place) == (found.kind, found.url)
    assert detect(occurrence(summary="Messe", location=place), me=ME) is None
