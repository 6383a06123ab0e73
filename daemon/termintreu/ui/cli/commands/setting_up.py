"""Setting up: a look at what it does, a first configuration, and whether one is good and its accounts answer."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from rich.console import Console
from rich.prompt import Prompt
from rich.text import Text

from termintreu.config.file import user_config
from termintreu.model.errors import ConfigError
from termintreu.service import bootstrap
from termintreu.ui.cli import doctor as examination
from termintreu.ui.cli import init as beginning
from termintreu.ui.cli.commands import EXIT_CONFIG, Arguments, UsageError
from termintreu.ui.cli.commands.printing import at_terminal, print_json, print_lines, say
from termintreu.ui.cli.commands.scene import Scene, config_path, person, scene_of
from termintreu.ui.web import opening


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
    given = _given_beginning(arguments)
    ask = _ask if interactive else None
    if ask is not None:
        given = beginning.asked(given, ask)
    if lacking := beginning.missing(given) if ask is None else []:
        raise UsageError(f"not on a terminal, so say more: {', '.join(lacking)}")
    if arguments.attempt:
        given = beginning.reach(given, ask, say)
    written = beginning.write(given, path, force=arguments.force)
    if arguments.json:
        print_json({"written": [str(file) for file in written]})
    else:
        print_lines(Text(f"{file}: written, for you only") for file in written)
        print_lines([Text("Next: termintreu doctor, then termintreu plan")])
    return 0


def _given_beginning(arguments: Arguments) -> beginning.Beginning:
    kinds = ("credential", "env", "file", "command", "keyring")
    references = [
        beginning.reference(kind, value) for kind in kinds if (value := getattr(arguments, f"password_{kind}"))
    ]
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return beginning.Beginning(
        place=arguments.url or (str(Path(arguments.path).expanduser().resolve()) if arguments.path else ""),
        username=arguments.username or "",
        reference=references[0] if references else None,
        calendars=tuple(arguments.calendar or ()),
        name=arguments.name or "",
        emails=tuple(arguments.email or ()),
        region=arguments.region or beginning.region_of(locale) or "DE",
        timezone=arguments.timezone or "",
        language=arguments.language or ("en" if locale[:2] not in {"", "de"} else "de"),
    )


def _ask(question: str, default: str, hidden: bool) -> str:
    console = Console(stderr=True, highlight=False)
    return Prompt.ask(question, default=default or ..., password=hidden, console=console) or ""  # type: ignore[arg-type]  # rich's own sign for "no default"


def check(arguments: Arguments) -> int:
    """`termintreu check`."""
    path = config_path(arguments)
    problems, warnings, good = _judged(path, arguments)
    for line in (*warnings, *problems):
        say(line)
    if arguments.json:
        print_json({"path": str(path), "problems": problems, "warnings": warnings})
    elif not problems:
        print_lines([Text(good)])
    return EXIT_CONFIG if problems else 0


def _judged(path: Path, arguments: Arguments) -> tuple[list[str], list[str], str]:
    """What is wrong with a configuration, what to warn about, and what to say where nothing is wrong."""
    try:
        people = bootstrap.load_people(path)
    except ConfigError as error:
        return error.problems, [], ""
    everybody = people.several and arguments.person is None
    names = people.names if everybody else (person(people, arguments.person),)
    # Who asks about one person is told what concerns others, too; it is no problem of that person's.
    problems, others = (list(people.problems), []) if everybody else ([], list(people.problems))
    lacking = opening.missing() if people.config.web.listen else None
    warnings = [*people.warnings, *others, *([f"{people.path}: {lacking}"] if lacking else [])]
    for name in names:
        try:
            loaded = people.load(name)
        except ConfigError as error:
            problems += error.problems
            continue
        unread = [*bootstrap.unreadable_logs(loaded), *bootstrap.unreadable_books(loaded)]
        warnings += [*loaded.warnings, *people.placed(name, unread)]
    return problems, warnings, f"{people.path}: good" + (f" for {len(names)} people" if people.several else "")


async def _examined(scene: Scene) -> examination.Examination:
    """Told to end, it tidies up first."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await examination.examine(scene.world, scene.now)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def doctor(arguments: Arguments) -> int:
    """`termintreu doctor`."""
    with scene_of(arguments, dry=True) as scene:
        for warning in scene.warnings:
            say(warning)
        examined = asyncio.run(_examined(scene))
    if arguments.json:
        print_json([one.as_json() for one in examined])
    else:
        print_lines(examination.lines(examined))
    return 0 if all(one.ok for one in examined) else 1
