"""Cycles: the daemon, one cycle, a dry one, what it makes of a call; and all that cycles wrote, taken away again."""

from __future__ import annotations

import asyncio

from rich.text import Text

from termintreu import bars, views
from termintreu.commands import Arguments
from termintreu.commands.printing import print_json, print_lines, say
from termintreu.commands.scene import config_path, scene_of
from termintreu.explain import explain_json, explain_lines, matching
from termintreu.purge import purge_all
from termintreu.report import document
from termintreu.service import Service


def run(arguments: Arguments) -> int:
    """`termintreu run`."""
    return asyncio.run(Service(config_path(arguments)).run())


def once(arguments: Arguments) -> int:
    """`termintreu once`."""
    return _one_cycle(arguments, dry=False)


def plan(arguments: Arguments) -> int:
    """`termintreu plan`."""
    return _one_cycle(arguments, dry=True)


def _one_cycle(arguments: Arguments, *, dry: bool) -> int:
    with scene_of(arguments, dry=dry) as scene:
        with bars.shown() as scene.world.progress:
            report = scene.cycle(dry=dry)
        if arguments.json:
            print_json(document(report, scene.world.texts.render, scene.world.zone))
        else:
            print_lines(views.report_lines(report, scene.world.texts))
    return 1 if report.failed else 0


def explain(arguments: Arguments) -> int:
    """`termintreu explain TEXT`."""
    with scene_of(arguments, dry=True) as scene:
        report = scene.cycle(dry=True)
        found = matching(report, arguments.text)
        if arguments.json:
            print_json([explain_json(call, report, scene.world.texts) for call in found])
        else:
            print_lines(line for call in found for line in explain_lines(call, report, scene.world.texts))
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
