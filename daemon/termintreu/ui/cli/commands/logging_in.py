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
from termintreu.config.problems import nearest
from termintreu.cycle.report import login_json
from termintreu.model.logins import LoginState
from termintreu.service import bootstrap
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import config_path, profile_name, run_to_end
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
    kept = run_to_end(logins.log_in(source, config, profile, how, _Person(how, is_oauth=source.auth == "oauth")))
    if arguments.json:
        zone = ZoneInfo(config.timezone or machine_zone())
        state = LoginState(kind=kept.kind, expires=kept.expires_at, renewed=kept.since)
        print_json({"source": source.name, "login": login_json(state, lambda at: _local(at, zone))})
    else:
        print_lines([Text(f"{source.name}: logged in. A running daemon notices it by itself.")])
    return 0


def logout(arguments: Arguments) -> int:
    """`termintreu logout SOURCE`."""
    from termintreu.service import logins  # noqa: PLC0415 - as above

    source, config, profile = _wanted(arguments)
    done = run_to_end(logins.log_out(source, config, profile))
    if done.note:
        say(f"{source.name}: forgotten here, but {done.note}")
    if arguments.json:
        print_json({"source": source.name, "found": done.found, "withdrawn": done.found and not done.note})
    elif not done.found:
        print_lines([Text(f"{source.name}: was not logged in.")])
    elif not done.note:
        print_lines([Text(f"{source.name}: logged out, and nothing of it is kept here.")])
    return 1 if done.failed else 0


def _wanted(arguments: Arguments) -> tuple[SourceConfig, Config, str]:
    """The source that is named, its configuration, and whose it is. Raises UsageError, ConfigError."""
    profiles = bootstrap.load_profiles(config_path(arguments))
    profile = profile_name(profiles, arguments.person)
    config = profiles.load(profile).config
    names = [source.name for source in config.sources]
    source = next((one for one in config.sources if one.name == arguments.source), None)
    if source is None:
        hint = nearest(arguments.source, names)
        raise UsageError(f"there is no source {arguments.source!r}{hint} (there are: {', '.join(names)})")
    if not source.keeps_login:
        what = "is read without one" if source.type != "caldav" else "has username and password in the configuration"
        raise UsageError(f"{source.name} needs no log-in from here: it {what}")
    return source, config, profile


class _Person:
    """Whoever sits in front of this command."""

    def __init__(self, how: logins.How, *, is_oauth: bool) -> None:
        self._how = how
        self._is_oauth = is_oauth

    def show(self, url: str, *, code: str | None = None, scan: str | None = None) -> None:
        """Print the address on a line of its own, and the code."""
        opens = self._how == "browser" and code is None and _has_display()
        say("Your browser is opened at this address:" if opens else "Open this address in a browser, and log in there:")
        say(url)
        if code is not None:
            say("Type this code there:")
            say(code)
        if scan is not None and sys.stderr.isatty():
            import segno  # noqa: PLC0415 - only who needs it pays for it

            # Both colours are drawn: it can be scanned on a dark terminal, too.
            segno.make(scan, error="l").terminal(out=sys.stderr, compact=True)
        if self._how == "paste":
            say("It ends at an address that does not open. Paste that here, as a whole:")
        elif self._is_oauth and code is None and not opens:
            say("The browser must be on this machine. If it is not, end this (Ctrl-C) and add --paste or --device.")
        if opens:
            # Browsers and what finds them may take their time, or write; nobody waits for them.
            threading.Thread(target=_opened, args=(url,), daemon=True).start()

    async def pasted(self) -> str | None:
        """The next line of standard input."""
        line = await asyncio.to_thread(sys.stdin.readline)
        return line.strip() if line else None

    def say(self, sentence: str) -> None:
        """Print it."""
        say(sentence)


def _opened(url: str) -> None:
    import webbrowser  # noqa: PLC0415 - only who needs it pays for it

    with contextlib.suppress(webbrowser.Error, OSError):
        webbrowser.open(url)


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
