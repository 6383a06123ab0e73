"""Cycles: the daemon, one cycle, a dry one, what it makes of a call; and all that cycles wrote, taken away again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import structlog
from rich.text import Text

from termintreu import bars, bootstrap, views
from termintreu.commands import Arguments, UsageError
from termintreu.commands.printing import on_terminal, print_json, print_lines, say
from termintreu.commands.scene import Scene, config_path, scene_of, scenes_of
from termintreu.errors import ConfigError, TermintreuError
from termintreu.explain import explain_json, explain_lines, matching
from termintreu.logs import log_defect
from termintreu.people import People
from termintreu.purge import purge_all
from termintreu.report import Report, document
from termintreu.rules.base import Params
from termintreu.service import Service

log = structlog.get_logger(__name__)


def run(arguments: Arguments) -> int:
    """`termintreu run`."""
    return asyncio.run(Service(config_path(arguments)).run())


def once(arguments: Arguments) -> int:
    """`termintreu once`."""
    return _cycles(arguments, dry=False)


def plan(arguments: Arguments) -> int:
    """`termintreu plan`."""
    return _cycles(arguments, dry=True)


def _cycles(arguments: Arguments, *, dry: bool) -> int:
    """One cycle; without --person one for everybody of the configuration."""
    people = bootstrap.load_people(config_path(arguments))
    if people.several and arguments.person is None:
        return _of_everybody(people, arguments, dry=dry)
    with scene_of(arguments, dry=dry) as scene:
        report = _cycle(scene, dry=dry)
        if arguments.json:
            print_json(_document(report, scene))
        else:
            print_lines(_lines(report, scene))
    return 1 if report.failed else 0


def _of_everybody(people: People[Params], arguments: Arguments, *, dry: bool) -> int:
    """One cycle for each in turn; the trouble of one keeps nobody else from theirs."""
    told: list[dict[str, Any]] = []
    for problem in people.problems:
        say(problem)
    failed = bool(people.problems)
    with scenes_of(people, arguments, dry=dry) as scene_for:
        for name in people.names:
            if not arguments.json:
                print_lines([*([Text()] if told else []), Text(f"== {name} ==", style="bold")])
            try:
                scene = scene_for(name)
                report = _cycle(scene, dry=dry)
                entry, lines = _document(report, scene), list(_lines(report, scene))
            except UsageError:
                raise
            except Exception as error:  # noqa: BLE001 - a defect for one person must not keep others from being served
                told.append({"name": name, **_trouble(name, error)})
                failed = True
                continue
            told.append({"name": name, **entry})
            failed = failed or report.failed
            if not arguments.json:
                print_lines(lines)
    if arguments.json:
        print_json({"people": told})
    elif not told:
        say("there is nobody yet")
    return 1 if failed else 0


def _trouble(name: str, error: Exception) -> dict[str, Any]:
    """Why there was no cycle for somebody: said to people, and as it stands in the document."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            say(problem)
        return {"error": "the configuration is wrong", "problems": error.problems}
    if not isinstance(error, TermintreuError):
        log_defect(log.bind(person=name), "cycle failed by a defect", error)
        return {"error": f"a defect of ours ({type(error).__name__}); the log says more"}
    say(f"{name}: {error}")
    return {"error": str(error)}


def _cycle(scene: Scene, *, dry: bool) -> Report:
    with bars.shown() as scene.world.progress:
        return scene.cycle(dry=dry)


def _document(report: Report, scene: Scene) -> dict[str, Any]:
    return document(report, scene.world.texts.render, scene.world.zone)


def _lines(report: Report, scene: Scene) -> Iterator[Text]:
    return views.report_lines(report, scene.world.texts, whole=not on_terminal())


def explain(arguments: Arguments) -> int:
    """`termintreu explain TEXT`."""
    with scene_of(arguments, dry=True) as scene:
        report = scene.cycle(dry=True)
        found = matching(report, arguments.text)
        if arguments.json:
            print_json([explain_json(call, report, scene.world.texts) for call in found])
        else:
            whole = not on_terminal()
            print_lines(line for call in found for line in explain_lines(call, report, scene.world.texts, whole=whole))
    if not found:
        say("no call within the window matches")
    return 0 if found else 1


def purge(arguments: Arguments) -> int:
    """`termintreu purge`."""
    with scene_of(arguments, dry=False) as scene:
        removed, errors = asyncio.run(purge_all(scene.world, scene.now))
    if arguments.json:
        print_json({"removed": removed, "errors": errors})
    else:
        print_lines([Text(f"{removed} removed"), *(Text(error, style="red") for error in errors)])
    return 1 if errors else 0
