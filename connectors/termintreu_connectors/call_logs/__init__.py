"""Call logs: what telephone systems and telephones say of calls made and received; only ever read.

`CALL_LOGS` names them by the configuration's `type`. Each module is imported when it is asked for. To add one: a
module with the format (for files) or the log itself, a line here, a sample and its test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

from termintreu.model.ports import CallLog

BODY = 20_000_000
"""Bytes that are read of one file or answer at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """What the configuration says of one log; each takes what concerns it."""

    name: str
    zone: ZoneInfo
    """Of the log's clock."""
    path: str = ""
    url: str = ""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    encoding: str | None = None
    columns: tuple[str, ...] = ()
    max_body: int = BODY


def _fritzbox_csv(given: LogOptions) -> CallLog:
    from termintreu_connectors.call_logs.fritzbox_csv import FritzBoxCsv  # noqa: PLC0415 - only who needs it pays
    from termintreu_connectors.call_logs.log_files import LogFiles  # noqa: PLC0415 - as above

    return LogFiles(given.name, given.path, FritzBoxCsv(given.zone, given.encoding), max_body=given.max_body)


def _fritzbox(given: LogOptions) -> CallLog:
    from termintreu_connectors.call_logs.fritzbox import FritzBox  # noqa: PLC0415 - only who needs it pays

    return FritzBox(given.name, given.url, given.username, given.password, zone=given.zone, max_body=given.max_body)


def _asterisk(given: LogOptions) -> CallLog:
    from termintreu_connectors.call_logs.asterisk import Asterisk  # noqa: PLC0415 - only who needs it pays
    from termintreu_connectors.call_logs.log_files import LogFiles  # noqa: PLC0415 - as above

    return LogFiles(given.name, given.path, Asterisk(given.zone, given.encoding), max_body=given.max_body)


def _freeswitch(given: LogOptions) -> CallLog:
    from termintreu_connectors.call_logs.freeswitch import FreeSwitch  # noqa: PLC0415 - only who needs it pays
    from termintreu_connectors.call_logs.log_files import LogFiles  # noqa: PLC0415 - as above

    form = FreeSwitch(given.zone, given.encoding, given.columns)
    return LogFiles(given.name, given.path, form, max_body=given.max_body)


def _sms_backup(given: LogOptions) -> CallLog:
    from termintreu_connectors.call_logs.log_files import LogFiles  # noqa: PLC0415 - only who needs it pays
    from termintreu_connectors.call_logs.sms_backup import SmsBackup  # noqa: PLC0415 - as above

    # Read as a stream: its length costs time, not memory.
    return LogFiles(given.name, given.path, SmsBackup(), max_body=10 * given.max_body)


CALL_LOGS: Mapping[str, Callable[[LogOptions], CallLog]] = MappingProxyType(
    {
        "fritzbox-csv": _fritzbox_csv,
        "fritzbox": _fritzbox,
        "asterisk": _asterisk,
        "freeswitch": _freeswitch,
        "sms-backup": _sms_backup,
    }
)
"""By the configuration's `type`."""
