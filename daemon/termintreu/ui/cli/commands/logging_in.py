"""Commands that log a source in and out: `login` and `logout`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text

from termintreu.config import Config, SourceConfig
from termintreu.config.file import machine_zone
from termintreu.config.log_ins import TARGET, kept_log_ins
from termintreu.config.problems import nearest
from termintreu.cycle.report import login_json
from termintreu.model import msg
from termintreu.model.logins import LoginState
from termintreu.service import bootstrap
from termintreu.ui.cli.browser_person import BrowserPerson, has_display
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import run_to_end
from termintreu.ui.cli.commands.printing import print_json, print_lines, say
from termintreu.ui.cli.commands.reader import config_path, profile_name, texts_of

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
    hint = None
    if source.auth == "oauth" and not has_display():
        hint = msg("The browser must be on this machine. If it is not: Ctrl-C, and add --paste or --device.")
    person = BrowserPerson(how, texts, hint=hint)
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
    if source.type in {"ics", "vdir"}:
        raise UsageError(f"{source.name} is read without a log-in")
    if not source.keeps_login:
        raise UsageError(
            f"{source.name} has username and password in the configuration: there is nothing to log in to from here"
        )
    return source, config, profile


def _local(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat()
