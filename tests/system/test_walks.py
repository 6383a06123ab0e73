"""From nothing to the first reminder, as README has it, for each kind of account: `termintreu init` at a terminal, the
service that it installs, and the daemon that this starts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live_files import texts_below
from tests.logging_in import NO_DISPLAY, visited, with_a_call
from tests.nextcloud import nextcloud
from tests.oauth_server import CLIENT, guarded, oauth_server
from tests.servers import Answer, DavServer, ScriptedServer, event
from tests.system.manager import eventually
from tests.systemd_stand_in import SystemdStandIn
from tests.terminal import COMMAND, ME, WORK, at_a_terminal
from tests.terminal import Answer as Typed

UNSHARE = [shutil.which("unshare") or "unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
NOT_ROOT = UNSHARE if os.geteuid() == 0 else []
"""Root has no session that could run a service: the new user is somebody else."""

pytestmark = pytest.mark.skipif(
    bool(NOT_ROOT) and subprocess.run([*NOT_ROOT, "true"], capture_output=True, check=False).returncode != 0,
    reason="this machine lets root be nobody else",
)


@dataclass
class NewUser:
    """Somebody with a home in which nothing is, on a machine with systemd."""

    home: Path
    systemd: SystemdStandIn

    @property
    def environ(self) -> dict[str, str]:
        """What a session has."""
        xdg = {name: value for name, value in NO_DISPLAY.items() if not name.startswith(("XDG_", "TERMINTREU_"))}
        return {**xdg, "PATH": self.systemd.environ()["PATH"], "HOME": str(self.home)}

    def walks(self, *answers: tuple[str, Typed], then: tuple[tuple[str, Typed], ...] = ()) -> str:
        """The whole conversation, from the account on. Returns what was shown."""
        talk = [*answers, *ME, *WORK, *then, ("als Dienst Ihrer Sitzung", "j")]
        code, shown = at_a_terminal([*NOT_ROOT, *COMMAND, "init"], talk, environment=self.environ)
        assert 0 == code, shown
        assert "calendar: in Ordnung" in shown, "the first days are shown"
        assert "☎ Erika" in shown
        assert {"enabled", "active"} <= set(self.systemd.properties("termintreu.service").values())
        return shown

    @contextmanager
    def service(self) -> Iterator[None]:
        """What systemd starts, by the unit that was installed."""
        command = self.systemd.start_of(self.home / ".config/systemd/user/termintreu.service")
        run = self.home / "run"
        run.mkdir()
        environ = {**self.environ, "RUNTIME_DIRECTORY": str(run)}
        with (self.home / "log").open("wb") as log:
            process = subprocess.Popen([*NOT_ROOT, *command], env=environ, stderr=log)
        try:
            yield
            assert process.poll() is None, (self.home / "log").read_text()
            process.terminate()
            assert 0 == process.wait(20), (self.home / "log").read_text()
        finally:
            process.kill()
            process.wait()

    def is_reminded(self, texts: Callable[[], list[str]]) -> None:
        """The service runs until a reminder of the call stands in one of these texts."""
        with self.service():
            assert eventually(lambda: any("BEGIN:VALARM" in text and "Erika" in text for text in texts()))

    @property
    def everything_written(self) -> str:
        return "".join(path.read_text(errors="replace") for path in self.home.rglob("*") if path.is_file())


@pytest.fixture
def user(tmp_path: Path) -> NewUser:
    (tmp_path / "home").mkdir()
    return NewUser(tmp_path / "home", SystemdStandIn.made(tmp_path / "systemd"))


def objects(server: DavServer) -> Callable[[], list[str]]:
    """What stands in the collections beside the user's own."""
    own = server.list(server.home())

    def texts() -> list[str]:
        ours = server.list(server.home()) - own
        return [server.get(path)[1].decode() for collection in ours for path in server.list(collection)]

    return texts


def call_tomorrow() -> str:
    return event("a", "Telefonat mit Erika", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y%m%dT090000Z"))


def test_a_nextcloud_is_logged_in_to_by_its_link(user: NewUser, radicale: DavServer) -> None:
    with_a_call(radicale)
    radicale.make_book("Kunden")
    with nextcloud(dav=radicale) as cloud:
        shown = user.walks(
            ("Wo ist Ihr Kalender", "1"),
            ("Adresse der Webseite", cloud.base),
            ("Benutzername", ""),
            ("▀▀▀▀▀▀▀▀", lambda _: visited(f"{cloud.base}login/v2/flow/abc")),
            then=(("Adressbücher dort: Kunden", ""),),
        )
        user.is_reminded(objects(radicale))
    assert f"{cloud.base}login/v2/flow/abc" in shown
    assert "contacts: in Ordnung" in shown
    [kept] = (user.home / ".local/state/termintreu/logins").glob("*.json")
    assert cloud.password in kept.read_text()
    assert 1 == user.everything_written.count(cloud.password), "the app password is kept in one place"


def test_a_caldav_server_is_logged_in_to_with_an_app_password(user: NewUser, radicale: DavServer) -> None:
    with_a_call(radicale)
    user.walks(
        ("Wo ist Ihr Kalender", radicale.url), ("Benutzername", radicale.username), ("Passwort", radicale.password)
    )
    user.is_reminded(objects(radicale))


def test_a_server_with_oauth_is_logged_in_to_in_the_browser(user: NewUser, radicale: DavServer) -> None:
    with_a_call(radicale)
    with oauth_server() as oauth, guarded(oauth, radicale) as gate:

        def browse(shown: str) -> None:
            [address] = re.findall(r"http\S+/authorize\?\S+", shown.replace("\r\n", "\n"))
            assert 200 == visited(address)[0]

        user.walks(
            ("Wo ist Ihr Kalender", gate.url),
            ("Benutzername", ""),
            ("Kennung des Clients", CLIENT),
            ("Geheimnis", ""),
            ("Wo ist der Browser", "1"),
            ("code_challenge_method=S256", browse),
        )
        user.is_reminded(objects(radicale))
        assert not [secret for secret in oauth.secrets if user.everything_written.count(secret) > 1]


def test_a_feed_is_read_and_reminders_stand_in_a_folder(user: NewUser) -> None:
    own = user.home / "calendars"
    own.mkdir()
    feed = Answer(method=None, status=200, headers={"Content-Type": "text/calendar"}, body=call_tomorrow().encode())
    with ScriptedServer([feed] * 20) as server:
        user.walks(
            ("Wo ist Ihr Kalender", "11"),
            ("Adresse des Feeds", f"http://127.0.0.1:{server.port}/feed.ics"),
            ("Erinnerungen brauchen einen Ort", str(own)),
        )
        user.is_reminded(lambda: texts_below(own))


def test_a_folder_is_enough(user: NewUser) -> None:
    folder = user.home / "calendars"
    (folder / "work").mkdir(parents=True)
    (folder / "work" / "a.ics").write_text(call_tomorrow())
    user.walks(("Wo ist Ihr Kalender", "~/calendars"))
    user.is_reminded(lambda: texts_below(folder))
