"""The command line: parses it, calls the command, and turns errors into one clear line and an exit code.

Nothing is decided here. Exit codes: 0 done; 1 something failed, the rest was done; 2 wrong usage; 78 bad
configuration (sysexits.h EX_CONFIG).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from termintreu import __version__
from termintreu.model.errors import ConfigError, TermintreuError
from termintreu.service.gc_tuning import tune_gc
from termintreu.service.stderr import complain
from termintreu.ui.cli.commands import EXIT_CONFIG, OUTCOMES, SERVICE_ACTIONS, UsageError
from termintreu.ui.cli.parsing import Parser

if TYPE_CHECKING:
    from termintreu.model.texts.catalogue import Language

EXIT_FAILED = 1
EXIT_USAGE = 2

_PATIENCE = 1.0
"""Seconds that a finished command waits for its threads."""

_LIGHT = frozenset({"check", "status"})
"""Commands that seldom come to anything that logs, and set the log up themselves where they do."""


class FileOption(argparse.Action):
    """An option whose value is the path of a file or a folder."""

    complete: ClassVar[Mapping[str, object] | None] = None
    """For the generator of shell completion: how shells complete files."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        setattr(namespace, self.dest, values)


class _Command(NamedTuple):
    """A command. A tuple, for dataclasses take longer to import than the whole command line to parse."""

    name: str
    run: str
    """What runs it, named and not imported: "cycles.run" is the function `run` of `commands.cycles`."""
    text: str
    takes: tuple[str, ...] = ()
    """Those of the `_shared_options` that it takes."""
    own: Callable[[argparse.ArgumentParser], object] = lambda _: None
    """Adds its own arguments."""


def parser(
    make: Callable[..., argparse.ArgumentParser] = argparse.ArgumentParser, only: Container[str] | None = None
) -> argparse.ArgumentParser:
    """The whole command line, in English; `tools.catalogues` finds its sentences here.

    Args:
        make: makes the commands' parsers; another one formats differently, or translates.
        only: the commands that can be parsed, the others are only listed; None: all of them.
    """
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--config", action=FileOption, metavar="FILE", type=Path, help="the configuration file")
    common.add_argument("--json", action="store_true", help="one JSON document on standard output")
    common.add_argument("-v", "--verbose", action="store_true", help="say more in the log")
    top = make(
        prog="termintreu",
        description="Keeps the calls you promised: reminders and tasks in the calendar you already have.",
        # Allowed before and after the command.
        parents=[common],
    )
    top.add_argument("--version", action="version", version=f"termintreu {__version__}")
    shared = _shared_options()

    def made(*, prog: str, **options: Any) -> argparse.ArgumentParser | None:
        return make(prog=prog, **options) if only is None or prog.rpartition(" ")[2] in only else None

    commands_at: Any = top.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        parser_class=made,  # type: ignore[call-overload]  # argparse calls it only
    )
    for one in _COMMANDS:
        parents = [common, *(shared[name] for name in one.takes)]
        sub = commands_at.add_parser(one.name, help=one.text, description=one.text, parents=parents)
        if sub is not None:
            sub.set_defaults(run=one.run, command=one.name)
            one.own(sub)
            if one.name == "init":
                sub.set_defaults(follow=partial(_follow, commands_at.choices))
    return top


def _shared_options() -> Mapping[str, argparse.ArgumentParser]:
    """What several commands take, by the name that `_Command.takes` has for it."""
    at, whom, one_or_all = (
        argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS) for _ in range(3)
    )
    at.add_argument("--at", metavar="ISO8601", help="act as if it were that moment")
    whom.add_argument(
        "--person", metavar="NAME", help="whom it is about, where the configuration is for several people"
    )
    one_or_all.add_argument(
        "--person", metavar="NAME", help="this one only, where the configuration is for several people; default: all"
    )
    return {"at": at, "whom": whom, "one_or_all": one_or_all}


def _add_worker(worker: argparse.ArgumentParser) -> None:
    worker.add_argument("--jobs", metavar="N", type=int, default=16, help="turns at once; default: 16")
    worker.add_argument(
        "--keep", metavar="N", type=int, default=200, help="people whose calendars stay in memory; default: 200"
    )


def _add_purge(purge: argparse.ArgumentParser) -> None:
    purge.add_argument("--dry-run", action="store_true", default=False, help="only list what would go")
    purge.add_argument("--yes", action="store_true", default=False, help="do not ask first")


def _add_service(service_: argparse.ArgumentParser) -> None:
    service_.add_argument("action", choices=SERVICE_ACTIONS, help="what to do")
    service_.add_argument(
        "--system", action="store_true", default=False, help="for the machine; root means that anyway"
    )


def _add_answer(answer: argparse.ArgumentParser) -> None:
    answer.add_argument(
        "text",
        nargs="?",
        help="UID, part of a title, or name of a contact: the last call that has begun; or a number in the newest open "
        "question about several calls",
    )
    answer.add_argument(
        "outcome", nargs="?", choices=OUTCOMES, help='"unknown" takes back all that you said of the call'
    )
    answer.add_argument(
        "--all",
        choices=OUTCOMES,
        metavar="OUTCOME",
        help="the same for every call that you are asked about now",
    )
    answer.add_argument("--on", metavar="DAY", help="the day of the call (2026-11-25), or its start (2026-11-25T14:30)")
    answer.add_argument("--minutes", metavar="N", type=int, help="how many minutes late")
    answer.add_argument("--by", choices=("me", "them"), help="who called it off; default: whose appointment it is")
    answer.add_argument(
        "--undo", action="store_true", default=False, help="take your last answer back: what was said before it stands"
    )


def _add_login(login: argparse.ArgumentParser) -> None:
    login.add_argument("source", help="name of the source or address book; target: that of [target]")
    way = login.add_mutually_exclusive_group()
    way.add_argument(
        "--paste",
        action="store_true",
        default=False,
        help="the browser is on another machine: paste the address at which it ends",
    )
    way.add_argument(
        "--device",
        action="store_true",
        default=False,
        help="type a code on another machine, where the server knows that",
    )


def _add_init(init: argparse.ArgumentParser) -> None:
    place = init.add_mutually_exclusive_group()
    place.add_argument("--url", help="address of the CalDAV server or feed, or its host, or your e-mail address there")
    place.add_argument("--path", action=FileOption, help="folder of .ics files, instead of a server")
    init.add_argument(
        "--target-path",
        action=FileOption,
        metavar="FOLDER",
        help="folder for reminders; for a feed, which is only read",
    )
    init.add_argument("--username", help="log-in name")
    password = init.add_mutually_exclusive_group()
    password.add_argument("--password-file", action=FileOption, metavar="FILE", help="the password's file, mode 0600")
    password.add_argument("--password-credential", metavar="NAME", help="the password's systemd credential")
    password.add_argument("--password-env", metavar="NAME", help="the password's environment variable")
    password.add_argument("--password-command", metavar="COMMAND", help="a command that prints the password")
    password.add_argument("--password-keyring", metavar="SERVICE", help="the password's place in the keyring")
    init.add_argument("--calendar", action="append", help="a calendar to read; may be given again; default: all")
    init.add_argument("--name", help="your name, as it stands in invitations")
    init.add_argument("--email", action="append", help="an address of yours; may be given again")
    init.add_argument("--region", help="country or state for numbers and holidays: DE, DE-BY, AT")
    init.add_argument("--timezone", help="default: the machine's; where that is UTC, the region's")
    init.add_argument("--language", choices=("de", "en"), help="of all texts: those in the calendar, and these")
    init.add_argument("--no-try", dest="attempt", action="store_false", help="write without trying the account")
    init.add_argument("--force", action="store_true", help="replace a file that is there")


def _add_sync(sync: argparse.ArgumentParser) -> None:
    sync.add_argument("name", nargs="+", help="whom")


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("text", help="part of a title, or a UID")


def _add_config(config: argparse.ArgumentParser) -> None:
    config.add_argument("--path", action="store_true", default=False, help="only say where it is")


def _add_logout(logout: argparse.ArgumentParser) -> None:
    logout.add_argument("source", help="name of the source")


def _add_rating(rating: argparse.ArgumentParser) -> None:
    rating.add_argument("contact", nargs="?", help="e-mail address, number, or a part of the name; default: all")


def _add_taught(taught: argparse.ArgumentParser) -> None:
    taught.add_argument("--forget", metavar="TEXT", help="revoke it: a title, a part of one, or a UID")


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("contact", help="e-mail address, number, or a part of the name")


def _add_erase(erase: argparse.ArgumentParser) -> None:
    _add_export(erase)
    erase.add_argument("--yes", action="store_true", default=False, help="do not ask first")


def _add_demo(demo: argparse.ArgumentParser) -> None:
    demo.add_argument("--once", action="store_true", default=False, help="show it, then end")


_WHOM = ("whom",)
_AT_WHOM = ("at", "whom")
_AT_ALL = ("at", "one_or_all")
_COMMANDS = (
    _Command(
        "init", "setting_up.init", "begin a configuration: a few questions, a try, a commented file", own=_add_init
    ),
    _Command("run", "cycles.run", "the daemon"),
    _Command("once", "cycles.once", "one cycle, then exit", _AT_ALL),
    _Command("sync", "machines.sync", "have workers look after people now, before all others", own=_add_sync),
    _Command("worker", "machines.worker", "take turns from the queue that many machines share", own=_add_worker),
    _Command("scheduler", "machines.scheduler", "queue the turns that are due, for workers"),
    _Command("plan", "cycles.plan", "a dry run: what the next cycle would write, and why", _AT_ALL),
    _Command(
        "explain",
        "cycles.explain",
        "how a call was recognised, judged, and what is written for it",
        _AT_WHOM,
        _add_explain,
    ),
    _Command(
        "config",
        "setting_up.config",
        "open the configuration in your editor, and put in place what is good",
        own=_add_config,
    ),
    _Command(
        "check", "checking.check", "read the configuration and print every problem with its place", ("one_or_all",)
    ),
    _Command("doctor", "setting_up.doctor", "try every account, and one alarm written, read back and removed", _WHOM),
    _Command(
        "login",
        "logging_in.login",
        "obtain what a source needs to log in: OAuth 2, or a Nextcloud's link",
        _WHOM,
        _add_login,
    ),
    _Command("logout", "logging_in.logout", "have it withdrawn, and forget it here", _WHOM, _add_logout),
    _Command("status", "status.status", "the last cycle, each source's health, the next wake-up", ("one_or_all",)),
    _Command("rating", "contacts.rating", "ratings, with the calls they rest on", _AT_WHOM, _add_rating),
    _Command("taught", "teaching.taught", "what #skip and #call taught about series and titles", _AT_WHOM, _add_taught),
    _Command("answer", "contacts.answer", "record how a call went", _AT_WHOM, _add_answer),
    _Command("purge", "cycles.purge", "remove all that we wrote, and nothing else", _WHOM, _add_purge),
    _Command("export", "contacts.export", "all that is known of a contact", _AT_WHOM, _add_export),
    _Command("erase", "contacts.erase", "forget a contact, in the state and in what we wrote", _AT_WHOM, _add_erase),
    _Command(
        "service",
        "service.service",
        "run the daemon as a service of systemd, for you or for the machine",
        own=_add_service,
    ),
    _Command("demo", "setting_up.demo", "a realistic week on a real server on loopback", own=_add_demo),
)


def _follow(commands: Container[str], words: Sequence[str]) -> int | None:
    """Carry out another command; None where there is no such one."""
    return _carried_out(words) if words[0] in commands else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the return value is the exit code. `arguments`: None takes those of this process, which ends
    with the command."""
    if arguments is not None:
        return _carried_out(arguments)
    code = _carried_out(None)
    _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process without waiting for threads that are blocked by a dead resolver or disk."""
    deadline = time.monotonic() + _PATIENCE
    lasting = [one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon]
    for thread in lasting:
        thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in lasting):
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _carried_out(arguments: Sequence[str] | None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    speaking = partial(Parser, language=lambda: _language(_config_in(words)))
    given = parser(speaking, only=words).parse_args(arguments)
    for name, default in (("config", None), ("json", False), ("verbose", False), ("at", None), ("person", None)):
        if not hasattr(given, name):
            setattr(given, name, default)
    try:
        code = _handed_over(given, words)
        return _run(given) if code is None else code
    except ConfigError as error:
        language = _language(given.config, given.person, wrong=True)
        problems = [_translated(problem, language) for problem in error.problems]
        wrong = _translated("the configuration is wrong", language)
        _told(problems, given, error=wrong, problems=problems)
        return EXIT_CONFIG
    except UsageError as error:
        _told_error(error, given)
        return EXIT_USAGE
    except TermintreuError as error:
        _told_error(error, given)
        return EXIT_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_FAILED
    except KeyboardInterrupt:
        return 130


def _run(given: argparse.Namespace) -> int:
    """Import a command, and run it."""
    if given.command not in _LIGHT:
        from termintreu.service.logs import setup  # noqa: PLC0415 - whoever logs nothing need not wait for the library

        setup(verbose=given.verbose)
    run = _function(given.run)
    tune_gc()
    return run(given)


def _function(name: str) -> Callable[[argparse.Namespace], int]:
    """What `_Command.run` names."""
    module, _, function = name.partition(".")
    run: Callable[[argparse.Namespace], int] = getattr(import_module(f"termintreu.ui.cli.commands.{module}"), function)
    return run


def _told_error(error: Exception, given: argparse.Namespace) -> None:
    text = _translated(str(error), _language(given.config, given.person))
    _told([f"termintreu: {text}"], given, error=text)


def _handed_over(given: argparse.Namespace, words: Sequence[str]) -> int | None:
    """The exit code of a command that was run as the machine's service; None where this process is to run it."""
    config = _config(given.config)
    if config is None:
        return None  # the command says so, where it needs one
    from termintreu.ui.cli.whose_service import service_of  # noqa: PLC0415 - help comes to none of this

    service = service_of(given.command, config, uid=os.geteuid(), environ=os.environ)
    if service is None:
        return None
    from termintreu.service.status_client import answers  # noqa: PLC0415 - only root's commands about a service come here

    if given.command == "status" and given.person is None and answers(config):
        return None
    from termintreu.ui.cli.as_service import handed_over  # noqa: PLC0415 - as above
    from termintreu.ui.cli.unit_files import program  # noqa: PLC0415 - as above

    return handed_over(given.command, service, words, program())


def _told(lines: Iterable[str], given: argparse.Namespace, **document: object) -> None:
    """Print why a command failed: on standard error, and with --json as the one document, too."""
    for line in lines:
        complain(line)
    if given.json:
        from termintreu.ui.cli.commands.printing import print_json  # noqa: PLC0415 - what prints reports needs more

        print_json(document)


def _translated(error: str, language: Language) -> str:
    from termintreu.model.texts.errors import translated  # noqa: PLC0415 - most commands end without an error

    return translated(error, language)


def _language(config: Path | None, person: str | None = None, *, wrong: bool = False) -> Language:
    """The reader's language, whatever state the configuration is in."""
    from termintreu.config.language import language_of  # noqa: PLC0415 - a command that shows no sentence needs none

    return language_of(_config(config), os.environ, person, wrong=wrong)


def _config(given: Path | None) -> Path | None:
    from termintreu.config.environment import find_config  # noqa: PLC0415 - `--version` needs no configuration

    with contextlib.suppress(ConfigError):
        return find_config(given, os.environ)
    return None


def _config_in(words: Sequence[str]) -> Path | None:
    """The configuration that a command line names, before it is parsed: help and errors may be all that is shown."""
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if len(name) > len("--") and "--config".startswith(name):
            following = words[place + 1 : place + 2]
            return Path(value) if equals else Path(following[0]) if following else None
    return None


if __name__ == "__main__":
    sys.exit(main())
