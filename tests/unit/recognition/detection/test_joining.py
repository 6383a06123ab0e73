"""A link of a host that no table knows counts where the entry says that people meet by it, and nowhere else."""

from __future__ import annotations

import pytest

from termintreu.recognition.detection.joining import said_to_join
from termintreu.recognition.detection.links import classify, urls_in
from termintreu.recognition.detection.text import read
from tests.unit.recognition.detection.helpers import occurrence

LINK = "https://portal.anbieter.example/t/0092"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Videosprechstunde Dr. Brandt", f"Öffnen Sie zum Termin {LINK}"),
        ("Online-Termin Rentenberatung", f"Gehen Sie auf {LINK} und warten Sie"),
        ("Hautcheck", f"Ihre Online-Visite ist gebucht.\nZum Termin: {LINK}"),
        ("Vet video: Pickle limping", f"Tap to enter: {LINK}"),
        ("Remote hearing Bashir v Oakfield", f"The link for the hearing: {LINK}"),
        ("Telehealth visit", f"Click here when it is time: {LINK}"),
        ("Erstgespräch", f"An der Videokonferenz teilnehmen: {LINK}"),
        ("Elternabend", "Bitte teilnehmen über https://schule.example/room/4a"),
    ],
)
def test_a_link_that_leads_into_a_meeting_counts(title: str, text: str) -> None:
    link = said_to_join(read(occurrence(summary=title, description=text)))
    assert link is not None
    assert link.vendor == "generic"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Zahnarzt", f"Öffnen Sie zum Termin {LINK}"),
        ("Videosprechstunde Dr. Brandt", f"Termin absagen: {LINK}"),
        ("Videosprechstunde Dr. Brandt", f"Unterlagen hochladen, Link: {LINK}"),
        ("Videosprechstunde Dr. Brandt", f"Technik-Check im Browser: {LINK}"),
        ("Online-Termin Bank", f"Die Aufzeichnung öffnen Sie unter {LINK}"),
        ("Video call with Ana", f"Click to reschedule: {LINK}"),
        ("Video call with Ana", f"Our website: {LINK}"),
        ("Webinar", f"Watch the webinar link later: {LINK}"),
        ("Betriebsarzt", f"Wussten Sie schon? Vieles geht\nauch\nunterwegs\nper Videosprechstunde, Link: {LINK}"),
    ],
)
def test_a_link_that_leads_elsewhere_does_not(title: str, text: str) -> None:
    assert said_to_join(read(occurrence(summary=title, description=text))) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://meet.goto.com/install",
        "https://whereby.com/support",
        "https://meet.jit.si/settings",
        "https://app.goto.com/settings/meeting",
        "https://visavid.de/docs/join",
    ],
)
def test_pages_of_a_service_join_nothing(url: str) -> None:
    assert classify(url) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https%3A%2F%2Facme.zoom.us%2Fj%2F123456789", "https://acme.zoom.us/j/123456789"),
        ("https://click.mail.example/L0/https:%2F%2Fzoom.us%2Fj%2F123456789/1/0100", "https://zoom.us/j/123456789"),
        ("https://l.mail.example/?u=https%3A%2F%2Fzoom.us%2Fj%2F123456789&x=1", "https://zoom.us/j/123456789"),
        ("acme.zoom.us/j/123456789", "https://acme.zoom.us/j/123456789"),
        ("meet.gemeinde.example/rat-mai", "https://meet.gemeinde.example/rat-mai"),
        ("[Zoom](https://zoom.us/j/123456789)", "https://zoom.us/j/123456789"),
        ("<https://zoom.us/j/123456789>", "https://zoom.us/j/123456789"),
    ],
)
def test_a_join_link_is_freed_from_what_it_is_wrapped_in(text: str, expected: str) -> None:
    links = [link for _, url in urls_in(text) if (link := classify(url)) is not None]
    assert [link.url for link in links] == [expected]
