"""One person whose calendars are an attack: the real program, with every kind of hostile source beside good ones. It
ends in time, in little memory, serves what is good, and says of each bad thing what is wrong with it.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.live_files import files_below
from tests.scripted import ScriptedServer

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "hostile").glob("*.ics"))
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MEMORY = 450
"""MB that the process may take at the most; a quiet one takes some 90."""
SECONDS = 90.0
"""Of processor time; it is a fifth of that."""
METER = """
import json, pathlib, resource, subprocess, sys
code = subprocess.run(sys.argv[2:], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
used = {"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}
pathlib.Path(sys.argv[1]).write_text(json.dumps(used))
sys.exit(code)
"""
"""Starts the program and says what it took. A process of its own, since Linux counts the memory of the one that starts
a program as the program's, and a test process that has run thousands of tests is the larger of the two.
"""
CROWD = 100_000
SENTENCE = re.compile(r"[A-Z][A-Za-z0-9,:;'\- ]+( \((“[^“”]{1,80}”)?(, )?(line \d+)?\))?\.")
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM '
    '"file:///etc/passwd">]><multistatus xmlns="DAV:"><response><href>&b;&f;</href></response></multistatus>'
)


def stream(*components: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *components, "END:VCALENDAR", ""])


def event(uid: str, *lines: str, start: str = "DTSTART:20261124T100000Z", summary: str = "Termin") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def good(source: str) -> str:
    """A call that must have its reminder, whatever stands beside it."""
    return event(f"good-{source}", "DURATION:PT30M", summary=f"Telefonat mit {source.title()} Gut")


BOMBS = {
    "secondly": event("secondly", "RRULE:FREQ=SECONDLY", start="DTSTART:19000101T000000Z"),
    "minutely": event("minutely", "RRULE:FREQ=MINUTELY;COUNT=999999999"),
    "no-interval": event("no-interval", "RRULE:FREQ=DAILY;INTERVAL=0"),
    "never": event("never", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31"),
    "long-count": event("long-count", "RRULE:FREQ=DAILY;BYDAY=MO;COUNT=999999999", start="DTSTART:00010101T000000Z"),
    "every-five-minutes": event(
        "dense", "RRULE:FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55,57", start="DTSTART:20261101T000000Z"
    ),
    "no-start": event("no-start", start="X-NOTHING:1"),
    "no-end": event("no-end").removesuffix("END:VEVENT"),
    "large": event("large", "ATTACH;ENCODING=BASE64:" + "A" * 5_500_000),
}
"""Each of these is told of, and at most its first date is served."""
ODD = {
    "long-line": event("long-line", "DESCRIPTION:" + "lang " * 900_000),
    "returns": event("returns", "DESCRIPTION:" + "\r" * 3_000_000),
    "commas": event("commas", "CATEGORIES:" + "," * 3_000_000),
    "controls": event("controls", summary="Telefonat \x00\x07\x1b[31m mit \u202egnp.exe\u2066 \u200bMax"),
    "html": event("html", "DESCRIPTION:<img src=x onerror=alert(1)><script>x</script>", summary="Telefonat <b>x</b>"),
    "summary": event("summary", summary="Telefonat mit " + "Max " * 100_000),
    "people": event("people", *(f"ATTENDEE;CN=N{n}:mailto:{n}@example.com" for n in range(20_000))),
    "unknown-zone": event("zone", start="DTSTART;TZID=Mars/Olympus:20261124T100000", summary="Telefonat mit Mars"),
}
"""Each of these is served, harmless and bounded."""


@dataclass
class Attack:
    """What became of one cycle over all of it."""

    code: int
    document: Any
    stderr: str
    seconds: float
    megabytes: float
    written: dict[str, str]
    names: list[str]

    @property
    def sources(self) -> dict[str, Any]:
        return {source["name"]: source for source in self.document["sources"]}

    def rejected(self, source: str) -> dict[str, list[str]]:
        """File name to reasons."""
        found: dict[str, list[str]] = {}
        for one in self.document["rejected"]:
            if one["source"] == source:
                found.setdefault(Path(one["href"]).name, []).append(one["reason"])
        return found


def crowd() -> str:
    """A feed of a hundred thousand, a fifth of them within the weeks that are looked at."""
    near = [NOW + timedelta(minutes=n % 20_000) for n in range(CROWD // 5)]
    far = [NOW - timedelta(days=400) + timedelta(minutes=5 * n % 300_000) for n in range(CROWD - len(near) - 1)]
    return stream(
        good("crowd"), *(event(f"u{n}", start=f"DTSTART:{at:%Y%m%dT%H%M%SZ}") for n, at in enumerate(near + far))
    )


def bomb() -> bytes:
    """A gigabyte of blanks in a megabyte, in two layers of which only one is unpacked."""
    return gzip.compress(b" " * 100_000_000 + b"x", 9)


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    """All of it in one cycle."""
    folder = tmp_path_factory.mktemp("attack")
    for name in ("samples", "bombs"):
        (folder / name).mkdir()
    for sample in SAMPLES:
        (folder / "samples" / sample.name).write_bytes(sample.read_bytes())
    for name, component in (BOMBS | ODD).items():
        (folder / "bombs" / f"{name}.ics").write_bytes(stream(component).encode())
    for name in ("samples", "bombs"):
        (folder / name / "good.ics").write_text(stream(good(name)))
    with ScriptedServer() as server:
        # Each of them is asked three times at the most.
        for _ in range(3):
            server.answer("GET", 200, bomb(), Content_Encoding="gzip", Content_Type="text/calendar")
        with ScriptedServer() as dav:
            for _ in range(6):
                dav.answer("PROPFIND", 207, LAUGHS, Content_Type="application/xml")
            with ScriptedServer() as feed:
                feed.answer("GET", 200, crowd(), Content_Type="text/calendar")
                yield cycle(folder, server, dav, feed)


def cycle(folder: Path, server: ScriptedServer, dav: ScriptedServer, feed: ScriptedServer) -> Attack:
    sources = {
        "samples": f'type = "vdir"\npath = "{folder}/samples"',
        "bombs": f'type = "vdir"\npath = "{folder}/bombs"',
        "packed": f'type = "ics"\nurl = "{server.url}packed.ics"\nallow_private = true',
        "laughs": f'type = "caldav"\nurl = "{dav.url}"',
        "crowd": f'type = "ics"\nurl = "{feed.url}crowd.ics"\nallow_private = true',
    }
    (folder / "config.toml").write_text(
        'language = "de"\ntimezone = "Europe/Berlin"\n'
        + "".join(f'[[sources]]\nname = "{name}"\n{lines}\n' for name, lines in sources.items())
        + f'[target]\ntype = "vdir"\npath = "{folder}/own"\n[state]\npath = "{folder}/state"\n'
    )
    program = [sys.executable, "-m", "termintreu", "once", "--json", "--config", str(folder / "config.toml")]
    command = [sys.executable, "-c", METER, str(folder / "used"), *program, "--at", NOW.isoformat()]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        code = subprocess.run(command, stdout=out, stderr=err, check=False).returncode
    used = json.loads((folder / "used").read_text())
    return Attack(
        code=code,
        document=json.loads((folder / "out").read_text() or "{}"),
        stderr=(folder / "err").read_text(),
        seconds=used["seconds"],
        megabytes=used["megabytes"],
        written={path.name: path.read_text() for path in files_below(folder / "own", "termintreu-*.ics")},
        names=list(sources),
    )


@pytest.mark.requirement(22)
def test_all_of_it_together_takes_bounded_time_and_memory(attack: Attack) -> None:
    assert attack.code == 1, attack.stderr[-2000:]
    assert attack.seconds < SECONDS
    assert attack.megabytes < MEMORY
    assert "Traceback" not in attack.stderr


@pytest.mark.requirement(22)
def test_every_good_call_has_its_reminder(attack: Attack) -> None:
    reminders = [one["appointment"]["uid"] for one in attack.document["changes"] if one["item"] == "reminder"]
    for source in ("samples", "bombs", "crowd"):
        assert f"good-{source}" in reminders


@pytest.mark.requirement(20, 21)
def test_a_source_that_answers_with_an_attack_has_failed_and_the_others_have_not(attack: Attack) -> None:
    states = {name: source["state"] for name, source in attack.sources.items()}
    assert {"samples": "ok", "bombs": "ok", "packed": "failed", "laughs": "failed", "crowd": "ok"} == states
    assert {None} == {attack.sources[name]["error"] for name in ("samples", "bombs")}
    assert "more than 20000000 bytes" in attack.sources["packed"]["error"]
    assert "root:" not in json.dumps(attack.document)


@pytest.mark.requirement(22)
def test_each_bad_thing_is_told_of_in_a_sentence(attack: Attack) -> None:
    told = attack.rejected("bombs")
    assert BOMBS.keys() == {name.removesuffix(".ics") for name in told} - {"unknown-zone"}
    for reasons in (*told.values(), *attack.rejected("samples").values()):
        assert len(reasons) == len(set(reasons)) <= 4
        for reason in reasons:
            assert SENTENCE.fullmatch(reason)


@pytest.mark.requirement(22)
def test_a_sample_that_is_not_served_is_told_of(attack: Attack) -> None:
    """Samples whose events lie elsewhere in time are neither."""
    told = set(attack.rejected("samples"))
    assert len(told) >= 20
    assert {sample.name for sample in SAMPLES} >= told


@pytest.mark.requirement(23)
def test_a_zone_that_nobody_knows_is_told_of_and_reminded_of_at_no_guessed_time(attack: Attack) -> None:
    [reason] = attack.rejected("bombs")["unknown-zone.ics"]
    assert reason == (
        "A time zone is known neither by name nor by a definition in the calendar; your own is assumed "
        "(“Telefonat mit Mars”, line 4)."
    )
    assert "zone" not in [one["appointment"]["uid"] for one in attack.document["changes"] if one["item"] == "reminder"]


@pytest.mark.requirement(27)
def test_what_is_written_of_it_is_clean_and_short(attack: Attack) -> None:
    assert attack.written
    for text in attack.written.values():
        assert len(text) < 6_000
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b]", text)
        assert "<" not in text
    assert {"controls", "html", "summary"} <= {
        one["appointment"]["uid"] for one in attack.document["changes"] if one["appointment"]
    }
