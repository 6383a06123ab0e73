"""The command about what the user taught: `taught`."""

from __future__ import annotations

from dataclasses import replace

from termintreu.model import msg
from termintreu.model.texts import clean
from termintreu.ui.cli import taught_lines
from termintreu.ui.cli.commands import Arguments, UsageError
from termintreu.ui.cli.commands.context import Context, context_of
from termintreu.ui.cli.commands.printing import print_json, print_lines, say


def taught(arguments: Arguments) -> int:
    """`termintreu taught [--forget TEXT]`: what `#skip` and `#call` taught, or one of it revoked."""
    with context_of(arguments, dry=arguments.forget is None) as context:
        texts = context.world.texts
        found = taught_lines.taught(context.world.memory.load_history(context.now).lessons.values())
        if arguments.forget is not None:
            found = (_forgotten(context, found, arguments.forget),)
        if arguments.json:
            print_json(taught_lines.as_json(found, texts))
        elif found:
            print_lines(taught_lines.lines(found, texts))
    if arguments.forget is not None:
        done = msg("forgotten; where the word still stands in an appointment, it holds for that appointment alone")
        say(texts.render(done))
    elif not found:
        say(texts.render(msg("nothing was taught: write #skip or #call into the title of an appointment")))
    return 0


def _forgotten(context: Context, found: tuple[taught_lines.TaughtTitle, ...], text: str) -> taught_lines.TaughtTitle:
    """Revoke what a text names. Raises UsageError for none or several."""
    named = taught_lines.matching(found, text)
    if len(named) != 1:
        titles = ", ".join(f"“{clean(one.title)}” ({clean(one.source, 30)})" for one in named[:5]) or "none"
        raise UsageError(f"{text!r} must name one title of `termintreu taught`, or a UID; matching: {titles}")
    revoked = [replace(one, status="forgotten", changed_at=context.now) for one in named[0].lessons]
    context.world.memory.remember(now=context.now, lessons=revoked)
    return named[0]
