"""Commands that log a source in and out: `login` and `logout`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text

from termintreu.config import Config, SourceConfig
from termintreu.config.file import machine_zone
from termintreu.config.log_ins import TARGET, kept_log_ins
from termintreu.config.problems import nearest
from termintreu.cycle.report import login_json
from termintreu.model import Message, msg
from termintreu.model.logins import LoginState
from termintreu.model.texts import Texts
from termintreu.service import bootstrap
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import config_path, profile_name, run_to_end, texts_of
from termintreu.ui.cli.commands.printing import print_json, print_lines, say

if TYPE_CHECKING:
    from termintreu.service import logins


def login(arguments: Arguments) -> int:
    """`termintreu login SOURCE`."""
    from termintreu.service import logins  # noqa: PLC0415 - only who needs it pays for it

    source, config, profile = _wanted(arguments)
    if source.auth != "oauth" and (arguments.paste or arguments.device):
        raise UsageError(f"{source.name} logs in by a link that any browser can open; leave --paste and --device out")
    how: logins.How = "paste" if arguments.paste else "device" if arguments.device else "browser"
    texts = texts_of(arguments)
    person = _Person(how, texts, is_oauth=source.auth == "oauth")
    kept = run_to_end(logins.log_in(source, config, profile, how, person))
    if arguments.json:
        zone = ZoneInfo(config.timezone or machine_zone())
        state = LoginState(kind=kept.kind, expires=kept.expires_at, renewed=kept.since)
        print_json({"source": source.name, "login": login_json(state, lambda at: _local(at, zone))})
    else:
        done = msg("{name}: logged in. A running daemon notices it by itself.", name=source.name)
        print_lines([Text(texts.render(done))])
    return 0


def logout(arguments: Arguments) -> int:
    """`termintreu logout SOURCE`."""
    from termintreu.service import logins  # noqa: PLC0415 - as above

    source, config, profile = _wanted(arguments)
    texts = texts_of(arguments)
    done = run_to_end(logins.log_out(source, config, profile))
    told = msg("{name}: logged out, and nothing of it is kept here.", name=source.name)
    if not done.found:
        told = msg("{name}: was not logged in.", name=source.name)
    if done.note:
        told = msg("{name}: forgotten here.", name=source.name)
        say(f"{source.name}: {texts.error(done.note)}")
    if arguments.json:
        print_json({"source": source.name, "found": done.found, "withdrawn": done.found and not done.note})
    else:
        print_lines([Text(texts.render(told))])
    return 1 if done.failed else 0


def _wanted(arguments: Arguments) -> tuple[SourceConfig, Config, str]:
    """The source whose log-in the account uses that is named, its configuration, and whose it is. Raises UsageError,
    ConfigError."""
    profiles = bootstrap.load_profiles(config_path(arguments))
    profile = profile_name(profiles, arguments.person)
    config = profiles.load(profile).config
    kept = kept_log_ins(config)
    known = {**{one.name: one for one in (*kept.values(), *config.sources)}, **kept}
    source = known.get(arguments.source)
    if source is None:
        names = [name for name in known if name != TARGET]
        hint = nearest(arguments.source, names)
        raise UsageError(f"there is no source {arguments.source!r}{hint} (there are: {', '.join(names)})")
    if source.type != "caldav":
        raise UsageError(f"{source.name} is read without a log-in")
    if not source.keeps_login:
        raise UsageError(
            f"{source.name} has username and password in the configuration: there is nothing to log in to from here"
        )
    return source, config, profile


class _Person:
    """Whoever sits in front of this command."""

    def __init__(self, how: logins.How, texts: Texts, *, is_oauth: bool) -> None:
        self._how = how
        self._texts = texts
        self._is_oauth = is_oauth

    def show(self, url: str, *, code: str | None = None, scan: str | None = None) -> None:
        """Print the address on a line of its own, and the code."""
        opens = self._how == "browser" and code is None and _has_display()
        begin = msg("Open this address in a browser, and log in there:")
        self._say(msg("Your browser is opened at this address:") if opens else begin)
        say(url)
        if code is not None:
            self._say(msg("Type this code there:"))
            say(code)
        if scan is not None and sys.stderr.isatty():
            import segno  # noqa: PLC0415 - only who needs it pays for it

            # Both colours are drawn: it can be scanned on a dark terminal, too.
            segno.make(scan, error="l").terminal(out=sys.stderr, compact=True)
        if self._how == "paste":
            self._say(msg("It ends at an address that does not open. Paste that here, as a whole:"))
        elif self._is_oauth and code is None and not opens:
            self._say(msg("The browser must be on this machine. If it is not: Ctrl-C, and add --paste or --device."))
        if opens:
            # Browsers and what finds them may take their time, or write; nobody waits for them.
            threading.Thread(target=_opened, args=(url,), daemon=True).start()

    async def pasted(self) -> str | None:
        """The next line of standard input."""
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip() if line else None

    def say(self, sentence: str) -> None:
        """Print it, in the user's language."""
        say(self._texts.error(sentence))

    def translated(self, sentence: str) -> str:
        """It in the user's language."""
        return self._texts.error(sentence)

    def _say(self, message: Message) -> None:
        say(self._texts.render(message))


def _opened(url: str) -> None:
    import webbrowser  # noqa: PLC0415 - only who needs it pays for it

    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(url)


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
