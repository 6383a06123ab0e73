"""Which join links may be clicked: those of known services, spelled so that a browser reads the same host as we do."""

from __future__ import annotations

import pytest

from termintreu.recognition.detection.joinable import trusted_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://us02web.zoom.us/j/84112223344?pwd=demo", "us02web.zoom.us"),
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
            "teams.microsoft.com",
        ),
        ("https://Meet.Google.com/abc-defg-hij", "meet.google.com"),
        ("https://acme.webex.com/meet/anna", "acme.webex.com"),
        ("https://whereby.com/unser-raum", "whereby.com"),
    ],
)
def test_a_known_services_link_may_be_clicked_whoever_sent_it(url: str, host: str) -> None:
    assert [host, host] == [trusted_host(url, vouched=vouched) for vouched in (True, False)]


@pytest.mark.parametrize(
    "url",
    [
        "https://bbb.beispiel.example/b/ann-xyz-123",
        "https://cloud.beispiel.example/index.php/call/ab3d5f7h",
        "https://jitsi.beispiel.example/Jourfixe",
    ],
)
def test_a_host_that_people_run_themselves_only_where_somebody_vouches(url: str) -> None:
    assert trusted_host(url, vouched=True) == url.split("/")[2]
    assert trusted_host(url, vouched=False) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://us02web.zoom.us/j/84112223344",
        "zoommtg://zoom.us/join?confno=84112223344",
        "javascript:alert(1)//https://zoom.us/j/84112223344",
        "https://zoom.us.evil.example/j/84112223344",
        "https://evilzoom.us/j/84112223344",
        "https://zoom.us@evil.example/j/84112223344",
        "https://anna:x@zoom.us/j/84112223344",
        "https://evil.example\\@zoom.us/j/84112223344",
        "https://evil.example\\.zoom.us/j/84112223344",
        "https://evil.example%2f.zoom.us/j/84112223344",
        "https://zoom.us:8443/j/84112223344",
        "https://zoom.us\u3002evil.example/j/84112223344",
        "https://\u200bzoom.us/j/84112223344",
        "https://zоom.us/j/84112223344",
        "https://zoom.us/j/84112223344\n",
        "https://zoom.us/j/8411 2223344",
        'https://zoom.us/j/84112223344" onclick="alert(1)',
        "https://zoom.us/pricing",
        "https://zoom.us/j/841/register",
        "https://meet.google.com/landing",
        "https://evil.example/?https://zoom.us/j/84112223344",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F84112223344",
        "https://protect-eu.mimecast.com/s/abc?domain=zoom.us",
        "https://zoom.us/j/" + "8" * 3000,
        "https:zoom.us/j/84112223344",
        "//zoom.us/j/84112223344",
        "",
    ],
)
@pytest.mark.requirement(27)
@pytest.mark.parametrize("vouched", [True, False])
def test_anything_else_may_not_whoever_vouches(url: str, vouched: bool) -> None:
    assert trusted_host(url, vouched=vouched) is None
