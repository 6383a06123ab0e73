"""Commands for setting up: `demo`, `init`, `check` and `doctor`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.prompt import Prompt
from rich.text import Text

from termintreu.config.file import likely_zone, machine_zone, user_config
from termintreu.config.language import locale_language
from termintreu.config.machine import MachineService
from termintreu.config.providers import by_url
from termintreu.model import Message, msg
from termintreu.model.texts import Texts
from termintreu.ui.cli import doctor as account_checks
from termintreu.ui.cli import editing
from termintreu.ui.cli import init as new_config
from termintreu.ui.cli.commands import EXIT_CONFIG, Arguments, UsageError
from termintreu.ui.cli.commands.checking import checked
from termintreu.ui.cli.commands.context import Context, context_of
from termintreu.ui.cli.commands.printing import at_terminal, print_json, print_lines, say
from termintreu.ui.cli.commands.reader import config_path, texts_of
from termintreu.ui.cli.init import SOURCE
from termintreu.ui.cli.init_places import Account, account_of, addresses
from termintreu.ui.cli.init_questions import asked
from termintreu.ui.cli.init_talk import Talk
from termintreu.ui.cli.init_trial import found
from termintreu.ui.cli.systemd import Systemd
from termintreu.ui.cli.whose_service import service_at


def demo(arguments: Arguments) -> int:
    """`termintreu demo`."""
    from termintreu.ui.demo import run_demo  # noqa: PLC0415 - needs the demo's server, which only `make demo` installs

    return run_demo(once=arguments.once, tell=print_json if arguments.json else None)


def init(arguments: Arguments) -> int:
    """`termintreu init`: asks on a terminal, takes flags elsewhere."""
    path = arguments.config or user_config(os.environ)
    if path.exists() and not arguments.force:
        raise UsageError(f"{path} is there already; --force replaces it, --config FILE writes another")
    interactive = at_terminal()
    given = _given_config(arguments)
    texts = Texts(language=arguments.language or locale_language(os.environ), zone=ZoneInfo(machine_zone()))
    service = service_at(path, uid=os.geteuid(), environ=os.environ)
    talk = Talk(texts=texts, say=say, prompt=_prompt, can_keep_login=service is None)
    if interactive:
        given = asked(given, talk, attempt=arguments.attempt)
        talk = talk.in_language(given.language)
    elif lacking := new_config.missing(given, attempt=arguments.attempt):
        raise UsageError(f"not on a terminal, so say more: {', '.join(lacking)}")
    else:
        given = _reached(given, texts) if arguments.attempt else new_config.untried(given)
    written = new_config.write(given, path, force=arguments.force)
    if arguments.json:
        print_json({"written": [str(file) for file in written]})
        return 0
    done = talk.texts.render(msg("written, for you only"))
    print_lines(Text(f"{file}: {done}") for file in written)
    if interactive and arguments.attempt and service is None:
        return _first_week(path, talk, arguments.follow)
    print_lines(Text(talk.texts.render(step)) for step in _next_steps(given, service))
    return 0


def _next_steps(given: new_config.NewConfig, service: MachineService | None) -> Iterator[Message]:
    """What is to be done after an account was written down that nobody has tried, or for a service of the machine."""
    if service is not None:
        yield msg("Next: termintreu service install --config {path:text}", path=str(service.config))
    if given.account.keeps_login:
        yield msg(
            "Log in with a browser, where the server wants that: {command:text}", command=f"termintreu login {SOURCE}"
        )
    yield msg("Next: termintreu doctor, then termintreu plan")


def _reached(given: new_config.NewConfig, texts: Texts) -> new_config.NewConfig:
    """With the address that was found. Raises ConnectorError."""
    there = found(given.account, addresses(given.account, by_url(given.account.place)))
    names = ", ".join(sorted(each.name for each in there.calendars)) or msg("none")
    say(texts.render(msg("Reached. Calendars there: {names:text}", names=names)))
    zone = given.timezone or likely_zone(given.region)
    say(texts.render(msg("Times will be those of {zone}.", zone=zone)))
    return replace(given, account=there.account)


def _first_week(path: Path, talk: Talk, follow: Callable[[Sequence[str]], int | None]) -> int:
    """Show what a first cycle would write, and have the service run if that is wanted. `follow` runs another command;
    None where there is no such one."""
    talk.tell(msg("The next days, and what would be written:"))
    code = follow(["plan", "--config", str(path)]) or 0
    question = msg("Shall it keep running from now on, as a service of your session?")
    if not _has_session(path) or not talk.agrees(question, default=True):
        talk.tell(msg("Next: termintreu doctor, then termintreu once, or termintreu run to keep it running"))
    elif (installed := follow(["service", "install"])) is None:
        talk.tell(msg("Next: termintreu doctor; docs/installing.md tells how it runs as a service"))
    else:
        return installed or code
    return code


def _has_session(path: Path) -> bool:
    """Whether a session's service can run here that reads this configuration. Root has none: its `service install` is
    the machine's, which reads another one."""
    if path != user_config(os.environ) or os.geteuid() == 0:
        return False
    return Systemd(user=False, environ=os.environ).is_running()


def _given_config(arguments: Arguments) -> new_config.NewConfig:
    kinds = ("credential", "env", "file", "command", "keyring")
    references = [
        new_config.reference(kind, value) for kind in kinds if (value := getattr(arguments, f"password_{kind}"))
    ]
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    target = arguments.target_path and Account(type="vdir", place=_whole(arguments.target_path))
    return new_config.NewConfig(
        account=_given_account(arguments, references),
        target=target or None,
        calendars=tuple(arguments.calendar or ()),
        name=arguments.name or "",
        emails=tuple(arguments.email or ()),
        region=arguments.region or new_config.region_of(locale) or "DE",
        timezone=arguments.timezone or "",
        language=arguments.language or ("en" if locale[:2] not in {"", "de"} else "de"),
    )


def _given_account(arguments: Arguments, references: Sequence[Mapping[str, object]]) -> Account:
    """What the flags say of it. Raises UsageError for an address that is none."""
    if arguments.path:
        return Account(type="vdir", place=_whole(arguments.path))
    account = account_of(arguments.url) if arguments.url else Account()
    if not isinstance(account, Account) or account.type == "vdir":
        raise UsageError(f"--url {arguments.url}: an address is wanted, such as https://cloud.example.com/")
    username = arguments.username or account.username
    return replace(account, username=username, reference=references[0] if references else None)


def _whole(path: str) -> str:
    return str(Path(path).expanduser().resolve())


def _prompt(question: str, default: str, hidden: bool) -> str:
    console = Console(stderr=True, highlight=False)
    try:
        return Prompt.ask(Text(question), default=default or ..., password=hidden, console=console) or ""  # type: ignore[arg-type]  # rich's own sign for "no default"
    except EOFError:
        raise KeyboardInterrupt from None


def config(arguments: Arguments) -> int:
    """`termintreu config`: opens the configuration in an editor, and puts in place only what is good."""
    path = config_path(arguments)
    if arguments.path or arguments.json:
        print_json({"path": str(path)}) if arguments.json else print_lines([Text(str(path))])
        return 0
    texts = texts_of(arguments)
    with editing.copy_of(path) as copy:
        while True:
            editing.edit(copy.path, editing.editor_of(os.environ))
            if copy.is_unchanged():
                say(texts.render(msg("nothing was changed")))
                return 0
            problems, warnings, good = checked(copy.path, arguments)
            for line in (*warnings, *problems):
                say(texts.error(line.replace(str(copy.path), str(path))))
            if not problems or not (again := _what_now(texts)):
                break
            if again == "discard":
                say(texts.render(msg("nothing was changed")))
                return EXIT_CONFIG
        copy.put_in_place()
    if problems:
        say(texts.render(msg("It stands there; what was good before stays in force until it is right.")))
        return EXIT_CONFIG
    say(f"{path}: {texts.render(good)}")
    say(texts.render(msg("A running service reads it at once; `termintreu plan` shows what it would write.")))
    return 0


def _what_now(texts: Texts) -> str:
    """After problems: "edit" again, "discard", or "" for put in place all the same. Where nobody can be asked, only
    what is good is put in place."""
    if not at_terminal():
        return "discard"
    letters = texts.render(msg("e/k/d")).split("/")
    question = msg("Edit again (e), keep it as it is (k), or discard what you changed (d)?")
    given = _prompt(texts.render(question), letters[0], False).strip().lower()[:1]
    return {letters[1]: "", letters[2]: "discard"}.get(given, "edit")


async def _check_accounts(context: Context) -> account_checks.CheckResults:
    """Check all accounts. On SIGTERM the trial items are removed first."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await account_checks.check_accounts(context.world, context.now)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def doctor(arguments: Arguments) -> int:
    """`termintreu doctor`."""
    with context_of(arguments, dry=True) as context:
        for warning in context.warnings:
            say(context.world.texts.error(warning))
        results = asyncio.run(_check_accounts(context))
    if arguments.json:
        print_json([one.as_json() for one in results])
    else:
        print_lines(account_checks.lines(results))
    return 0 if all(one.ok for one in results) else 1
