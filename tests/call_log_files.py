"""Writes a day's calls as each telephone system would: one list of calls, five ways. Wall times in Berlin."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fritzbox import call_list, call_xml

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Made:
    """One call that was made or came in."""

    at: str
    """ "2026-11-23 10:00" """
    direction: str
    number: str
    """As it was dialled or shown: "030901820"."""
    seconds: int = 0
    """How long they talked; 0: nobody answered."""

    @property
    def wall(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @property
    def minutes(self) -> str:
        """As a FRITZ!Box rounds."""
        whole = -(-self.seconds // 60)
        return f"{whole // 60}:{whole % 60:02d}"


def fritzbox_csv(calls: Iterable[Made]) -> bytes:
    lines = ["sep=;", "Typ;Datum;Name;Rufnummer;Landes-/Ortsnetzbereich;Nebenstelle;Eigene Rufnummer;Dauer"]
    for call in sorted(calls, key=lambda call: call.wall, reverse=True):
        code = {("out", True): 4, ("in", True): 1}.get((call.direction, call.seconds > 0), 2)
        device = "" if code == 2 and call.direction == "in" else "Büro"
        lines.append(f"{code};{call.wall:%d.%m.%y %H:%M};Müller;{call.number};Berlin;{device};97911585;{call.minutes}")
    return "\r\n".join([*lines, ""]).encode("iso-8859-1")


def fritzbox(calls: Iterable[Made]) -> str:
    """The list that a box gives over TR-064."""
    newest_first = sorted(calls, key=lambda call: call.wall, reverse=True)
    kinds = {("out", True): 3, ("out", False): 3, ("in", True): 1, ("in", False): 2}
    return call_list(
        *(
            call_xml(
                1000 - place,
                kinds[call.direction, call.seconds > 0],
                f"{call.wall:%d.%m.%y %H:%M}",
                call.number,
                call.minutes,
            )
            for place, call in enumerate(newest_first)
        )
    )


def asterisk(calls: Iterable[Made], prefix: str = "0") -> bytes:
    lines = []
    for place, call in enumerate(sorted(calls, key=lambda call: call.wall)):
        out = call.direction == "out"
        end = call.wall + timedelta(seconds=call.seconds + 10)
        src, dst = ("101", f"{prefix}{call.number}") if out else (call.number, "97911585")
        context, channels = (
            ("from-internal", ("PJSIP/101-0000002a", "PJSIP/trunk-0000002b"))
            if out
            else ("from-trunk", ("PJSIP/trunk-0000002c", "PJSIP/101-0000002d"))
        )
        answer = f"{call.wall + timedelta(seconds=10):%Y-%m-%d %H:%M:%S}" if call.seconds else ""
        lines.append(
            f'"","{src}","{dst}","{context}","""Anna"" <{src}>","{channels[0]}","{channels[1]}","Dial","x",'
            f'"{call.wall:%Y-%m-%d %H:%M:%S}","{answer}","{end:%Y-%m-%d %H:%M:%S}",{call.seconds + 10},{call.seconds},'
            f'"{"ANSWERED" if call.seconds else "NO ANSWER"}","DOCUMENTATION","1795000000.{place}",""'
        )
    return "".join(f"{line}\n" for line in lines).encode()


def freeswitch(calls: Iterable[Made], prefix: str = "0") -> bytes:
    lines = []
    for place, call in enumerate(sorted(calls, key=lambda call: call.wall)):
        out = call.direction == "out"
        src, dst = ("1001", f"{prefix}{call.number}") if out else (call.number, "97911585")
        end = call.wall + timedelta(seconds=call.seconds + 10)
        answer = f"{call.wall + timedelta(seconds=10):%Y-%m-%d %H:%M:%S}" if call.seconds else ""
        cause = "NORMAL_CLEARING" if call.seconds else "NO_ANSWER"
        lines.append(
            f'"Anna","{src}","{dst}","{"default" if out else "public"}","{call.wall:%Y-%m-%d %H:%M:%S}","{answer}",'
            f'"{end:%Y-%m-%d %H:%M:%S}","{call.seconds + 10}","{call.seconds}","{cause}","uuid-{place}","",""'
        )
    return "".join(f"{line}\n" for line in lines).encode()


def sms_backup(calls: Iterable[Made]) -> bytes:
    rows = []
    for call in calls:
        kind = 2 if call.direction == "out" else 1 if call.seconds else 3
        moment = int(call.wall.replace(tzinfo=BERLIN).timestamp() * 1000)
        rows.append(
            f'  <call number="{call.number}" duration="{call.seconds}" date="{moment}" type="{kind}" presentation="1" '
            f'subscription_id="1" readable_date="" contact_name="Erika" />'
        )
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
    return f'{head}<calls count="{len(rows)}" backup_set="x" type="full">\n{chr(10).join(rows)}\n</calls>\n'.encode()


FILES: dict[str, tuple[str, Callable[[Iterable[Made]], bytes]]] = {
    "fritzbox-csv": ("anrufliste.csv", fritzbox_csv),
    "asterisk": ("Master.csv", asterisk),
    "freeswitch": ("Master.csv", freeswitch),
    "sms-backup": ("calls.xml", sms_backup),
}
"""By type: the file's usual name, and who writes it."""


def write(path: Path, data: bytes, at: str) -> None:
    """A file that was written at that wall time."""
    path.write_bytes(data)
    stamp = datetime.fromisoformat(at).replace(tzinfo=BERLIN).timestamp()
    os.utime(path, (stamp, stamp))
