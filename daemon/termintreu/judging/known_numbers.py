"""A number that stood in an earlier appointment with the same contact serves a call that has none. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from termintreu.model import Call, CallRecord, Reach


def with_known_numbers(calls: Iterable[Call], records: Iterable[CallRecord]) -> tuple[Call, ...]:
    """The calls, those that the user may have to make and that have no number with the one of the latest earlier
    appointment.

    Args:
        calls: as recognised.
        records: of calls that are remembered, under the keys that their contacts have now.
    """
    by_key: dict[str, list[CallRecord]] = {}
    by_name: dict[str, list[CallRecord]] = {}
    for record in records:
        if record.phone is not None:
            by_key.setdefault(record.contact_key, []).append(record)
            by_name.setdefault(_folded(record.contact_name), []).append(record)
    return tuple(_with_number(call, by_key, by_name) if by_key and _lacks_one(call) else call for call in calls)


def _lacks_one(call: Call) -> bool:
    may_be_mine = call.caller in {"me", "unclear"}
    return call.kind == "phone" and may_be_mine and call.reach.phone is None and call.reach.url is None


def _with_number(call: Call, by_key: dict[str, list[CallRecord]], by_name: dict[str, list[CallRecord]]) -> Call:
    name = _folded(call.contact.name)
    # Whom nothing but a name tells was known by the number where there was one.
    same = by_name.get(name, []) if name and call.contact.key.startswith("name:") else by_key.get(call.contact.key, [])
    earlier = [record for record in same if record.start < call.start]
    if not earlier:
        return call
    last = max(earlier, key=lambda record: (record.start, record.key))
    reach = Reach(phone=last.phone, phone_origin="earlier", phone_from=last.start, verified=True)
    return replace(call, reach=replace(reach, pin=call.reach.pin, vendor=call.reach.vendor))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
