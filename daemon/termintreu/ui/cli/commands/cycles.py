"""Commands that run cycles: `run`, `once`, `plan` and `explain`; and `purge`, which removes what cycles wrote."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import structlog
from rich.text import Text

from termintreu.config.profiles import Profiles
from termintreu.cycle.report import Report, document
from termintreu.judging.rules.common.base import Params
from termintreu.model import msg
from termintreu.model.defects import log_defect
from termintreu.model.errors import ConfigError, TermintreuError
from termintreu.model.texts import Texts, clean
from termintreu.service import bootstrap, progress_bar, state_lock
from termintreu.service.admission import Admission
from termintreu.service.daemon import Service
from termintreu.ui.cli import report_lines
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import Context, context_of, contexts_of, run_to_end
from termintreu.ui.cli.commands.outcome import Outcome, shown
from termintreu.ui.cli.commands.printing import at_terminal, confirmed, on_terminal, print_json, print_lines, say
from termintreu.ui.cli.commands.reader import config_path, texts_of
from termintreu.ui.cli.commands.through_daemon import run_by_daemon
from termintreu.ui.cli.explain import (
    explain_json,
    explain_lines,
    matching,
    other_json,
    other_lines,
    others_matching,
    skipped_json,
    skipped_lines,
    skipped_matching,
)
from termintreu.ui.cli.purge import Purged, purge_all, purgeable
from termintreu.ui.cli.report_lines import marked_lines
from termintreu.ui.web.opening import opened

log = structlog.get_logger(__name__)

LIMIT = 60.0
"""Seconds that `once` takes at most, also where servers hang."""
_TO_END = 6.0
"""Seconds of them that are kept for closing connections and printing."""
_AT_LEAST = 10.0
"""Seconds that each profile's cycle gets at least."""
_PERMIT_KEPT = 1.0
"""Seconds after which a hanging cycle lets the next profile begin."""


def run(arguments: Arguments) -> int:
    """`termintreu run`."""
    return run_to_end(Service(config_path(arguments), page=opened, shown=marked_lines).run())


def once(arguments: Arguments) -> int:
    """`termintreu once`: hands the cycle to the daemon, where one runs on the state."""
    ends = time.monotonic() + LIMIT
    profiles = bootstrap.load_profiles(config_path(arguments))
    try:
        with state_lock.held(bootstrap.lock_place(profiles.config), "once"):
            return _cycles(profiles, arguments, dry=False, ends=ends - _TO_END)
    except state_lock.StateInUse as busy:
        if busy.holder != "run":
            raise TermintreuError(f"{busy}: try again when it is done") from busy
        return run_by_daemon(profiles, arguments, busy, ends=ends)


def plan(arguments: Arguments) -> int:
    """`termintreu plan`."""
    return _cycles(bootstrap.load_profiles(config_path(arguments)), arguments, dry=True)


def _cycles(profiles: Profiles[Params], arguments: Arguments, *, dry: bool, ends: float | None = None) -> int:
    """Run one cycle; without --person one for each profile. `ends`: monotonic seconds."""
    if profiles.several and arguments.person is None:
        for problem in profiles.problems:
            say(texts_of(arguments).error(problem))
        outcomes = _of_all(profiles, arguments, dry=dry, ends=ends)
        return shown(outcomes, arguments, several=True, bad=bool(profiles.problems))
    with context_of(arguments, dry=dry) as context:
        with progress_bar.shown(context.world.texts.language) as context.world.accounts.progress:
            report = context.cycle(dry=dry, ends=ends)
        outcome = _outcome("", report, context)
    return shown([outcome], arguments, several=False)


def _of_all(profiles: Profiles[Params], arguments: Arguments, *, dry: bool, ends: float | None) -> list[Outcome]:
    """Run one cycle for each profile, concurrently; a failed one stops no other."""
    admission = Admission(patience=_PERMIT_KEPT)

    texts = texts_of(arguments)
    with contexts_of(profiles, arguments, dry=dry) as context_for, progress_bar.shown(texts.language) as progress:

        async def cycle(name: str) -> Outcome:
            async with admission.permit():
                try:
                    # A password may come from a command that takes its time.
                    context = await asyncio.to_thread(context_for, name)
                    context.world.accounts.progress = progress
                    own_end = None if ends is None else max(ends, time.monotonic() + _AT_LEAST)
                    return _outcome(name, await context.turn(dry=dry, ends=own_end), context)
                except UsageError:
                    raise
                except Exception as error:  # noqa: BLE001 - a defect in one cycle must not end the others
                    return _trouble(name, error, arguments)

        async def all_cycles() -> list[Outcome]:
            return await asyncio.gather(*map(cycle, profiles.names))

        return run_to_end(all_cycles())


def _outcome(name: str, report: Report, context: Context) -> Outcome:
    texts = context.world.texts
    return Outcome(
        name=name,
        failed=report.failed,
        document=document(report, texts.render, context.world.zone),
        lines=tuple(report_lines.report_lines(report, texts, whole=not on_terminal())),
    )


def _trouble(name: str, error: Exception, arguments: Arguments) -> Outcome:
    """The outcome of a profile whose cycle failed."""
    texts = texts_of(arguments, name)
    if isinstance(error, ConfigError):
        texts = texts_of(arguments, name, wrong=True)
        problems = list(map(texts.error, error.problems))
        document: dict[str, Any] = {"error": texts.error("the configuration is wrong"), "problems": problems}
        return Outcome(name=name, failed=True, document=document, said=tuple(problems))
    if isinstance(error, TermintreuError):
        text = texts.error(str(error))
        return Outcome(name=name, failed=True, document={"error": text}, said=(f"{name}: {text}",))
    log_defect(log.bind(profile=name), "cycle failed by a defect", error)
    return Outcome(
        name=name,
        failed=True,
        document={"error": texts.error(f"a defect of ours ({type(error).__name__}); the log says more")},
    )


def explain(arguments: Arguments) -> int:
    """`termintreu explain TEXT`."""
    with context_of(arguments, dry=True) as context:
        report = context.cycle(dry=True)
        found, skipped = matching(report, arguments.text), skipped_matching(report, arguments.text)
        others = [] if found or skipped else others_matching(report, arguments.text)
        texts, me = context.world.texts, context.world.config.me
        if arguments.json:
            told = [explain_json(call, report, texts) for call in found]
            told += [skipped_json(one, texts) for one in skipped]
            print_json(told + [other_json(one, me, texts) for one in others])
        else:
            whole = not on_terminal()
            print_lines(line for call in found for line in explain_lines(call, report, texts, whole=whole))
            print_lines(line for one in skipped for line in skipped_lines(one, texts))
            print_lines(line for one in others for line in other_lines(one, me, texts))
        if not (found or skipped):
            say(texts.render(msg("no call within the window matches")))
    return 0 if found or skipped else 1


def purge(arguments: Arguments) -> int:
    """`termintreu purge`: refused while a daemon runs, since that would write everything again."""
    profiles = bootstrap.load_profiles(config_path(arguments))
    place = None if arguments.dry_run else bootstrap.lock_place(profiles.config)
    try:
        with state_lock.held(place, "purge"), context_of(arguments, dry=arguments.dry_run) as context:
            return _listed(context, arguments) if arguments.dry_run else _purged(context, arguments)
    except state_lock.StateInUse as busy:
        why = (
            "stop it first, for it would write everything again"
            if busy.holder == "run"
            else "try again when it is done"
        )
        raise TermintreuError(f"{busy}: {why}") from busy


def _purged(context: Context, arguments: Arguments) -> int:
    texts = context.world.texts
    if not arguments.yes and at_terminal() and not _wanted(context):
        say(texts.render(msg("nothing was removed")))
        return 1
    done = asyncio.run(purge_all(context.world, context.now))
    if arguments.json:
        names = [one.name for one in done.collections]
        print_json({"removed": len(done.items), "collections": names, "errors": list(done.errors)})
    else:
        print_lines(_removed_lines(done, texts))
    return 1 if done.errors else 0


def _removed_lines(done: Purged, texts: Texts) -> Iterator[Text]:
    yield Text(texts.render(msg("{n:item|items} removed", n=len(done.items))))
    for one in done.collections:
        yield Text(texts.render(msg("{name}: empty, made by us, and removed as well", name=one.name)))
    for error in done.errors:
        yield Text(texts.error(error), style="red")


def _wanted(context: Context) -> bool:
    """Show what would go, and ask."""
    texts = context.world.texts
    found = asyncio.run(purgeable(context.world, context.now))
    for line in _purge_lines(found, texts):
        say(line.plain)
    return confirmed(msg("Remove them?"), texts)


def _listed(context: Context, arguments: Arguments) -> int:
    """Print what a purge would remove, without removing it."""
    found = asyncio.run(purgeable(context.world, context.now))
    if arguments.json:
        listed = [{"title": item.summary, "file": item.href, "collection": item.collection} for item in found.items]
        names = [one.name for one in found.collections]
        print_json({"removed": 0, "errors": list(found.errors), "would_remove": listed, "collections": names})
    else:
        print_lines(_purge_lines(found, context.world.texts))
    return 1 if found.errors else 0


def _purge_lines(found: Purged, texts: Texts) -> Iterator[Text]:
    for item in found.items:
        yield Text(f"- {clean(item.summary)}  {item.href}")
    for one in found.collections:
        yield Text(texts.render(msg("{name}: made by us, and empty then; it goes as well", name=one.name)))
    for error in found.errors:
        yield Text(texts.error(error), style="red")
    if not found.errors:
        yield Text(texts.render(msg("{n:item|items} would be removed", n=len(found.items))))
