"""The simulated server is as strict as the RFCs, wrong where its profile says so, and the same every time."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from caldav.compatibility_hints import FeatureSet

from tests.contract.suite import event, todo
from tests.simulated_caldav import PROFILES, Profile, Request, Response, SimulatedCalDav
from tests.simulated_caldav.hints import LEFT_OUT, READ, known, profile_of

NOW = datetime(2026, 10, 5, 8, tzinfo=UTC)
PLAIN = Profile(name="plain")
HOME = "/dav/calendars/anna/"
WORK = HOME + "work/"
D = "{DAV:}"
LOGIN = {"authorization": "Basic " + base64.b64encode(b"anna:geheim").decode()}


class Talk:
    """One client at one server."""

    def __init__(self, profile: Profile = PLAIN) -> None:
        self.server = SimulatedCalDav(profile)
        self.now = NOW
        self.server.make_calendar("work", "Arbeit", {"VEVENT", "VTODO"}, NOW)

    def __call__(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Response:
        sent = LOGIN | {name.lower().replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        return self.server.answer(Request(method=method, path=path, headers=sent, body=data), self.now)

    def put(self, name: str = "a.ics", data: bytes | None = None, **headers: str) -> Response:
        return self("PUT", WORK + name, event("a") if data is None else data, **headers)

    def sync(self, token: str = "", path: str = WORK) -> tuple[dict[str, int | None], str]:
        """Names to the status of their rows (None: there), and the new token."""
        answer = self("REPORT", path, SYNC.format(token=token))
        assert 207 == answer.status
        return rows(answer), ElementTree.fromstring(answer.body).findtext(D + "sync-token") or ""


SYNC = (
    '<sync-collection xmlns="DAV:"><sync-token>{token}</sync-token><sync-level>1</sync-level>'
    "<prop><getetag/></prop></sync-collection>"
)
NAMES = '<propfind xmlns="DAV:"><prop><displayname/><getetag/></prop></propfind>'


def rows(answer: Response) -> dict[str, int | None]:
    found = {}
    for row in ElementTree.fromstring(answer.body).iter(D + "response"):
        status = row.findtext(D + "status")
        found[(row.findtext(D + "href") or "").removeprefix(WORK)] = int(status.split()[1]) if status else None
    return found


def condition(answer: Response) -> str:
    return ElementTree.fromstring(answer.body)[0].tag


# What caldav knows.


def test_every_hint_of_caldav_is_read_or_left_out_for_a_reason() -> None:
    assert set(FeatureSet.FEATURES) == set(READ) | set(LEFT_OUT)
    assert set() == set(READ) & set(LEFT_OUT)


def test_every_server_that_caldav_knows_has_a_profile() -> None:
    assert known().keys() <= PROFILES.keys()
    assert 24 <= len(known())


def test_no_hint_of_a_server_has_a_name_that_caldav_does_not_define() -> None:
    assert {hint for raw in known().values() for hint in raw} <= set(READ) | set(LEFT_OUT)


TURNED = {"create-calendar.auto": "full", "save.no-uid-conflict": "full", "sync-token.invalid-token": "broken"}
"""Where it is another level than "unsupported" that makes the difference."""


def test_every_hint_that_is_read_makes_some_server_another_or_could() -> None:
    """With each hint turned round, the profile of a server without faults is another one."""
    plain = profile_of("x", {})
    for hint in sorted(set(READ) - {"rate-limit", "search-cache", "auto-connect.url"}):
        level = TURNED.get(hint, "unsupported")
        turned = {hint: {"support": level, "delay": 3}} | ({"scheduling": False} if "mailbox" in hint else {})
        assert plain != profile_of("x", turned), hint
    assert (1, 2.0) == profile_of("x", {"rate-limit": {"enable": True, "count": 1, "interval": 2}}).pace
    assert 3.0 == profile_of("x", {"search-cache": {"behaviour": "delay", "delay": 3}}).search_delay


def test_every_field_of_a_profile_is_used_by_some_server() -> None:
    defaults = Profile(name="")
    idle = {
        one.name
        for one in fields(Profile)
        if all(getattr(profile, one.name) == getattr(defaults, one.name) for profile in PROFILES.values())
    }
    assert {"weak_etags", "searches"} == idle


# What it must do.


def test_the_same_requests_bring_the_same_bytes() -> None:
    def told() -> list[Response]:
        talk = Talk(PROFILES["zimbra"])
        home = talk.server.site.home + "work/"
        answers = [talk("PUT", f"{home}{name}.ics", event(name)) for name in "abc"]
        answers += [talk("DELETE", home + "b.ics"), talk("REPORT", home, SYNC.format(token=""))]
        return [*answers, talk("PROPFIND", home, NAMES, Depth="1")]

    assert told() == told()


@pytest.mark.parametrize(
    ("headers", "there", "status"),
    [
        ({}, False, 201),
        ({}, True, 204),
        ({"If_None_Match": "*"}, False, 201),
        ({"If_None_Match": "*"}, True, 412),
        ({"If_Match": "etag"}, True, 204),
        ({"If_Match": '"other"'}, True, 412),
        ({"If_Match": '"other"'}, False, 412),
    ],
)
def test_a_put_is_carried_out_where_its_condition_holds(headers: dict[str, str], there: bool, status: int) -> None:
    talk = Talk()
    etag = talk.put(data=event("a", "vorher")).headers["ETag"] if there else ""
    before = talk.server.get(WORK + "a.ics")
    answer = talk.put(**{name: etag if value == "etag" else value for name, value in headers.items()})
    assert status == answer.status
    assert (before if status == 412 else event("a")) == talk.server.get(WORK + "a.ics")


@pytest.mark.parametrize(("tag", "status"), [("etag", 204), ('"other"', 412), ('W/"other"', 412)])
def test_a_delete_is_carried_out_where_its_condition_holds(tag: str, status: int) -> None:
    talk = Talk()
    etag = talk.put().headers["ETag"]
    assert status == talk("DELETE", WORK + "a.ics", If_Match=etag if tag == "etag" else tag).status
    assert (status == 204) == (talk.server.get(WORK + "a.ics") is None)


def test_a_weak_etag_matches_nothing() -> None:
    talk = Talk(replace(PLAIN, weak_etags=True))
    etag = talk.put().headers["ETag"]
    assert etag.startswith("W/")
    assert 412 == talk.put(If_Match=etag).status


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"<html></html>", "valid-calendar-data"),
        (event("b") + event("b"), None),
        (
            event("b").replace(b"END:VCALENDAR", todo("b")[todo("b").index(b"BEGIN:VTODO") :]),
            "valid-calendar-object-resource",
        ),
        (event("a"), "no-uid-conflict"),
    ],
)
def test_what_is_no_single_object_with_a_uid_of_its_own_is_refused(body: bytes, name: str | None) -> None:
    talk = Talk()
    talk.put()
    answer = talk.put("b.ics", body)
    if name is None:
        assert 201 == answer.status
    else:
        assert (403, "{urn:ietf:params:xml:ns:caldav}" + name) == (answer.status, condition(answer))


def test_a_component_that_the_calendar_does_not_hold_is_refused() -> None:
    talk = Talk()
    talk.server.make_calendar("only", "Nur", {"VEVENT"}, NOW)
    answer = talk("PUT", HOME + "only/t.ics", todo("t"))
    assert (403, "{urn:ietf:params:xml:ns:caldav}supported-calendar-component") == (answer.status, condition(answer))


def test_a_sync_tells_what_came_changed_and_went_since_the_token() -> None:
    talk = Talk()
    for name in "abc":
        talk.put(f"{name}.ics", event(name))
    first, token = talk.sync()
    assert {"a.ics": None, "b.ics": None, "c.ics": None} == first
    assert ({}, token) == talk.sync(token)
    talk.put("a.ics", event("a", "neu"))
    talk("DELETE", WORK + "b.ics")
    talk.put("d.ics", event("d"))
    talk("DELETE", WORK + "d.ics")
    changed, after = talk.sync(token)
    assert {"a.ics": None, "b.ics": 404, "d.ics": 404} == changed
    assert after != token


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (PLAIN, 403),
        (replace(PLAIN, bad_token_status=412), 412),
        (replace(PLAIN, bad_token="everything"), {"a.ics": None}),
        (replace(PLAIN, bad_token="nothing"), {}),
        (replace(PLAIN, sync="no", sync_refusal=501), 501),
    ],
)
def test_a_token_that_was_never_given_is_answered_as_the_profile_says(
    profile: Profile, expected: int | dict[str, int | None]
) -> None:
    talk = Talk(profile)
    talk.put()
    answer = talk("REPORT", WORK, SYNC.format(token="http://example.invalid/never"))
    assert expected == (rows(answer) if answer.status == 207 else answer.status)


def test_a_calendar_made_again_at_its_path_does_not_take_the_old_token() -> None:
    talk = Talk()
    talk.put()
    _, token = talk.sync()
    assert 204 == talk("DELETE", WORK).status
    assert 201 == talk("MKCALENDAR", WORK).status
    assert 403 == talk("REPORT", WORK, SYNC.format(token=token)).status


def test_depth_is_heeded_and_infinity_refused() -> None:
    talk = Talk()
    talk.put()
    assert {""} == rows(talk("PROPFIND", WORK, NAMES, Depth="0")).keys()
    assert {"", "a.ics"} == rows(talk("PROPFIND", WORK, NAMES, Depth="1")).keys()
    refused = talk("PROPFIND", WORK, NAMES)
    assert (403, D + "propfind-finite-depth") == (refused.status, condition(refused))


def test_what_a_property_finds_missing_is_a_propstat_of_404() -> None:
    talk = Talk()
    talk.put()
    found = ElementTree.fromstring(talk("PROPFIND", WORK + "a.ics", NAMES, Depth="0").body)
    stated = {
        child.tag: propstat.findtext(D + "status")
        for propstat in found.iter(D + "propstat")
        for child in propstat.find(D + "prop") or ()
    }
    assert {D + "getetag": "HTTP/1.1 200 OK", D + "displayname": "HTTP/1.1 404 Not Found"} == stated


@pytest.mark.parametrize(("how", "status"), [("row", 207), ("left out", 207), ("all fail", 404)])
def test_a_multiget_of_what_is_gone(how: str, status: int) -> None:
    talk = Talk(replace(PLAIN, multiget_missing=how))  # type: ignore[arg-type]  # one of the three
    talk.put()
    body = (
        '<C:calendar-multiget xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><prop><getetag/></prop>'
        f"<href>{WORK}a.ics</href><href>{WORK}z.ics</href></C:calendar-multiget>"
    )
    answer = talk("REPORT", WORK, body)
    assert status == answer.status
    if status == 207:
        assert ({"a.ics": None, "z.ics": 404} if how == "row" else {"a.ics": None}) == rows(answer)


QUERY = (
    '<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><prop><getetag/></prop><C:filter>'
    '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="20261020T000000Z" end="20261021T000000Z"/></C:comp-filter></C:comp-filter></C:filter>'
    "</C:calendar-query>"
)


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        (PLAIN, {"series.ics"}),
        (replace(PLAIN, search_series=False), set()),
        (replace(PLAIN, searches=False), set()),
        (replace(PLAIN, search_delay=60.0), set()),
    ],
)
def test_a_query_finds_what_takes_place_in_its_range(profile: Profile, found: set[str]) -> None:
    talk = Talk(profile)
    talk.put("once.ics", event("once"))
    talk.put("task.ics", todo("task"))
    talk.put("series.ics", event("series", extra=("RRULE:FREQ=WEEKLY",)))
    assert found == rows(talk("REPORT", WORK, QUERY)).keys()


def test_the_way_in_leads_from_the_well_known_to_the_home() -> None:
    talk = Talk()
    assert (301, "/dav/") == (
        talk("PROPFIND", "/.well-known/caldav", Depth="0").status,
        talk("GET", "/.well-known/caldav").headers["Location"],
    )
    asked = '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'
    assert b"/dav/principals/anna/" in talk("PROPFIND", "/dav/", asked, Depth="0").body
    asked = (
        '<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-home-set/></prop></propfind>'
    )
    assert HOME.encode() in talk("PROPFIND", "/dav/principals/anna/", asked, Depth="0").body


def test_who_is_not_logged_in_is_told_how() -> None:
    talk = Talk()
    talk.server.password = "anders"
    answer = talk("PROPFIND", WORK, NAMES, Depth="0")
    assert (401, {"WWW-Authenticate": 'Basic realm="calendars"'}) == (answer.status, answer.headers)


def test_the_pace_is_kept_and_goes_on_when_its_time_is_over() -> None:
    talk = Talk(replace(PLAIN, pace=(2, 10.0)))
    assert [404, 404, 429] == [talk("GET", WORK + "x.ics").status for _ in range(3)]
    assert "11" == talk("GET", WORK + "x.ics").headers["Retry-After"]
    talk.now += timedelta(seconds=10)
    assert 404 == talk("GET", WORK + "x.ics").status


@pytest.mark.parametrize(
    ("profile", "path"),
    [
        (PLAIN, HOME + "neu/"),
        (replace(PLAIN, made_under="its name"), HOME + "Neu da/"),
        (replace(PLAIN, made_under="a number"), HOME + "801/"),
        (replace(PLAIN, made_under="an alias"), HOME + "Y2FsOi8vMC8x1/"),
    ],
)
def test_a_calendar_is_listed_where_the_server_wants_it(profile: Profile, path: str) -> None:
    talk = Talk(profile)
    body = (
        '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><set><prop><displayname>Neu da'
        "</displayname></prop></set></C:mkcalendar>"
    )
    assert 201 == talk("MKCALENDAR", HOME + "neu/", body).status
    assert {WORK, path} == talk.server.state.calendars.keys()


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda profile: replace(profile, make_delay=15.0), lambda talk: talk("MKCALENDAR", HOME + "neu/")),
        (lambda profile: replace(profile, delete_delay=15.0), lambda talk: talk("DELETE", WORK)),
        (lambda profile: replace(profile, write_delay=15.0), lambda talk: talk.put()),
    ],
)
def test_what_takes_its_time_is_seen_afterwards(
    change: Callable[[Profile], Profile], seen: Callable[[Talk], Response]
) -> None:
    talk = Talk(change(PLAIN))
    before = str(talk.server.state.calendars)
    assert seen(talk).status in {201, 204}
    assert before == str(talk.server.state.calendars)
    talk.now += timedelta(seconds=15)
    talk("OPTIONS", "/")
    assert before != str(talk.server.state.calendars)


def test_an_alarm_outlives_what_servers_make_of_an_object() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Ruf an", "TRIGGER:-PT1M", "END:VALARM", "CLASS:PRIVATE")
    stored = {}
    for rewrites in ("no", "form", "text"):
        talk = Talk(replace(PLAIN, rewrites=rewrites))  # type: ignore[arg-type]  # one of the three
        talk.put(data=event("a", extra=alarm))
        stored[rewrites] = talk.server.get(WORK + "a.ics") or b""
        assert 1 == stored[rewrites].count(b"BEGIN:VALARM")
    assert sorted(stored["no"].split()) == sorted(stored["form"].split())
    assert stored["no"] != stored["form"]
    assert b"CLASS:PUBLIC" in stored["text"]
