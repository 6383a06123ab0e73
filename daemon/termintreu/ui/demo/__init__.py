"""`termintreu demo`: a realistic week on a real server on loopback, the daemon at work, and what it wrote."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from termintreu.cycle.report import Report, document
from termintreu.model import Observed, msg
from termintreu.model.texts import Texts
from termintreu.service import bootstrap
from termintreu.ui.demo.daemon import daemon
from termintreu.ui.demo.looking import Course, looked, watched
from termintreu.ui.demo.past import earlier_calls
from termintreu.ui.demo.server import PASSWORD, USER, DemoServer, free_port, radicale
from termintreu.ui.demo.settings import ZONE, language_of, settings
from termintreu.ui.demo.showing import Show, print_screen, showing
from termintreu.ui.demo.view import Places, Screen
from termintreu.ui.demo.week import realistic_week

_CALENDARS = {"arbeit": "Arbeit", "vertrieb": "Vertrieb"}

Tell = Callable[[dict[str, Any]], None]


def run_demo(*, once: bool, tell: Tell | None = None) -> int:
    """Show the demo; without `once` it stays up until Ctrl-C. Returns the exit code.

    Args:
        once: it ends by itself.
        tell: is given a document of the same, instead of people being shown it.
    """
    console = Console(highlight=False)
    texts = Texts(language=language_of(os.environ), zone=ZoneInfo(ZONE))
    with _signals_end_it(), tempfile.TemporaryDirectory(prefix="termintreu-demo-") as name:
        folder = Path(name)
        with radicale(folder) as server:
            page = f"127.0.0.1:{free_port()}"
            places = Places(server=server.url, username=USER, password=PASSWORD, page=f"http://{page}/")
            config = _prepare(folder, server, page, texts)
            with suppress(KeyboardInterrupt) if not once else nullcontext():
                if once:
                    _show_once(config, console, texts, tell)
                elif tell is not None:
                    _tell(config, texts, places, tell)
                else:
                    _stay(config, console, texts, places)
    if not once and tell is None:
        console.print(texts.render(msg("The demo has ended; nothing of it is left.")), style="dim")
    return 0


def _prepare(folder: Path, server: DemoServer, page: str, texts: Texts) -> Path:
    """Fill the server and the memory. Returns the configuration."""
    now = datetime.now(UTC)
    _fill(server, now, texts.zone)
    config = _write_config(folder, server, page, texts.language)
    asyncio.run(_remember_earlier_calls(config, now, texts.zone))
    return config


def _show_once(config: Path, console: Console, texts: Texts, tell: Tell | None) -> None:
    """Without addresses: they are dead when somebody reads them."""
    with daemon(config, config.parent) as running:
        running.await_ready()
        report = asyncio.run(looked(config))
    if tell is not None:
        tell(_document(report, texts, None))
    else:
        print_screen(console, Screen(texts=texts, now=report.at, report=report))


def _tell(config: Path, texts: Texts, places: Places, tell: Tell) -> None:
    """One document, and no more until the process is ended."""
    with daemon(config, config.parent) as running:
        running.await_ready()
        tell(_document(asyncio.run(looked(config)), texts, places))
        signal.pause()


def _stay(config: Path, console: Console, texts: Texts, places: Places) -> None:
    with daemon(config, config.parent) as running, showing(console) as show:
        show(Screen(texts=texts, now=datetime.now(UTC), report=None, places=places))
        running.await_ready()

        def shown(course: Course) -> None:
            running.check()
            _show_course(show, course, texts, places)

        asyncio.run(watched(config, config.parent / "collections", shown))


def _show_course(show: Show, course: Course, texts: Texts, places: Places) -> None:
    now = datetime.now(UTC)
    show(Screen(texts=texts, now=now, report=course.report, happenings=tuple(course.happenings), places=places))


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """What ends a process (SIGTERM), or takes its terminal away (SIGHUP), ends the demo as Ctrl-C does."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fill(server: DemoServer, now: datetime, zone: ZoneInfo) -> None:
    for path, name in _CALENDARS.items():
        server.make_calendar(path, name)
    for event in realistic_week(now, zone):
        server.put(f"{event.calendar.lower()}/{event.uid.partition('@')[0]}.ics", event.ics())


def _write_config(folder: Path, server: DemoServer, page: str, language: str) -> Path:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    places = (
        f'[[sources]]\nname = "demo"\ntype = "caldav"\nurl = "{server.url}"\nusername = "{USER}"\n'
        f"password = {{ file = {json.dumps(str(password))} }}\n"
        f"calendars = {json.dumps(list(_CALENDARS.values()))}\n"
        '[target]\nsource = "demo"\n'
    )
    path = folder / "config.toml"
    path.write_text(settings(language, places, state=folder / "state", page=page))
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


def _document(report: Report, texts: Texts, places: Places | None) -> dict[str, Any]:
    """Where to look (`places`; None: nowhere any more), the calls that were found, and what was written for them."""

    def local(instant: datetime | None) -> str | None:
        return instant.astimezone(texts.zone).isoformat() if instant else None

    return {
        "server": None
        if places is None
        else {"url": places.server, "username": places.username, "password": places.password},
        "page": None if places is None else places.page,
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
