"""Whoever logs in with a browser while a command waits: shown where to, by a link, a code, or a QR code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import threading
from typing import TYPE_CHECKING

from termintreu.model import Message, msg
from termintreu.model.texts import Texts
from termintreu.ui.cli.commands.printing import say

if TYPE_CHECKING:
    from termintreu.service import logins


class BrowserPerson:
    """See `logins.Person`."""

    def __init__(self, how: logins.How, texts: Texts, *, hint: Message | None = None) -> None:
        """`hint`: what to know where the browser ends at this machine."""
        self._how = how
        self._texts = texts
        self._hint = hint

    def show(self, url: str, *, code: str | None = None, scan: str | None = None) -> None:
        """Print the address on a line of its own, and the code."""
        opens = self._how == "browser" and code is None and has_display()
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
        elif self._hint is not None and code is None:
            self._say(self._hint)
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


def has_display() -> bool:
    """Whether a browser could open on this machine, as far as that shows."""
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
