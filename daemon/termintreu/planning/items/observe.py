"""Reads one resource of our own collections back: what stands there of ours, and in what state. Pure.

Only what certainly is ours is given back: our UID, and with it our mark (or, where a server dropped that property,
our category or last line). Something that a user copied, or that merely says "termintreu", is not: nothing that this
module leaves out is ever changed or deleted.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, cast

from icalendar import Component

from termintreu.model import DAILY, AskedCall, CallDetails, Observed, Resource
from termintreu.model.marks import ID_PROPERTY, Mark, has_own_mark, is_own_uid, item_uid, question_key, read_mark
from termintreu.model.times import bounded
from termintreu.planning.items.asked_calls import CALLS_PROPERTY, MOST, read_property
from termintreu.planning.items.managed_fields import (
    UNREADABLE,
    Managed,
    acknowledged_at,
    alarm_moment,
    categories_of,
    first,
    managed_fields,
    moment_of,
)
from termintreu.planning.items.parsing import parsed
from termintreu.planning.items.render import (
    AUTHOR_PROPERTY,
    BASIS_PROPERTY,
    CALL_PROPERTY,
    DETAILS_PROPERTY,
    HASH_PROPERTY,
)
from termintreu.recognition.detection import find_words
from termintreu.recognition.excepted import numbered_lines, without_words

_UID_LINE = re.compile(rb"^UID(?:;[^:\r\n]*)?:(termintreu-[0-9a-fA-F-]{36})[ \t]*\r?$", re.MULTILINE)
_MARK_LINE = re.compile(rb"^X-TERMINTREU-ID(?:;[^:\r\n]*)?:([^\r\n]{1,80})\r?$", re.MULTILINE)
_TICKED = ("☑", "✓", "✔", "✅")
_FINGERPRINT = re.compile(r"\d{1,3}:[0-9a-f]{16}")
_CALL = re.compile(r"(\d{8}T\d{6}Z)(?:;(.{1,254}))?")
_DETAILS = re.compile(r"(\d{8}T\d{6}Z);([a-z]{1,16});([01]);([^;]{0,254});(.{1,254})")
_AUTHOR = re.compile(r"[0-9a-f]{8}")
_TASKS = frozenset({"warning", "outcome", "recovery", "retry", "amends", "check"})
_GENERATIONS = 4
"""As many are tried where a server dropped the mark of a question about several calls."""


def observe(resource: Resource, collection: str, zone: tzinfo) -> Observed | None:
    """The item of ours in a resource; None where there is none.

    Args:
        resource: as fetched, from a collection of our own.
        collection: href of that collection.
        zone: the user's, for floating times.

    Where the resource names our UID but cannot be parsed, an item without a known state comes back: its fingerprint
    matches nothing that we wrote, so it is taken for edited and left alone.
    """
    data = resource.data or b""
    if b"termintreu-" not in data.lower():
        return None
    try:
        components = [part for part in parsed(data).walk() if part.name in {"VEVENT", "VTODO"}]
        own = [part for part in components if is_own_uid(str(first(part, "UID") or ""))]
        if not own:
            return None
        return _read(own[0], resource, collection, zone, alone=len(components) == 1)
    except Exception:  # noqa: BLE001 - icalendar throws anything on broken values; here that is a state, not an error
        return _unreadable(resource, collection)


def _read(component: Component, resource: Resource, collection: str, zone: tzinfo, *, alone: bool) -> Observed | None:
    texts = {name: str(first(component, name) or "") for name in ("UID", "SUMMARY", "DESCRIPTION", "STATUS")}
    id_property = first(component, ID_PROPERTY)
    mark = read_mark(str(id_property or ""))
    categories = categories_of(component)
    if mark is None and not has_own_mark(
        uid="", id_property=None, categories=categories, description=texts["DESCRIPTION"]
    ):
        return None
    event = component.name == "VEVENT"
    mark = mark or _question_by_its_times(texts["UID"], _instant(component, "DTSTART", zone))
    kind = mark.kind if mark else None
    anchor, contact = _call(str(first(component, CALL_PROPERTY) or ""))
    done = _ticked_title(texts["SUMMARY"]) and kind in {None, *_TASKS} if event else _ticked(component)
    own_hash = str(first(component, HASH_PROPERTY) or "").strip()
    alarm = alarm_moment(component, zone)
    managed = managed_fields(component, zone)
    about = _about(component) if mark is not None and mark.role == DAILY else ()
    author = str(first(component, AUTHOR_PROPERTY) or "").strip()
    return Observed(
        href=resource.href,
        collection=collection,
        etag=resource.etag,
        uid=texts["UID"],
        component=cast("Literal['VEVENT', 'VTODO']", component.name),
        kind=kind,
        call_key=mark.call_key if mark else None,
        role=mark.role if mark else "",
        generation=mark.generation if mark else 0,
        fingerprint=managed.fingerprint() if alone else UNREADABLE,
        written_fingerprint=own_hash if _FINGERPRINT.fullmatch(own_hash) else None,
        start=_instant(component, "DTSTART", zone),
        end=_instant(component, "DTEND", zone),
        due=_instant(component, "DUE", zone),
        alarm_at=None if alarm is None else bounded(alarm),
        acknowledged_at=acknowledged_at(component),
        summary=texts["SUMMARY"],
        description=texts["DESCRIPTION"],
        categories=categories,
        author=author if _AUTHOR.fullmatch(author) else "",
        created_at=_instant(component, "CREATED", zone),
        done=done,
        declined=texts["STATUS"].upper() == "CANCELLED" and not done,
        done_at=(_instant(component, "COMPLETED", zone) or _instant(component, "LAST-MODIFIED", zone))
        if done
        else None,
        modified_at=_instant(component, "LAST-MODIFIED", zone),
        anchor=anchor,
        contact_key=contact,
        details=_details(str(first(component, DETAILS_PROPERTY) or "")),
        basis=_unescaped(str(first(component, BASIS_PROPERTY) or "")),
        about=about,
        without_words=_without_words(managed, mark, about) if alone else frozenset(),
        data=resource.data or b"",
    )


def _question_by_its_times(uid: str, start: datetime | None) -> Mark | None:
    """The mark of a question about several calls of which a server kept the UID and the times alone."""
    if start is None:
        return None
    # What stands in for a task begins a minute late.
    marks = (
        Mark(kind="outcome", call_key=question_key(at), generation=generation, role=DAILY)
        for at in (start, start - timedelta(minutes=1))
        for generation in range(_GENERATIONS)
    )
    return next((mark for mark in marks if item_uid(mark.slot, mark.generation) == uid), None)


def _about(component: Component) -> tuple[AskedCall, ...]:
    value = component.get(CALLS_PROPERTY, [])
    calls = [read_property(str(one)) for one in (value if isinstance(value, list) else [value])[:MOST]]
    # With one of them lost, the numbers of the lines would be those of other calls.
    return tuple(call for call in calls if call is not None) if all(calls) else ()


def _without_words(managed: Managed, mark: Mark | None, about: tuple[AskedCall, ...]) -> frozenset[str]:
    if mark is None or mark.kind not in _TASKS:
        return frozenset()
    if not managed.hashtags and not find_words(managed.summary, managed.description):
        return frozenset()
    known = None
    if mark.role == DAILY:
        lines = numbered_lines(managed.description)
        known = lines if len(lines) >= len(about) else [call.details.name for call in about]
    summary, description = without_words(managed.summary, managed.description, known)
    bare = replace(managed, summary=summary, description=description, hashtags=()).fingerprint()
    # The words in our own hints are no words of the user's.
    return frozenset({bare} - {managed.fingerprint()})


def _unreadable(resource: Resource, collection: str) -> Observed | None:
    data = resource.data or b""
    uid = _UID_LINE.search(data)
    if uid is None:
        return None
    line = _MARK_LINE.search(data)
    mark = read_mark(line[1].decode("utf-8", "replace")) if line else None
    return Observed(
        href=resource.href,
        collection=collection,
        etag=resource.etag,
        uid=uid[1].decode(),
        component="VTODO" if b"BEGIN:VTODO" in data else "VEVENT",
        kind=mark.kind if mark else None,
        call_key=mark.call_key if mark else None,
        role=mark.role if mark else "",
        generation=mark.generation if mark else 0,
        fingerprint=UNREADABLE,
        data=data,
    )


def _ticked(component: Component) -> bool:
    percent = first(component, "PERCENT-COMPLETE")
    return (
        str(first(component, "STATUS") or "").upper() == "COMPLETED"
        or "COMPLETED" in component
        or (percent is not None and int(percent) >= 100)
    )


def _ticked_title(summary: str) -> bool:
    return summary.lstrip().startswith(_TICKED)


def _call(text: str) -> tuple[datetime | None, str | None]:
    match = _CALL.fullmatch(_unescaped(text).strip())
    anchor = _stamp(match[1]) if match else None
    return (anchor, match[2]) if match and anchor else (None, None)


def _details(text: str) -> CallDetails | None:
    match = _DETAILS.fullmatch(_unescaped(text).strip())
    end = _stamp(match[1]) if match else None
    if match is None or end is None:
        return None
    return CallDetails(uid=match[5], end=end, kind=match[2], name=match[4], critical=match[3] == "1")


def _stamp(text: str) -> datetime | None:
    try:
        return bounded(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        return None


def _unescaped(text: str) -> str:
    """A value of ours as we wrote it: some servers escape the text of properties that they do not know."""
    return text.replace("\\;", ";").replace("\\,", ",")


def _instant(component: Component, name: str, zone: tzinfo) -> datetime | None:
    moment = moment_of(component, name, zone)
    return bounded(moment) if isinstance(moment, datetime) else None
