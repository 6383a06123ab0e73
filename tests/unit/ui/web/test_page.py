"""The page's sentences, and its HTML: every foreign word escaped, every link its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from termintreu.model import Contact, LogReport, Reach, Rejected, Resource, Severity
from termintreu.reading.ical import Reader
from termintreu.service.board import PageContent
from termintreu.ui.web.page import page
from termintreu.ui.web.rendering import asset, html
from tests.factories import at, call
from tests.unit.ui.web.contents import (
    BERLIN,
    DE,
    EN,
    NOW,
    change,
    content,
    finding,
    item,
    kept,
    relation,
    report,
    source,
    trouble,
)

VOID = {"meta", "link", "br", "circle", "rect", "path"}


class Reading(HTMLParser):
    """A page as a browser understands it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def read(shown: PageContent) -> Reading:
    reading = Reading(html(page(shown, NOW)))
    assert [] == reading.open
    ids = reading.values("id")
    assert len(ids) == len(set(ids))
    return reading


def full(**more: Any) -> PageContent:
    """Something of everything."""
    one, two, three = call("2026-11-23 09:00"), call("2026-11-24 09:00"), call("2026-11-30 09:00")
    findings = {two.key: (finding(Severity.CRITICAL, settle_by=at("2026-11-23 12:00")),)}
    fields: dict[str, Any] = {
        "findings": findings,
        "changes": (change("create", item(two)),),
        "relationships": {"a@x": relation("a@x", kept(5), kept(3, "theirs")), "b@x": relation("b@x")},
        "call_logs": (LogReport(name="box", type="fritzbox", state="ok", last_entry=NOW, entries=7, bad_lines=1),),
        "rejected": (Rejected(source="work", href="/x", reason="no"),),
    }
    return content([one, two, three, call("2026-11-20 09:00")], **fields | more)


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ((), "Keine Anrufe in den nächsten sieben Tagen."),
        ((None,), "1 Anruf in den nächsten sieben Tagen, und nichts steht im Weg."),
        ((Severity.ADVICE, None), "2 Anrufe in den nächsten sieben Tagen, und nichts steht im Weg."),
        ((Severity.WARNING, None), "2 Anrufe in den nächsten sieben Tagen: 1 zu klären."),
        ((Severity.CRITICAL,), "1 Anruf in den nächsten sieben Tagen: 1 gefährdet."),
        ((Severity.CRITICAL, Severity.WARNING), "2 Anrufe in den nächsten sieben Tagen: 1 gefährdet, 1 zu klären."),
    ],
)
def test_the_week_in_a_sentence(levels: tuple[Severity | None, ...], sentence: str) -> None:
    calls = [call(f"2026-11-24 {10 + hour}:00") for hour in range(len(levels))]
    findings = {one.key: (finding(level),) for one, level in zip(calls, levels, strict=True) if level is not None}
    view = page(content(calls, findings=findings), NOW)
    assert sentence == view.headline
    assert view.calm is not bool({Severity.CRITICAL, Severity.WARNING} & set(levels))


def test_before_the_first_cycle_the_page_says_so() -> None:
    view = page(PageContent(texts=DE, problems=("config.toml:3: bad",)), NOW)
    assert "Ihre Kalender werden zum ersten Mal gelesen." == view.headline
    assert ("config.toml:3: bad",) == view.notices
    assert "zum ersten Mal gelesen" in read(PageContent(texts=DE)).text


def test_it_says_from_when_it_is_and_when_it_is_looked_again() -> None:
    assert "Stand 10:30, nächste Prüfung 10:35" == page(content(), NOW).as_of
    assert (
        "As of Mon 23 Nov, 10:30, next look Mon 23 Nov, 10:35" == page(content(texts=EN), at("2026-11-24 00:01")).as_of
    )


def test_what_is_wrong_is_said_at_the_top() -> None:
    shown = content(
        sources=(source(), source("crm", "unauthorized", error="HTTP 401")),
        held_back=("Zu viele Änderungen.",),
        changes=(change("create", item(call("2026-11-24 09:00")), "refused"),),
    )
    view = page(replace(shown, problems=("the new configuration is bad",)), NOW)
    assert (
        "the new configuration is bad",
        "Zu viele Änderungen.",
        "Was hier steht, kann veraltet sein: crm nicht lesbar.",
        "1 Eintrag ließ sich nicht schreiben; der nächste Durchgang versucht es wieder.",
    ) == view.notices
    assert [("work", "in Ordnung", ""), ("crm", "Anmeldung abgelehnt", "HTTP 401")] == [
        (one.name, one.word, one.error) for one in view.sources
    ]


def test_sources_and_logs_say_since_when_they_are_known() -> None:
    view = page(full(sources=(source(checked_at=at("2026-11-22 08:00")),)), NOW)
    assert ["gelesen So., 22.11., 08:00", "neuester Anruf 10:30"] == [one.checked for one in view.sources]
    assert ["2 Kalender, 18 Einträge", "Anrufliste, 7 Anrufe, 1 Zeile übergangen"] == [
        one.holds for one in view.sources
    ]
    assert "1 Eintrag war nicht lesbar." == view.unread


@pytest.mark.parametrize(("texts", "language", "word"), [(DE, "de", "Gefährdet"), (EN, "en", "Threatened")])
def test_the_page_is_in_the_readers_language(texts: Any, language: str, word: str) -> None:
    reading = read(full(texts=texts))
    assert ("html", {"lang": language}) in reading.tags
    assert word in reading.text


def test_every_link_leads_within_the_page_or_dials() -> None:
    reading = read(full())
    links = [attributes["href"] for tag, attributes in reading.tags if tag == "a"]
    ids = set(reading.values("id"))
    assert "tel:+4930901820" in links
    for link in links:
        assert link == "tel:+4930901820" or (link[0] == "#" and link[1:] in ids), link
    assert {"/style.css", "/icon.svg"} == {attributes["href"] for tag, attributes in reading.tags if tag == "link"}


@pytest.mark.requirement(27)
@pytest.mark.parametrize(("verified", "mark"), [(True, ""), (False, " (ungeprüft)")])
def test_a_call_is_joined_by_a_link_that_tells_its_host_and_a_strangers_is_marked(verified: bool, mark: str) -> None:
    url = "https://us02web.zoom.us/j/84112223344?pwd=a&x=b"
    reading = read(content([call("2026-11-24 09:00", kind="video", reach=Reach(url=url, verified=verified))]))
    (link,) = (attributes for tag, attributes in reading.tags if tag == "a" and attributes["href"].startswith("http"))
    assert {"href": url, "target": "_blank", "rel": "noreferrer noopener"} == link
    assert f"Videogespräch, us02web.zoom.us{mark}" in reading.text.replace(" ,", ",")


def test_a_strangers_link_to_a_host_of_their_own_is_none() -> None:
    reach = Reach(url="https://jitsi.evil.example/Jourfixe", verified=False)
    reading = read(content([call("2026-11-24 09:00", kind="video", reach=reach)]))
    assert "evil" not in repr(reading.tags) + reading.text
    assert "Videogespräch, Link: im Termin" in reading.text


def test_nothing_on_the_page_needs_what_the_policy_forbids() -> None:
    reading = read(full())
    assert not {"script", "style", "iframe", "img", "form", "object", "base"} & {tag for tag, _ in reading.tags}
    names = {name for _, attributes in reading.tags for name in attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert b"url(" not in asset("style.css")
    assert b"@import" not in asset("style.css")


def test_drawings_are_described_and_ornaments_are_silent() -> None:
    drawings = [attributes for tag, attributes in read(full()).tags if tag == "svg"]
    assert all("aria-hidden" in one or (one["role"], bool(one["aria-label"])) == ("img", True) for one in drawings)
    assert 1 == sum("role" in one for one in drawings)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title></svg><a href=javascript:alert(1)>",
    "&lt;b&gt;",
    "Telefonat \u202egnihtyreve\u202c",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_text_wherever_it_stands(text: str) -> None:
    one = call(
        "2026-11-24 09:00", summary=text, contact=Contact(key=text, name=text), reach=Reach(phone=text, url=text)
    )
    shown = content(
        [one],
        findings={one.key: (finding(Severity.CRITICAL, text),)},
        relationships={text: relation(text, kept(5), name=text)},
        sources=(source(text, "failed", error=text),),
        held_back=(text,),
    )
    plain = read(full())
    reading = read(replace(shown, problems=(text,)))
    assert {tag for tag, _ in reading.tags} <= {tag for tag, _ in plain.tags}
    names = {name for _, attributes in reading.tags for name in attributes}
    assert names <= {name for _, attributes in plain.tags for name in attributes} | {"lang"}
    assert "\u202e" not in reading.text
    assert "{{ 7 * 7 }}" in reading.text or "7 * 7" not in text


SAMPLES = sorted((Path(__file__).parents[3] / "data" / "hostile").glob("*.ics"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_calendars_that_break_other_programs_make_a_sound_page(sample: Path) -> None:
    reader = Reader(zone=BERLIN, max_occurrences=5)
    resource = Resource(href="/x.ics", etag=None, data=sample.read_bytes())
    reading = reader.read("work", "/", [resource], (at("1990-01-01 00:00"), at("2040-01-01 00:00")))
    calls = [call(one, key=f"{number:016x}") for number, one in enumerate(reading.occurrences)]
    for one in calls[:5]:
        shown = PageContent(texts=DE, report=report(calls, rejected=reading.rejected))
        page_then = Reading(html(page(shown, one.start - timedelta(hours=1))))
        assert [] == page_then.open
        assert "a" in {tag for tag, _ in page_then.tags}


def test_what_is_not_seen_stands_in_a_banner_and_foreign_words_are_harmless() -> None:
    shown = Reading(html(page(content(blind=(trouble("CRM", why="<b>503</b>"),)), NOW)))
    assert any(attrs.get("class") == "blind" for _, attrs in shown.tags)
    assert any("CRM ist seit" in one and "‹b›503" in one for one in shown.texts)


def test_there_is_no_banner_where_all_is_seen() -> None:
    shown = Reading(html(page(content(), NOW)))
    assert not any(attrs.get("class") == "blind" for _, attrs in shown.tags)


def test_the_page_brings_itself_up_to_date() -> None:
    shown = Reading(html(page(content(), NOW)))
    assert ("meta", {"http-equiv": "refresh", "content": "60"}) in shown.tags
