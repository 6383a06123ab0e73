"""Call logs that are files: what each format means, how they are read on, and what happens to bad lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from termintreu.model import LogEntry, LogReading
from termintreu.model.errors import Forbidden, InvalidAnswer, NotFound
from termintreu.model.ports import CallLog
from termintreu_connectors.call_logs import CALL_LOGS, LogOptions
from termintreu_connectors.call_logs.clocks import instants
from tests.call_log_files import Made, asterisk, freeswitch, sms_backup

BERLIN = ZoneInfo("Europe/Berlin")
HEADER = "Typ;Datum;Name;Rufnummer;Landes-/Ortsnetzbereich;Nebenstelle;Eigene Rufnummer;Dauer"
OLD_HEADER = "Typ;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer"
CALL = Made("2026-11-23 10:00", "out", "030901820", 300)


def log_of(kind: str, path: Path, **more: object) -> CallLog:
    return CALL_LOGS[kind](LogOptions(name="phone", zone=BERLIN, path=str(path), **more))  # type: ignore[arg-type]


def put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


async def reading(kind: str, path: Path, data: bytes | str, **more: object) -> LogReading:
    put(path, data if isinstance(data, bytes) else data.encode())
    return await log_of(kind, path, **more).read(None)


def gist(entries: Iterable[LogEntry]) -> list[tuple[str, str, str, bool]]:
    return [(f"{entry.at.astimezone(BERLIN):%H:%M}", entry.direction, entry.number, entry.reached) for entry in entries]


def fritz(*rows: str, header: str = HEADER, sep: str = "sep=;\r\n") -> str:
    return sep + "\r\n".join([header, *rows, ""])


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-8-sig"])
async def test_a_fritzbox_list_is_read_in_every_encoding_it_comes_in(tmp_path: Path, encoding: str) -> None:
    text = fritz("4;23.11.26 10:00;Müller;030901820;Köln;Büro;97911585;0:05")
    found = await reading("fritzbox-csv", tmp_path / "a.csv", text.encode(encoding))
    assert gist(found.entries) == [("10:00", "out", "030901820", True)]
    (entry,) = found.entries
    assert (entry.talked, entry.rounded, entry.log) == (timedelta(minutes=5), True, "phone")
    assert found.bad == ()


async def test_an_old_fritzbox_list_has_seven_columns_and_no_line_of_separators(tmp_path: Path) -> None:
    text = fritz("1;23.11.26 10:00;;030901820;Fon 1;97911585;0:03", header=OLD_HEADER, sep="")
    assert gist((await reading("fritzbox-csv", tmp_path / "a.csv", text)).entries) == [
        ("10:00", "in", "030901820", True)
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("1;23.11.26 10:00;;030901820;;Büro;9;0:05", ("in", True, False)),
        ("1;23.11.26 10:00;;030901820;;Anrufbeantworter 1;9;0:01", ("in", False, True)),
        ("2;23.11.26 10:00;;030901820;;;9;0:00", ("in", False, False)),
        ("2;23.11.26 10:00;;030901820;;Büro;9;0:00", ("out", False, False)),
        ("3;23.11.26 10:00;;030901820;;;9;0:00", ("in", False, False)),
        ("3;23.11.26 10:00;;030901820;;Büro;9;0:04", ("out", True, False)),
        ("4;23.11.26 10:00;;030901820;;Büro;9;0:04", ("out", True, False)),
        ("4;23.11.26 10:00;;030901820;;Büro;9;0:00", ("out", False, False)),
    ],
)
async def test_the_codes_of_a_fritzbox_list(tmp_path: Path, row: str, expected: tuple[str, bool, bool]) -> None:
    (entry,) = (await reading("fritzbox-csv", tmp_path / "a.csv", fritz(row))).entries
    assert expected == (entry.direction, entry.reached, entry.voicemail)


async def test_forwarded_and_internal_calls_are_marked(tmp_path: Path) -> None:
    rows = ("1;23.11.26 10:02;;**610;;Büro;9;0:05", "1;23.11.26 10:00;;030901820;;Rufumleitung;9;0:05")
    entries = (await reading("fritzbox-csv", tmp_path / "a.csv", fritz(*rows))).entries
    assert [(entry.forwarded, entry.internal) for entry in entries] == [(True, False), (False, True)]


async def test_several_tries_within_a_minute_stay_several(tmp_path: Path) -> None:
    row = "2;23.11.26 10:00;;030901820;;Büro;9;0:00"
    entries = (await reading("fritzbox-csv", tmp_path / "a.csv", fritz(row, row, row))).entries
    assert len(set(entries)) == 3


async def test_bad_lines_are_numbered_and_the_others_count(tmp_path: Path) -> None:
    rows = (
        "4;23.11.26 10:00;;030901820;;Büro;9;0:05",
        "9;23.11.26 10:00;;030901820;;Büro;9;0:05",
        "4;31.02.26 10:00;;030901820;;Büro;9;0:05",
        "4;23.11.26 10:00;;030901820;;Büro;9;lang",
        "4;23.11.26",
        "4;23.11.26 09:00;;030901821;;Büro;9;0:05",
    )
    found = await reading("fritzbox-csv", tmp_path / "a.csv", fritz(*rows))
    assert [(bad.line, bad.reason) for bad in found.bad] == [
        (4, "the type of call is not known"),
        (5, "the date cannot be read"),
        (6, "the duration cannot be read"),
        (7, "columns are missing"),
    ]
    assert [entry.number for entry in found.entries] == ["030901821", "030901820"]


async def test_an_export_is_complete_until_it_was_written_and_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(fritz("4;23.11.26 10:00;;030901820;;Büro;9;0:05"))
    os.utime(path, (1_795_000_000, 1_795_000_000))
    log = log_of("fritzbox-csv", path)
    first = await log.read(None)
    assert first.as_of == datetime.fromtimestamp(1_795_000_000, UTC)
    again = await log.read(first.position)
    assert (again.entries, again.fresh, again.as_of) == ((), False, first.as_of)
    path.write_text(fritz("4;23.11.26 11:00;;030901821;;Büro;9;0:05", "4;23.11.26 10:00;;030901820;;Büro;9;0:05"))
    changed = await log.read(first.position)
    assert (len(changed.entries), changed.fresh) == (2, True)


async def test_asterisk_tells_directions_by_context_channel_and_number(tmp_path: Path) -> None:
    def row(src: str, dst: str, context: str, channel: str, dstchannel: str, app: str = "Dial") -> str:
        return (
            f'"","{src}","{dst}","{context}","x","{channel}","{dstchannel}","{app}","","2026-11-23 10:00:00",'
            '"2026-11-23 10:00:05","2026-11-23 10:05:05",305,300,"ANSWERED","DOCUMENTATION"'
        )

    lines = [
        row("101", "030901820", "from-internal", "SIP/101-1", "SIP/trunk-2"),
        row("030901820", "97911585", "from-trunk", "SIP/trunk-3", "SIP/101-4"),
        row("97911585", "030901820", "kontor", "PJSIP/101-5", "PJSIP/trunk-6"),
        row("030901820", "97911585", "kontor", "PJSIP/trunk-7", "PJSIP/101-8"),
        row("101", "030901820", "kontor", "SIP/a-9", "SIP/b-a"),
        row("101", "102", "kontor", "SIP/101-b", "SIP/102-c"),
        row("030901820", "101", "from-trunk", "SIP/trunk-d", "", "VoiceMail"),
        row("101", "030901820", "from-internal", "Local/101@x-1;2", "SIP/trunk-e"),
    ]
    found = await reading("asterisk", tmp_path / "Master.csv", "".join(f"{line}\n" for line in lines))
    assert found.bad == ()
    assert [(entry.direction, entry.number, entry.internal, entry.voicemail) for entry in found.entries] == [
        ("out", "030901820", False, False),
        ("in", "030901820", False, False),
        ("out", "030901820", False, False),
        ("in", "030901820", False, False),
        ("out", "030901820", False, False),
        ("out", "102", True, False),
        ("in", "030901820", False, True),
    ]
    assert not found.entries[-1].reached


async def test_an_answered_call_lasts_as_long_as_it_was_billed(tmp_path: Path) -> None:
    found = await reading(
        "asterisk", tmp_path / "Master.csv", asterisk([CALL, Made("2026-11-23 11:00", "out", "1234567")])
    )
    assert [(entry.reached, entry.talked, entry.id) for entry in found.entries] == [
        (True, timedelta(seconds=300), "1795000000.0"),
        (False, timedelta(0), "1795000000.1"),
    ]
    assert found.as_of is None


async def test_freeswitch_reads_the_default_template_and_ones_own(tmp_path: Path) -> None:
    default = await reading("freeswitch", tmp_path / "Master.csv", freeswitch([CALL], prefix=""))
    own = await reading(
        "freeswitch",
        tmp_path / "own.csv",
        '"300","030901820","1001","2026-11-23 10:00:00","default"\n',
        columns=("${billsec}", "destination_number", "caller_id_number", "start_stamp", "context"),
    )
    assert gist(default.entries) == gist(own.entries) == [("10:00", "out", "030901820", True)]
    with pytest.raises(InvalidAnswer, match="start_stamp"):
        await log_of("freeswitch", tmp_path / "own.csv", columns=("billsec",)).read(None)


@pytest.mark.parametrize(
    ("kind", "seconds", "expected"),
    [
        (1, 60, ("in", True, False)),
        (2, 60, ("out", True, False)),
        (2, 0, ("out", False, False)),
        (3, 0, ("in", False, False)),
        (4, 30, ("in", False, True)),
        (5, 0, ("in", False, False)),
        (6, 0, ("in", False, False)),
    ],
)
async def test_the_codes_of_a_telephones_backup(
    tmp_path: Path, kind: int, seconds: int, expected: tuple[str, bool, bool]
) -> None:
    data = (
        f'<calls count="1"><call number="+4930901820" duration="{seconds}" date="1795424400123" type="{kind}"/></calls>'
    )
    (entry,) = (await reading("sms-backup", tmp_path / "calls.xml", data)).entries
    assert expected == (entry.direction, entry.reached, entry.voicemail)
    assert entry.at == datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)


async def test_a_backup_still_being_written_counts_as_far_as_it_goes_and_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "calls.xml"
    whole = sms_backup([CALL, Made("2026-11-23 11:00", "out", "030901821", 60)])
    path.write_bytes(whole[:-80])
    log = log_of("sms-backup", path)
    first = await log.read(None)
    assert [entry.number for entry in first.entries] == ["030901820"]
    again = await log.read(first.position)
    assert again.fresh
    path.write_bytes(whole)
    assert len((await log.read(again.position)).entries) == 2


@pytest.mark.parametrize(
    "data",
    [
        '<!DOCTYPE calls [<!ENTITY x SYSTEM "file:///etc/hostname">]><calls><call number="&x;" type="2"/></calls>',
        '<!DOCTYPE calls [<!ENTITY a "1"><!ENTITY b "&a;&a;">]><calls><call number="1" type="2" date="1"/></calls>',
        "<html><body>Log in</body></html>",
        "<calls",
        "",
        "\x00\xff",
    ],
)
async def test_what_is_no_backup_is_refused(tmp_path: Path, data: str) -> None:
    with pytest.raises(InvalidAnswer):
        await reading("sms-backup", tmp_path / "calls.xml", data)


@pytest.mark.parametrize("kind", ["fritzbox-csv", "asterisk", "freeswitch"])
async def test_what_is_no_log_of_the_kind_is_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InvalidAnswer, match="phone: "):
        await reading(kind, tmp_path / "a.csv", "a page,that is\nsomething,else\n")


async def test_a_growing_file_is_read_on_from_where_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    one = asterisk([CALL])
    two = asterisk([Made("2026-11-23 11:00", "out", "030901821", 60)])
    path.write_bytes(one + two[:40])
    log = log_of("asterisk", path)
    first = await log.read(None)
    assert (gist(first.entries), first.fresh, first.bad) == ([("10:00", "out", "0030901820", True)], True, ())
    assert ((await log.read(first.position)).entries, (await log.read(first.position)).fresh) == ((), False)
    path.write_bytes(one + two + b"bad,line\n")
    second = await log.read(first.position)
    assert (gist(second.entries), second.fresh) == ([("11:00", "out", "0030901821", True)], False)
    assert [bad.line for bad in second.bad] == [3]


async def test_what_was_read_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(asterisk([CALL]) * 1000)
    log = log_of("asterisk", path)
    position = (await log.read(None)).position
    assert position is not None
    (held,) = json.loads(position).values()
    # All but the last line may have changed: only that one is looked at.
    size = path.stat().st_size
    with path.open("r+b") as stream:
        stream.write(b"x" * 1000)
    with path.open("ab") as stream:
        stream.write(asterisk([Made("2026-11-23 12:00", "in", "030901822", 60)]))
    after = await log.read(position)
    assert (held[0], len(after.entries), after.bad, after.fresh) == (size, 1, (), False)


async def test_a_rotated_file_is_finished_and_the_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(asterisk([CALL]))
    log = log_of("asterisk", path)
    first = await log.read(None)
    with path.open("ab") as stream:
        stream.write(asterisk([Made("2026-11-23 11:00", "out", "030901821", 60)]))
    path.rename(tmp_path / "Master.csv.1")
    path.write_bytes(asterisk([Made("2026-11-23 12:00", "out", "030901822", 60)]))
    second = await log.read(first.position)
    assert [time for time, *_ in gist(second.entries)] == ["11:00", "12:00"]


@pytest.mark.parametrize("shorter", [True, False])
async def test_a_file_cut_off_or_replaced_in_place_is_read_from_its_start(tmp_path: Path, shorter: bool) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(asterisk([CALL]))
    log = log_of("asterisk", path)
    first = await log.read(None)
    calls = [Made("2026-11-24 10:00", "in", "030901822", 60), Made("2026-11-24 11:00", "in", "030901822", 60)]
    path.write_bytes(b"" if shorter else asterisk(calls))
    second = await log.read(first.position)
    assert (len(second.entries), second.fresh) == (0 if shorter else 2, True)


async def test_a_position_that_is_not_of_this_kind_is_no_position(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes(asterisk([CALL]))
    log = log_of("asterisk", path)
    (inode,) = json.loads((await log.read(None)).position or "")
    for strange in (json.dumps({inode: [-1, 0, 0, "", 5, None]}), '{"a": 1}', "[]", "no JSON"):
        assert len((await log.read(strange)).entries) == 1


async def test_of_a_very_long_file_the_end_counts_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    line = asterisk([CALL])
    path.write_bytes(line * 20_000 + b"bad\n")
    found = await log_of("asterisk", path, max_body=1_000_000).read(None)
    assert 0 < len(found.entries) < 20_000
    assert [bad.line for bad in found.bad] == [20_001]


async def test_an_endless_line_is_one_bad_line(tmp_path: Path) -> None:
    found = await reading(
        "asterisk", tmp_path / "Master.csv", asterisk([CALL]) + b"x" * 300_000 + b"\n" + asterisk([CALL])
    )
    assert ([bad.line for bad in found.bad], len(found.entries)) == ([2], 2)


async def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    for number in (1, 2):
        rows = f"4;2{number}.11.26 10:00;;03090182{number};;Büro;9;0:05"
        (tmp_path / f"Anrufliste_{number}.csv").write_text(fritz(rows))
    (tmp_path / ".hidden.csv").write_text("no")
    (tmp_path / "notes.md").write_text("no")
    log = log_of("fritzbox-csv", tmp_path)
    first = await log.read(None)
    assert {entry.number for entry in first.entries} == {"030901821", "030901822"}
    (tmp_path / "Anrufliste_3.csv").write_text(fritz("4;23.11.26 10:00;;030901823;;Büro;9;0:05"))
    assert [entry.number for entry in (await log.read(first.position)).entries] == ["030901823"]
    (tmp_path / "Anrufliste_4.csv").write_text("something else")
    broken = await log.read(first.position)
    assert ["030901823"] == [entry.number for entry in broken.entries]
    assert len(broken.bad) == 1


async def test_what_is_not_there_or_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="phone"):
        await log_of("asterisk", tmp_path / "missing.csv").read(None)
    with pytest.raises(NotFound, match="folder"):
        await log_of("asterisk", tmp_path).read(None)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Forbidden, match="regular"):
        await log_of("asterisk", tmp_path / "pipe").read(None)


def walls(*times: str) -> list[datetime]:
    return [datetime.fromisoformat(f"2026-10-25 {time}") for time in times]


def test_in_the_hour_that_comes_twice_the_order_of_the_file_tells() -> None:
    found = instants(walls("01:59", "02:10", "02:50", "02:05", "02:55", "03:01"), BERLIN)
    assert [f"{instant:%H:%M}" for instant in found] == ["23:59", "00:10", "00:50", "01:05", "01:55", "02:01"]


def test_a_reading_goes_on_where_the_one_before_ended() -> None:
    (found,) = instants(walls("02:05"), BERLIN, after=datetime(2026, 10, 25, 0, 50, tzinfo=UTC))
    assert found == datetime(2026, 10, 25, 1, 5, tzinfo=UTC)


async def test_a_call_over_the_change_of_clocks_begins_before_it(tmp_path: Path) -> None:
    def row(start: str, end: str, seconds: int) -> str:
        return (
            f'"","101","030901820","from-internal","x","SIP/101-1","SIP/t-2","Dial","","2026-10-25 {start}",'
            f'"","2026-10-25 {end}",{seconds},{seconds},"ANSWERED","DOCUMENTATION"\n'
        )

    # The short one ends first and stands first; the long one began before it, and ends in the second hour.
    text = row("02:55:00", "02:56:00", 60) + row("02:50:00", "02:10:00", 1200) + row("02:05:00", "02:20:00", 900)
    found = await reading("asterisk", tmp_path / "Master.csv", text)
    assert [f"{entry.at:%H:%M}" for entry in found.entries] == ["00:55", "00:50", "01:05"]


async def test_the_logs_own_zone_counts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(asterisk([CALL]))
    log = CALL_LOGS["asterisk"](LogOptions(name="x", zone=ZoneInfo("UTC"), path=str(tmp_path / "a.csv")))
    assert (await log.read(None)).entries[0].at == datetime(2026, 11, 23, 10, tzinfo=UTC)


async def test_no_number_stands_in_a_reason(tmp_path: Path) -> None:
    found = await reading("asterisk", tmp_path / "Master.csv", asterisk([CALL]) + b'"030901820"\n')
    assert "901820" not in " ".join(bad.reason for bad in found.bad)
    assert found.bad != ()
