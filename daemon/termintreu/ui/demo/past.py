"""Earlier calls of the person in the demo, with how they went: what ratings rest on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from termintreu.model import Answer, CallRecord, Outcome
from termintreu.model.marks import call_key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """The calls with one contact, weeks ago to how each went."""

    key: str
    name: str
    kind: str = "phone"
    calls: tuple[tuple[int, Outcome], ...]
    made_good_after: timedelta | None = None
    """How soon after its start the call that was missed was made good."""


_STORIES = (
    _Story(
        key="erika@muster.example",
        name="Erika Muster",
        calls=(
            *((weeks, "held") for weeks in (38, 35, 32, 29, 26)),
            (23, "missed"),
            *((weeks, "held") for weeks in (22, 19, 16, 13, 10, 7, 4, 2)),
        ),
        made_good_after=timedelta(minutes=35),
    ),
    _Story(
        key="jane.doe@example.com",
        name="Jane Doe",
        calls=(*((weeks, "held") for weeks in (12, 11, 9, 8, 7, 6, 4, 3, 2)), (10, "late"), (5, "late")),
    ),
    _Story(
        key="praxis@sommer.example",
        name="Dr. Paul Sommer",
        calls=((30, "held"), (21, "held"), (12, "cancelled"), (6, "held")),
    ),
    _Story(
        key="liam.smith@example.co.uk",
        name="Liam Smith",
        calls=((33, "held"), (28, "held"), (24, "noshow"), (20, "held"), (15, "held"), (11, "noshow"), (5, "held")),
    ),
    _Story(
        key="t.reimers@faehrhaus.example",
        name="Tom Reimers",
        kind="video",
        calls=((27, "held"), (21, "held"), (14, "missed"), (9, "held"), (3, "held")),
    ),
)


def earlier_calls(now: datetime, zone: ZoneInfo) -> tuple[list[CallRecord], list[Answer]]:
    """Calls of the months before `now` (aware), and what was said of them."""
    records: list[CallRecord] = []
    answers: list[Answer] = []
    for story in _STORIES:
        for record, outcome in _calls(story, now, zone):
            records.append(record)
            said = record.end + timedelta(minutes=20)
            answers.append(Answer(call_key=record.key, outcome=outcome, origin="answer", recorded_at=said))
            if outcome == "missed" and story.made_good_after is not None:
                mended = record.start + story.made_good_after
                answers.append(
                    Answer(
                        call_key=record.key,
                        outcome="missed",
                        origin="task",
                        recorded_at=mended,
                        made_good_at=mended,
                    )
                )
    return records, answers


def _calls(story: _Story, now: datetime, zone: ZoneInfo) -> Iterator[tuple[CallRecord, Outcome]]:
    for number, (weeks, outcome) in enumerate(sorted(story.calls, reverse=True)):
        day = (now - timedelta(weeks=weeks)).astimezone(zone).date()
        day -= timedelta(days=max(0, day.weekday() - 4))
        start = datetime.combine(day, time(9 + (weeks * 5) % 7), zone).astimezone(now.tzinfo)
        uid = f"demo-past-{story.key.partition('@')[0]}-{number:02d}@termintreu.example"
        record = CallRecord(
            key=call_key(uid, None),
            uid=uid,
            recurrence_id=None,
            contact_key=story.key,
            contact_name=story.name,
            kind=story.kind,
            start=start,
            end=start + timedelta(minutes=30),
            first_seen=start - timedelta(days=14),
            last_seen=start,
            caller="me",
        )
        yield record, outcome
