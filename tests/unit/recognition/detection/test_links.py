"""Join links are known by host and path, freed from wrappers and from what typesetting left at their ends."""

from __future__ import annotations

import pytest

from termintreu.recognition.detection.links import classify, urls_in


@pytest.mark.parametrize(
    ("url", "vendor"),
    [
        ("https://us02web.zoom.us/j/123456789?pwd=x.1", "zoom"),
        ("https://zoom.us/my/anna", "zoom"),
        ("zoommtg://zoom.us/join?confno=123456789", "zoom"),
        ("https://teams.microsoft.com/meet/3124567890123?p=x", "teams"),
        ("https://teams.live.com/meet/9392947982996?p=q", "teams"),
        ("https://meet.google.com/abc-defg-hij", "google-meet"),
        ("https://acme.webex.com/acme/j.php?MTID=m1", "webex"),
        ("https://global.gotomeeting.com/join/162399299", "gotomeeting"),
        ("https://meet.jit.si/room", "jitsi"),
        ("https://whereby.com/room", "whereby"),
        ("https://bbb.example.org/b/abc-def-ghi", "bigbluebutton"),
        ("https://cloud.example.org/index.php/call/x7k2m9pq", "nextcloud-talk"),
        ("https://facetime.apple.com/join#v=1&p=a&k=b", "facetime"),
        ("https://chime.aws/1234567890", "chime"),
        ("https://meet.firma.example/max.muster/AB12CD34", "skype-business"),
        ("https://zoom.us/webinar/123456789", "zoom"),
        ("https://cliq.zoho.eu/meetings/abc123", "zoho"),
        ("https://join.gong.io/acme/anna.muster", "gong"),
        ("https://streamyard.com/guest/ab12cd34", "streamyard"),
        ("https://eu.bbcollab.com/guest/AB12", "blackboard"),
        ("https://app.cal.com/video/1de4B", "calcom"),
        ("https://url.au.m.mimecastprotect.com/s/js?domain=example.zoom.us", "zoom"),
    ],
)
def test_join_links_are_known(url: str, vendor: str) -> None:
    link = classify(url)
    assert link is not None
    assert (link.vendor, link.url) == (vendor, url)


@pytest.mark.parametrize(
    "url",
    [
        "https://zoom.us/rec/share/abc",
        "https://zoom.us/u/abc",
        "https://us02web.zoom.us/launch/edl?muid=1",
        "https://zoom.us/webinar/register/WN_1",
        "https://teams.microsoft.com/meetingOptions/?a=1",
        "https://teams.microsoft.com/l/channel/19%3a1",
        "https://meet.google.com/landing",
        "https://tel.meet/abc-defg-hij?pin=1",
        "https://calendly.com/cancellations/1",
        "https://calendly.com/reschedulings/1",
        "https://www.google.com/calendar/event?action=VIEW&eid=1",
        "https://fccdl.in/i/numbers",
        "https://streamyard.com/pricing",
        "https://demodesk.com/product",
        "https://example.org/agenda",
        "http://wiki.example.org/Calendar:Status",
        "https://evil.example/?x=zoom.us/j/1",
        "https://zoom.us.evil.example/j/123456789",
        "http://[::1",
    ],
)
def test_other_addresses_are_none(url: str) -> None:
    assert classify(url) is None


@pytest.mark.parametrize(
    ("wrapped", "inner"),
    [
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F123&data=05",
            "https://zoom.us/j/123",
        ),
        ("https://urldefense.com/v3/__https://zoom.us/j/123__;!!a!b$", "https://zoom.us/j/123"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__zoom.us_j_123&d=x", "https://zoom.us/j/123"),
        ("https://www.google.com/url?q=https://zoom.us/j/123&sa=D", "https://zoom.us/j/123"),
    ],
)
def test_wrapped_links_are_freed(wrapped: str, inner: str) -> None:
    link = classify(wrapped)
    assert link is not None
    assert link.url == inner


@pytest.mark.parametrize(
    "text",
    [
        "<https://zoom.us/j/123>",
        '"https://zoom.us/j/123"',
        "(https://zoom.us/j/123)",
        "'https://zoom.us/j/123'",
        "see https://zoom.us/j/123.",
        "[Join](https://zoom.us/j/123)",
        "https://zoom.us/j/123>",
        "zoom.us/j/123",
    ],
)
def test_ends_of_addresses_are_trimmed(text: str) -> None:
    assert [url for _, url in urls_in(text)] == ["https://zoom.us/j/123"]
