"""`termintreu init`: makes a commented configuration from a few answers, and tries it. Asks on a terminal only; flags
answer beforehand. Nothing is written before the account has been reached, unless that is not wanted.
"""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from termintreu.config.check import check
from termintreu.config.example import example
from termintreu.config.file import likely_zone
from termintreu.judging.rules import RULES, rule_params
from termintreu.model import Collection, Message, msg
from termintreu.model.errors import ConfigError, ConnectorError, TermintreuError
from termintreu.model.texts import Texts
from termintreu.service import bootstrap

_HEAD = """\
# termintreu's configuration, begun by `termintreu init`.
#
# A line "#key = value" shows what holds where nothing is said, or, for options without a default, what could be said:
# take the # away to change it. `termintreu check` reads this file and names every mistake with its line.
"""

Ask = Callable[[Message, str, bool], str]
"""Asks the user: question, default, whether the answer is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConfig:
    """The values of a new configuration."""

    place: str = ""
    """The server's address, or a folder."""
    username: str = ""
    password: str = ""
    """As typed; it is stored in a file of its own."""
    reference: Mapping[str, object] | None = None
    """Where the password comes from, as the configuration has it; instead of `password`."""
    calendars: tuple[str, ...] = ()
    name: str = ""
    emails: tuple[str, ...] = ()
    region: str = "DE"
    language: str = "de"
    timezone: str = ""
    """IANA name; the machine's, or where that is UTC the region's, where it is empty."""

    @property
    def is_server(self) -> bool:
        """Whether `place` is an address and not a folder."""
        return "://" in self.place

    def text(self, password: object) -> str:
        """The configuration.

        Args:
            password: how it names the password: a table, or the password itself for a try in memory.
        """
        filled: dict[str, object] = {
            "language": self.language,
            "timezone": self.timezone or likely_zone(self.region),
            "me.name": self.name,
            "me.emails": list(self.emails),
            "me.region": self.region,
            **{f"me.working_hours.{day}": ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
            "sources.name": "calendar",
            "sources.type": "caldav" if self.is_server else "vdir",
            "sources.url" if self.is_server else "sources.path": self.place,
            "target.source": "calendar",
        }
        if self.username:
            filled["sources.username"] = self.username
        if password:
            filled["sources.password"] = password
        if self.calendars:
            filled["sources.calendars"] = list(self.calendars)
        return example(rule_params(), {rule.id: rule.summary for rule in RULES}, filled=filled, head=_HEAD)


def reference(kind: str, value: str) -> Mapping[str, object]:
    """A place that a password comes from: ("command", "pass caldav") to {"command": ["pass", "caldav"]}."""
    if kind == "file":
        return {kind: str(Path(value).expanduser().resolve())}
    return {kind: shlex.split(value) if kind == "command" else value}


def asked(given: NewConfig, ask: Ask) -> NewConfig:
    """The same with the missing values asked for."""
    place = given.place or ask(msg("Address of your calendar server (CalDAV), or a folder of .ics files"), "", False)
    known = replace(given, place=place.strip())
    if known.is_server:
        known = replace(known, username=known.username or ask(msg("User name there"), "", False))
        if known.reference is None:
            known = replace(known, password=known.password or ask(msg("Password (an app password is best)"), "", True))
    return replace(
        known,
        name=known.name or ask(msg("Your name, as it stands in invitations"), "", False),
        emails=known.emails or words(ask(msg("Your e-mail addresses, with commas between them"), "", False)),
        region=ask(msg("Your country, or state, for numbers and holidays (DE, DE-BY, AT, ...)"), known.region, False),
        language=ask(msg("Language (de, en)"), known.language, False),
    )


def words(text: str) -> tuple[str, ...]:
    """ "a, b" to ("a", "b")."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def missing(given: NewConfig) -> list[str]:
    """The flags that a server's account still needs."""
    wanted: list[tuple[str, object]] = [("--url or --path", given.place)]
    if given.is_server:
        wanted += [("--username", given.username), ("--password-file (or another --password-...)", given.reference)]
    return [flag for flag, value in wanted if not value]


def tried(given: NewConfig) -> Sequence[Collection]:
    """The calendars there, without our own. Raises ConnectorError, and ConfigError where an answer cannot be used."""
    loaded = check(given.text(given.reference or given.password), rule_params(), Path("your answers"))
    world = bootstrap.build(loaded, dry=True)

    async def look() -> Sequence[Collection]:
        try:
            account = world.accounts.calendars[0]
            own = set(account.own.values())
            return [each for each in await account.connector.collections() if each.name not in own]
        finally:
            await world.close()

    return asyncio.run(look())


def region_of(locale: str) -> str | None:
    """The country of a locale: "AT" for "de_AT.UTF-8"."""
    country = locale.partition(".")[0].partition("_")[2]
    return country if len(country) == 2 and country.isupper() else None


def write(given: NewConfig, path: Path, *, force: bool) -> list[Path]:
    """Write the configuration, and a typed password beside it; both for their owner only. Returns what was written.

    Raises TermintreuError where a file is there already (without `force`) or cannot be written.
    """
    files: dict[Path, str] = {}
    place: object = given.reference
    if place is None and given.password:
        secret = path.absolute().with_name("password")
        files[secret] = given.password + "\n"
        place = {"file": str(secret)}
    files[path] = given.text(place)
    check(files[path], rule_params(), path)
    for file in files:
        if file.exists() and not force:
            raise TermintreuError(f"{file} is there already; --force replaces it")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file, content in files.items():
            fresh = file.with_name(f".{file.name}.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(content)
            fresh.replace(file)
    except OSError as error:
        raise TermintreuError(f"{path}: cannot be written: {error.strerror or 'the system refused'}") from error
    return list(files)


def _without(given: NewConfig, problems: Sequence[str]) -> NewConfig:
    """The answers without those that the problems (of the configuration made of them) are about."""
    nothing = NewConfig()
    answers: tuple[tuple[str, dict[str, Any]], ...] = (
        ("sources", {"place": "", "username": "", "password": ""}),
        ("me.name", {"name": ""}),
        ("me.emails", {"emails": ()}),
        ("me.region", {"region": nothing.region}),
        ("language", {"language": nothing.language}),
    )
    for path, unsaid in answers:
        if any(problem.startswith(path) for problem in problems):
            given = replace(given, **unsaid)
    return given


def reach(given: NewConfig, ask: Ask | None, texts: Texts, say: Callable[[str], None]) -> NewConfig:
    """Try the account until it answers. On a terminal answers may be corrected; else raises ConnectorError."""
    while True:
        try:
            found = sorted(each.name for each in tried(given) if "VEVENT" in each.components)
        except ConfigError as error:
            if ask is None:
                raise
            # Without the line: the file does not exist yet.
            problems = [problem.partition(": ")[2] for problem in error.problems]
            for problem in problems:
                say(texts.error(problem))
            given = asked(_without(given, problems), ask)
            continue
        except ConnectorError as error:
            if ask is None:
                raise
            say(texts.render(msg("That did not work")) + f": {texts.error(str(error))}")
            given = asked(replace(given, place="", username="", password=""), ask)
            continue
        say(texts.render(msg("Reached. Calendars there: {names:text}", names=", ".join(found) or msg("none"))))
        zone = given.timezone or likely_zone(given.region)
        say(texts.render(msg("Times will be those of {zone}.", zone=zone)))
        if ask is None or given.calendars or len(found) < 2:
            return given
        wanted = words(
            ask(msg("Which of them hold your calls? (names or patterns, with commas between them)"), "all", False)
        )
        return replace(given, calendars=() if wanted == ("all",) else wanted)
