"""A day of ten calls, and what each kind of call log says of it, by the real commands over a folder of events."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from termintreu.cycle.report import Report
from termintreu.service import daemon, running_profile
from termintreu.ui.cli.arguments import main
from termintreu.ui.cli.report_lines import marked_lines
from termintreu.ui.web.opening import opened
from tests.call_log_files import FILES, Made, fritzbox, write
from tests.fritzbox import fritz_box

MORNING, EVENING = "2026-11-23T08:00", "2026-11-23T18:00"
TYPES = ["fritzbox-csv", "fritzbox", "asterisk", "freeswitch", "sms-backup"]


def day(time: str) -> str:
    return f"2026-11-23 {time}"


@dataclass(frozen=True)
class Agreed:
    """A call in the calendar, what was done about it, and how it went."""

    uid: str
    time: str
    made: tuple[Made, ...]
    outcome: str
    late: int | None = None
    them: bool = False
    """The other side was to call."""

    @property
    def phone(self) -> str:
        return f"+4930901{int(self.uid.removeprefix('call-')):03d}"


def agreed(number: int, time: str, outcome: str, *made: tuple[str, str, int], **more: Any) -> Agreed:
    local = f"030901{number:03d}"
    calls = tuple(Made(day(at), direction, local, seconds) for at, direction, seconds in made)
    return Agreed(f"call-{number}", time, calls, outcome, **more)


TEN = [
    agreed(0, "09:00", "held", ("09:00", "out", 720)),
    agreed(1, "09:30", "held", ("09:26", "out", 600)),
    agreed(2, "10:00", "late", ("10:07", "out", 600), late=7),
    agreed(3, "10:30", "late", ("10:50", "out", 300), late=20),
    agreed(4, "11:00", "noshow", ("11:00", "out", 0), ("11:12", "out", 0)),
    agreed(5, "11:30", "noshow", ("11:29", "out", 0)),
    agreed(6, "12:00", "held", ("12:00", "out", 0), ("12:11", "out", 900)),
    agreed(7, "14:00", "held", ("14:02", "in", 600), them=True),
    agreed(8, "14:30", "held", ("14:28", "in", 400)),
    agreed(9, "15:00", "held", ("15:05", "out", 1800)),
]


class Desk:
    """A user with a folder of events and perhaps a call log."""

    def __init__(self, folder: Path, calls: list[Agreed], log: str = "") -> None:
        self.folder = folder
        (folder / "events").mkdir()
        for call in calls:
            start = datetime.fromisoformat(day(call.time))
            who = "Ich werde angerufen." if call.them else "Ich rufe an."
            lines = [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//an app//EN",
                "BEGIN:VEVENT",
                f"UID:{call.uid}",
                "DTSTAMP:20261101T080000Z",
                f"DTSTART;TZID=Europe/Berlin:{start:%Y%m%dT%H%M%S}",
                f"DTEND;TZID=Europe/Berlin:{start + timedelta(minutes=20):%Y%m%dT%H%M%S}",
                f"SUMMARY:Telefonat mit Person {call.uid[-1]}",
                f"DESCRIPTION:{who} Tel. {call.phone}",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
            (folder / "events" / f"{call.uid}.ics").write_text("\r\n".join(lines))
        self.config = folder / "config.toml"
        self.config.write_text(
            'language = "de"\ntimezone = "Europe/Berlin"\n[me]\nname = "Anna Beispiel"\n'
            'emails = ["anna@beispiel.example"]\nregion = "DE"\n'
            f'[[sources]]\nname = "work"\ntype = "vdir"\npath = "{folder / "events"}"\n'
            f'[target]\ntype = "vdir"\npath = "{folder / "own"}"\n[state]\npath = "{folder / "state"}"\n{log}'
        )
        self.config.chmod(0o600)
        (folder / "own").mkdir()

    def json(self, *arguments: str, at: str | None = None, ok: int = 0) -> Any:
        out, err = io.StringIO(), io.StringIO()
        given = [*arguments, "--json", "--config", str(self.config), *(["--at", at] if at else [])]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(given)
        assert code == ok, (code, out.getvalue()[-1500:], err.getvalue()[-1500:])
        return json.loads(out.getvalue())

    def outcomes(self, at: str) -> dict[str, tuple[str, str | None]]:
        return {
            call["uid"]: (call["outcome"], call["from"])
            for contact in self.json("rating", at=at)
            for call in contact["calls"]
        }


@contextmanager
def with_log(kind: str, folder: Path, made: list[Made], at: str) -> Iterator[str]:
    """The configuration of a log that holds these calls."""
    if kind == "fritzbox":
        with fritz_box() as box:
            box.calls = fritzbox(made)
            yield f'[[call_logs]]\ntype = "fritzbox"\nname = "phone"\nurl = "{box.url}"\nusername = "anna"\n'
        return
    name, writer = FILES[kind]
    write(folder / name, writer(made), at)
    yield f'[[call_logs]]\ntype = "{kind}"\nname = "phone"\npath = "{folder / name}"\nprefixes = ["0"]\n'


@pytest.mark.parametrize("kind", TYPES)
def test_ten_calls_have_their_outcomes_and_nobody_is_asked(kind: str, tmp_path: Path) -> None:
    made = [one for call in TEN for one in call.made]
    with with_log(kind, tmp_path, made, EVENING) as log:
        desk = Desk(tmp_path, TEN, log)
        desk.json("once", at=MORNING)
        evening = desk.json("once", at=EVENING)

        assert {call.uid: (call.outcome, "log") for call in TEN} == desk.outcomes(EVENING)
        assert [] == [change for change in evening["changes"] if change["item"] == "outcome"]
        (state,) = evening["call_logs"]
        assert (state["name"], state["type"], state["state"], state["error"]) == ("phone", kind, "ok", None)
        assert (state["entries"], state["bad_lines"]) == (len(made), 0)
        assert state["last_entry"] == "2026-11-23T15:05:00+01:00"
        late = {call.uid: desk.json("explain", call.uid, at=EVENING)[0]["evidence"]["late_minutes"] for call in TEN}
        assert {call.uid: call.late for call in TEN} == late


def test_the_same_day_without_a_log_is_one_question_about_ten_calls_and_no_failure(tmp_path: Path) -> None:
    desk = Desk(tmp_path, TEN)
    desk.json("once", at=MORNING)
    evening = desk.json("once", at=EVENING)

    (asked,) = [change["appointments"] for change in evening["changes"] if change["item"] == "outcome"]
    assert sorted(call.uid for call in TEN) == sorted(one["uid"] for one in asked)
    assert {(("unknown", None))} == set(desk.outcomes(EVENING).values())
    assert {0.5} == {contact["ours"] for contact in desk.json("rating", at=EVENING)}
    assert evening["call_logs"] == []


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_log_is_a_suspicion_that_lowers_no_rating(kind: str, tmp_path: Path) -> None:
    other = agreed(1, "09:00", "held", ("09:00", "out", 720))
    missed = agreed(2, "10:00", "unknown")
    with with_log(kind, tmp_path, list(other.made), EVENING) as log:
        desk = Desk(tmp_path, [other, missed], log)
        desk.json("once", at=MORNING)
        desk.json("once", at=EVENING)
        assert {"call-1": ("held", "log"), "call-2": ("unknown", None)} == desk.outcomes(EVENING)
        (why,) = desk.json("explain", "call-2", at=EVENING)
        assert why["contact"]["rating"] == 0.5
        assert why["evidence"]["suspected_miss"] is True
        sentence = "Laut Anrufliste: kein Anruf an +49 30 901002 (9:55–10:10 Uhr)."
        assert sentence == why["evidence"]["sentence"]


@pytest.mark.parametrize("kind", ["fritzbox-csv", "asterisk"])
def test_at_a_moment_ahead_a_file_of_now_counts_as_of_then(kind: str, tmp_path: Path) -> None:
    name, writer = FILES[kind]
    (tmp_path / name).write_bytes(writer([]))
    log = f'[[call_logs]]\ntype = "{kind}"\npath = "{tmp_path / name}"\n'
    desk = Desk(tmp_path, [agreed(2, "10:00", "unknown")], log)
    event = tmp_path / "events" / "call-2.ics"
    event.write_text(event.read_text().replace("20261123T", "20990303T"))
    desk.json("once", at="2099-03-03T08:00")
    after = desk.json("once", at="2099-03-03T10:45")
    assert "recovery" in {change["item"] for change in after["changes"]}


def test_a_late_entry_replaces_what_the_log_said_and_the_users_word_beats_it(tmp_path: Path) -> None:
    call = agreed(3, "10:00", "held", ("10:00", "out", 0))
    path = tmp_path / "Master.csv"
    writer = FILES["asterisk"][1]
    log = f'[[call_logs]]\ntype = "asterisk"\npath = "{path}"\nprefixes = ["0"]\n'
    desk = Desk(tmp_path, [call], log)
    write(path, writer(call.made), "2026-11-23T10:01")
    desk.json("once", at=MORNING)
    desk.json("once", at="2026-11-23T10:11")
    assert ("noshow", "log") == desk.outcomes("2026-11-23T10:12")["call-3"]
    with path.open("ab") as stream:
        stream.write(writer([Made(day("10:12"), "out", "030901003", 600)]))
    desk.json("once", at="2026-11-23T10:30")
    assert ("held", "log") == desk.outcomes("2026-11-23T10:31")["call-3"]
    assert ("noshow", "log") == desk.outcomes("2026-11-23T10:12")["call-3"]
    desk.json("answer", "call-3", "missed", at="2026-11-23T11:00")
    desk.json("once", at="2026-11-23T11:05")
    assert ("missed", "answer") == desk.outcomes("2026-11-23T11:06")["call-3"]


def test_nobody_there_is_tried_again_until_somebody_is(tmp_path: Path) -> None:
    call = agreed(4, "10:00", "noshow", ("10:00", "out", 0))
    path = tmp_path / "Master.csv"
    writer = FILES["asterisk"][1]
    later = [agreed(number, f"{number + 11}:00", "unknown") for number in (5, 6, 7)]
    desk = Desk(tmp_path, [call, *later], f'[[call_logs]]\ntype = "asterisk"\npath = "{path}"\nprefixes = ["0"]\n')
    write(path, writer(call.made), "2026-11-23T10:01")
    desk.json("once", at=MORNING)
    reminders = desk.json("once", at="2026-11-23T10:02")["changes"]
    starts = [change["start"] for change in reminders if change["item"] == "retry" and change["action"] == "create"]
    assert ["2026-11-23T10:10:00+01:00", "2026-11-23T10:30:00+01:00"] == sorted(starts)
    again = desk.json("once", at="2026-11-23T10:45")["changes"]
    (task,) = [change for change in again if change["item"] == "retry" and change["action"] == "create"]
    assert ("VTODO", "2026-11-24T10:00:00+01:00") == (task["component"], task["start"])
    assert [] == desk.json("once", at="2026-11-23T10:50")["changes"]
    with path.open("ab") as stream:
        stream.write(writer([Made(day("11:00"), "out", "030901004", 600)]))
    gone = desk.json("once", at="2026-11-23T11:20")["changes"]
    assert [("delete", "retry")] == [(change["action"], change["item"]) for change in gone]


def test_a_log_that_cannot_be_read_is_told_of_and_the_rest_is_done(tmp_path: Path) -> None:
    log = f'[[call_logs]]\ntype = "asterisk"\npath = "{tmp_path / "nowhere.csv"}"\n'
    desk = Desk(tmp_path, TEN[:1], log)
    report = desk.json("once", at=MORNING, ok=1)
    assert [("failed", "asterisk: No such file or directory")] == [
        (one["state"], one["error"]) for one in report["call_logs"]
    ]
    assert {"reminder": "applied", "weekly": "applied"} == {
        change["item"]: change["result"] for change in report["changes"]
    }
    (warning,) = desk.json("check")["warnings"]
    assert "call_logs[0].path: asterisk: Datei oder Ordner gibt es nicht" in warning
    (examined,) = [one for one in desk.json("doctor", ok=1) if one["account"] == "asterisk"]
    assert examined["ok"] is False
    assert "failed" == desk.json("status")["call_logs"][0]["state"]


async def test_a_change_of_the_log_wakes_the_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_profile, "CALL_LOG_PAUSE", 0.1)
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    path = tmp_path / "Master.csv"
    log = f'[[call_logs]]\ntype = "asterisk"\npath = "{path}"\n[schedule]\npoll = "1h"\n'
    desk = Desk(tmp_path, TEN[:1], log)
    writer = FILES["asterisk"][1]
    write(path, writer([]), EVENING)
    told: asyncio.Queue[Report] = asyncio.Queue()
    running_daemon = daemon.Service(
        desk.config,
        page=opened,
        shown=marked_lines,
        clock=lambda: datetime.fromisoformat(f"{EVENING}+01:00").astimezone(UTC),
    )
    monkeypatch.setattr(running_profile, "tell", lambda report, *_, **__: told.put_nowait(report))
    running = asyncio.create_task(running_daemon.run())
    try:
        async with asyncio.timeout(20):
            report = await told.get()
            assert 0 == report.call_logs[0].entries
            await asyncio.to_thread(path.write_bytes, writer(TEN[0].made))
            while report.call_logs[0].entries == 0:
                report = await told.get()
    finally:
        running_daemon._stop()
        await running
    (shown,) = report.evidence.values()
    assert "held" == shown.outcome
