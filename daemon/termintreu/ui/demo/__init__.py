"""`termintreu demo`: a realistic week on a real server on loopback, the daemon at work, and what it wrote."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from termintreu.cycle.cycle import run_cycle
from termintreu.cycle.report import Report, document
from termintreu.model import Observed, msg
from termintreu.model.errors import TermintreuError
from termintreu.model.texts import Texts
from termintreu.service import bootstrap
from termintreu.ui.cli.report_lines import report_lines, show
from termintreu.ui.demo.notify_listener import NotifyListener, listen
from termintreu.ui.demo.past import earlier_calls
from termintreu.ui.demo.server import PASSWORD, USER, DemoServer, free_port, radicale
from termintreu.ui.demo.week import contacts_toml, realistic_week
from termintreu.ui.labels import item_word

_CALENDARS = {"arbeit": "Arbeit", "vertrieb": "Vertrieb"}
_READY_TIMEOUT = 90.0


def run_demo(*, once: bool, tell: Callable[[dict[str, Any]], None] | None = None) -> int:
    """Show the demo; without `once` it stays up until Ctrl-C. Returns the exit code.

    Args:
        once: it ends by itself.
        tell: is given a document of the same, instead of people being shown it.
    """
    console = Console(highlight=False)
    zone = ZoneInfo("Europe/Berlin")
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="termintreu-demo-") as name, radicale(Path(name)) as server:
        folder = Path(name)
        _fill(server, now, zone)
        page = f"127.0.0.1:{free_port()}"
        config = _write_config(folder, server, page)
        asyncio.run(_remember_earlier_calls(config, now, zone))
        # A first cycle three hours ago, so that the call which has just ended was known before it began.
        asyncio.run(_look(config, now - timedelta(hours=3), dry=False))
        with _daemon(config, folder):
            report, texts = asyncio.run(_look(config, datetime.now(UTC), dry=True))
            if tell is not None:
                tell(_document(report, texts, server, page))
            else:
                _show(console, report, texts, server)
                console.print(f"{texts.render(msg('Page')):<7} [bold]http://{page}/[/]")
                if not once:
                    console.print(texts.render(msg("Ctrl-C ends the demo.")), style="dim")
            if not once:
                _stay()
    return 0


def _fill(server: DemoServer, now: datetime, zone: ZoneInfo) -> None:
    for path, name in _CALENDARS.items():
        server.make_calendar(path, name)
    for event in realistic_week(now, zone):
        server.put(f"{event.calendar.lower()}/{event.uid.partition('@')[0]}.ics", event.ics())


def _write_config(folder: Path, server: DemoServer, page: str) -> Path:
    language = "de" if os.environ.get("LANG", "").startswith("de") else "en"
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    path = folder / "config.toml"
    path.write_text(
        f"""
language = "{language}"
timezone = "Europe/Berlin"

[me]
name = "Anna Beispiel"
emails = ["anna@beispiel.example"]
region = "DE"
[me.working_hours]
mon = ["08:30-12:30", "13:00-17:30"]
tue = ["08:30-12:30", "13:00-17:30"]
wed = ["08:30-12:30", "13:00-17:30"]
thu = ["08:30-12:30", "13:00-17:30"]
fri = ["08:30-12:30", "13:00-17:30"]

[[sources]]
name = "demo"
type = "caldav"
url = "{server.url}"
username = "{USER}"
password = {{ file = "{folder / "password"}" }}
calendars = ["Arbeit", "Vertrieb"]

[target]
source = "demo"

[schedule]
poll = "10s"

[state]
path = "{folder / "state"}"

[web]
listen = "{page}"
{contacts_toml()}"""
    )
    path.chmod(0o600)
    return path


async def _remember_earlier_calls(config: Path, now: datetime, zone: ZoneInfo) -> None:
    """Store a history of some months, which ratings rest on."""
    world = bootstrap.build(bootstrap.load(config))
    try:
        calls, answers = earlier_calls(now, zone)
        world.memory.remember(now=now - timedelta(hours=4), calls=calls, answers=answers)
    finally:
        await world.close()


async def _look(config: Path, now: datetime, *, dry: bool) -> tuple[Report, Texts]:
    world = bootstrap.build(bootstrap.load(config), dry=dry)
    try:
        return await run_cycle(world, now, dry=dry), world.texts
    finally:
        await world.close()


@contextmanager
def _daemon(config: Path, folder: Path) -> Iterator[NotifyListener]:
    """Start the real daemon, and wait for its READY=1 as systemd would."""
    address = folder / "notify"
    with listen(address) as listener, (folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            [sys.executable, "-m", "termintreu", "run", "--config", str(config)],
            env={**os.environ, "NOTIFY_SOCKET": str(address)},
            stderr=log,
        )
        try:
            deadline = time.monotonic() + _READY_TIMEOUT
            while not listener.ready.wait(0.1):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise TermintreuError(f"the demo's daemon did not get ready; it says: {_last_line(log.name)}")
            yield listener
        finally:
            process.terminate()
            process.wait(timeout=20)


def _last_line(log: str) -> str:
    return (Path(log).read_text(errors="replace").strip().splitlines() or ["nothing"])[-1]


def _show(console: Console, report: Report, texts: Texts, server: DemoServer) -> None:
    console.rule("[bold]termintreu demo")
    show(console, report_lines(report, texts))
    console.print()
    console.rule(texts.render(msg("What now stands in the calendar")))
    console.print(Columns([_card(item, texts) for item in _items(report)], equal=False, expand=False))
    console.rule(texts.render(msg("See it in your own calendar app")))
    console.print(f"CalDAV  [bold]{server.url}[/]   {USER} / {PASSWORD}")


def _card(item: Observed, texts: Texts) -> Panel:
    """One item as a telephone shows it."""
    lines = [line for line in item.description.splitlines() if line.strip() and not line.startswith("-- ")]
    body = Text(item.summary, style="bold")
    moment = item.start if item.component == "VEVENT" else item.due
    if moment is not None:
        body.append(f"\n{texts.moment(moment)}", style="cyan")
    for line in lines:
        body.append(f"\n{line}", style="default")
    title = texts.render(item_word(item.kind)) if item.kind else None
    return Panel(body, width=44, border_style="green" if item.component == "VEVENT" else "yellow", title=title)


def _document(report: Report, texts: Texts, server: DemoServer, page: str) -> dict[str, Any]:
    """Where to look, the calls that were found, and what was written for them."""

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(texts.zone).isoformat() if instant else None

    return {
        "server": {"url": server.url, "username": USER, "password": PASSWORD},
        "page": f"http://{page}/",
        "appointments": document(report, texts.render, texts.zone)["appointments"],
        "written": [
            {
                "item": item.kind,
                "component": item.component,
                "uid": item.uid,
                "summary": item.summary,
                "start": local(item.start),
                "due": local(item.due),
            }
            for item in _items(report)
        ],
    }


def _items(report: Report) -> list[Observed]:
    """What stands in the calendar, reminders first, by time."""
    return sorted(report.observed.values(), key=lambda item: (item.component, item.start or report.at))


def _stay() -> None:
    try:
        asyncio.run(asyncio.Event().wait())
    except KeyboardInterrupt:
        sys.stderr.write("\n")
