"""What goes to the user by the second way ([alerts]): that our own calendars cannot be written to and, where the user
wants it, the alarm of a critical call and a missed call. Nothing else. Pure.

Names, titles and numbers only with `details`: the services in between are other people's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from termintreu.config.schema import AlertsConfig
from termintreu.judging.blindness import Trouble
from termintreu.model import Call, Change, Message, Observed, msg
from termintreu.model.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message."""

    key: str
    """It is sent once."""
    title: str
    body: str
    """Never empty: some services refuse that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a cycle found and did, as far as it may need a second way."""

    troubles: Iterable[Trouble]
    calls: Iterable[Call]
    observed: Iterable[Observed]
    """Our items as they stand."""
    changes: Iterable[Change]
    """What was written."""


def alerts(happened: Happened, config: AlertsConfig, texts: Texts, now: datetime) -> tuple[Alert, ...]:
    """The messages that are due at `now` (UTC), those that were sent before included."""
    found = [*_of_target(happened.troubles, config, texts, now)]
    if config.critical:
        found += _of_critical(happened, config, texts, now)
        found += _of_missed(happened.changes, config, texts)
    return tuple(found)


def _of_target(troubles: Iterable[Trouble], config: AlertsConfig, texts: Texts, now: datetime) -> Iterator[Alert]:
    for trouble in troubles:
        if trouble.watched == "target" and trouble.is_told(config.blind_after):
            since = trouble.seen or trouble.begun
            today = since.astimezone(texts.zone).date() == now.astimezone(texts.zone).date()
            when = texts.clock(since) if today else texts.at(since)
            refused = trouble.kind == "login"
            body = msg("The log-in is refused. More: termintreu status") if refused else msg("Why: termintreu status")
            yield Alert(
                key=f"target/{trouble.kind}/{trouble.begun.isoformat()}",
                title=texts.render(msg("No reminders since {since}: your calendar cannot be written to", since=when)),
                body=texts.render(body),
            )


def _of_critical(happened: Happened, config: AlertsConfig, texts: Texts, now: datetime) -> Iterator[Alert]:
    critical = {call.key for call in happened.calls if call.critical}
    for item in happened.observed:
        if item.kind != "reminder" or item.call_key not in critical or item.alarm_at is None or item.end is None:
            continue
        seen = item.acknowledged_at is not None and item.acknowledged_at >= item.alarm_at
        if item.alarm_at <= now < item.end and not seen:
            plain = msg("A critical call is coming up")
            yield _alert(f"alarm/{item.uid}/{item.alarm_at.isoformat()}", plain, item.summary, config, texts)


def _of_missed(changes: Iterable[Change], config: AlertsConfig, texts: Texts) -> Iterator[Alert]:
    for change in changes:
        is_new = change.action == "create" and change.result == "applied"
        if is_new and change.kind == "recovery" and change.slot.endswith("/recovery/"):
            plain = msg("A call was missed")
            yield _alert(f"missed/{change.slot}", plain, change.summary, config, texts)


def _alert(key: str, plain: Message, summary: str, config: AlertsConfig, texts: Texts) -> Alert:
    title = summary if config.details else texts.render(plain)
    return Alert(key=key, title=title, body=texts.render(msg("More is in your calendar.")))


def still_kept(sent: Mapping[str, str], oldest: datetime) -> dict[str, str]:
    """Of what was sent (key to ISO 8601), what is not older than `oldest`."""
    return {key: at for key, at in sent.items() if datetime.fromisoformat(at) >= oldest}
