"""Thunderbird on a screen of its own (Xvfb), to take pictures of it: a profile with calendars in files, no account, no
network.

It needs Debian's thunderbird, thunderbird-l10n-de, xvfb, xdotool, imagemagick and dbus; nothing of it is needed by the
program or its tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("thunderbird", "Xvfb", "xdotool", "import", "dbus-run-session")
"""Commands; Debian has them in thunderbird, xvfb, xdotool, imagemagick and dbus."""
_SIZE = (1180, 760)
"""Of the screen and the window, in pixels."""
_PICTURE = "1135x655+45+82"
"""What is worth a look of it: the calendars and the week."""
_WITHIN = 60.0
"""Seconds that Thunderbird may take to show its window."""
_SETTLED = 12.0
"""Seconds after that until it has drawn its calendars."""
_WINDOW = "chrome://messenger/content/messenger.xhtml"
_QUIET = {
    "app.donation.eoy.version.viewed": 999,
    "app.update.enabled": False,
    "calendar.alarms.playsound": False,
    "calendar.alarms.show": False,
    "calendar.timezone.useSystemTimezone": False,
    "calendar.view.dayendhour": 18,
    "calendar.view.daystarthour": 8,
    "calendar.view.visiblehours": 10,
    "calendar.week.start": 1,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.update.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mailnews.start_page.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
_LAYOUT = {
    "messengerWindow": {
        "screenX": "0",
        "screenY": "0",
        "width": str(_SIZE[0]),
        "height": str(_SIZE[1]),
        "sizemode": "normal",
    },
    "bottom-events-box": {"collapsed": "true", "hidden": "true"},
    "calendar-view-splitter": {"state": "collapsed"},
    "today-pane-panel": {"collapsedinmodes": "mail,calendar,task", "collapsed": "true"},
    "calendar_toggle_workdays_only_command": {"checked": "true"},
    "view-box": {"selectedIndex": "1"},
}


class PictureError(Exception):
    """No picture can be taken; the message says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCalendar:
    """A calendar as it stands in Thunderbird's list."""

    name: str
    file: Path
    """With events or tasks, as one iCalendar stream."""
    color: str
    shown: bool = True
    """False: its eye is closed."""


def require() -> None:
    """Raises PictureError, which says what to install, where a command is missing."""
    missing = [command for command in NEEDED if shutil.which(command) is None]
    if missing:
        raise PictureError(
            f"missing: {', '.join(missing)}. On Debian: "
            "apt-get install thunderbird thunderbird-l10n-de xvfb xdotool imagemagick dbus"
        )


def photograph(calendars: Sequence[ShownCalendar], folder: Path, picture: Path, *, zone: str, language: str) -> None:
    """Show this week of these calendars in Thunderbird and take a picture (PNG) of it.

    Raises:
        PictureError: Thunderbird shows no window.
    """
    profile = _profile(calendars, folder, zone=zone, language=language)
    with _screen() as environment, _thunderbird(profile, environment | {"HOME": str(folder)}):
        window = _window(environment)
        _run(environment, "xdotool", "windowsize", window, *map(str, _SIZE), "windowfocus", window)
        time.sleep(_SETTLED)
        _run(environment, "import", "-window", "root", "-crop", _PICTURE, "+repage", str(picture))


def _profile(calendars: Sequence[ShownCalendar], folder: Path, *, zone: str, language: str) -> Path:
    preferences: dict[str, object] = _QUIET | {
        "calendar.timezone.local": zone,
        "intl.locale.requested": language,
    }
    for number, calendar in enumerate(calendars):
        key = f"calendar.registry.{number:08d}-0000-4000-8000-000000000000"
        preferences |= {
            f"{key}.type": "ics",
            f"{key}.uri": calendar.file.as_uri(),
            f"{key}.name": calendar.name,
            f"{key}.color": calendar.color,
            f"{key}.calendar-main-in-composite": calendar.shown,
        }
    profile = folder / "profile"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in preferences.items())
    (profile / "prefs.js").write_text("".join(lines))
    (profile / "xulstore.json").write_text(json.dumps({_WINDOW: _LAYOUT}))
    return profile


@contextmanager
def _screen() -> Iterator[dict[str, str]]:
    """The environment of programs on a screen that nobody looks at."""
    reading, writing = os.pipe()
    size = "x".join(map(str, (*_SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)  # noqa: S603 - fixed arguments
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield dict(os.environ) | {"DISPLAY": f":{number.readline().strip()}"}
    finally:
        server.terminate()
        server.wait(timeout=10)


@contextmanager
def _thunderbird(profile: Path, environment: dict[str, str]) -> Iterator[None]:
    command = ["dbus-run-session", "--", "thunderbird", "--profile", str(profile), "--no-remote", "-calendar"]
    with (profile.parent / "thunderbird.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - fixed arguments
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=30)


def _window(environment: dict[str, str]) -> str:
    """The number of Thunderbird's window, once it is there."""
    deadline = time.monotonic() + _WITHIN
    while time.monotonic() < deadline:
        found = _run(environment, "xdotool", "search", "--onlyvisible", "--name", "Thunderbird", check=False)
        if numbers := found.split():
            return numbers[-1]
        time.sleep(0.5)
    raise PictureError(f"Thunderbird showed no window within {_WITHIN:.0f} s")


def _run(environment: dict[str, str], *command: str, check: bool = True) -> str:
    run = subprocess.run(command, env=environment, check=check, capture_output=True, text=True)  # noqa: S603 - ours
    return run.stdout
