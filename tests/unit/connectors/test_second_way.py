"""The second way, to a receiver on loopback and to a session bus of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import jeepney
import pytest
from jeepney.io.blocking import open_dbus_connection
from structlog.testing import capture_logs

from termintreu_connectors.second_way import NOT_INSTALLED, SecondWay, trouble_with
from tests.scripted import ScriptedServer

SECRET = "hook-4711-key"


@pytest.fixture
def receiver() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def address(receiver: ScriptedServer) -> str:
    """Apprise's address of a receiver of JSON."""
    return f"json://127.0.0.1:{receiver.port}/{SECRET}"


def sent(way: SecondWay, title: str = "title", body: str = "body") -> bool:
    async def once() -> bool:
        taken = await way.send(title, body)
        await way.end()
        return taken

    return asyncio.run(once())


def test_a_message_arrives_with_its_title_and_body(receiver: ScriptedServer) -> None:
    receiver.answer("POST", 200)
    taken = sent(SecondWay([address(receiver)]), "No reminders since 11:30", "See: termintreu status")
    [request] = receiver.recorded
    said = json.loads(request.body)
    assert taken
    assert ("No reminders since 11:30", "See: termintreu status") == (said["title"], said["message"])


def test_one_service_that_fails_does_not_keep_the_other_from_its_message(receiver: ScriptedServer) -> None:
    receiver.answer("POST", 200)
    dead = "json://127.0.0.1:9/x"
    assert sent(SecondWay([dead, address(receiver)]))
    assert ["POST"] == receiver.methods


def test_what_nobody_took_is_said_not_to_be_sent_and_no_address_is_logged(receiver: ScriptedServer) -> None:
    receiver.answer("POST", 500)
    with capture_logs() as logged:
        taken = sent(SecondWay([address(receiver)]))
    assert not taken
    assert ["second way failed"] == [entry["event"] for entry in logged]
    assert SECRET not in str(logged)


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        pytest.param("json://127.0.0.1:8080/x", True, id="in the clear, on this machine"),
        pytest.param("json://localhost/x", True, id="by its name"),
        pytest.param("json://hooks.example.com/x", False, id="in the clear, elsewhere"),
        pytest.param("jsons://hooks.example.com/x", True, id="over TLS"),
        pytest.param("mailtos://user:pass@example.com", True, id="mail"),
        pytest.param("ntfy://topic", True, id="a service of its own"),
        pytest.param("nonsense://x", False, id="nothing that Apprise knows"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_which_addresses_can_be_used(url: str, usable: bool) -> None:
    assert usable == (trouble_with(url) is None)


def test_a_message_never_goes_in_the_clear_to_another_machine() -> None:
    assert not sent(SecondWay(["json://hooks.example.com/x"]))


def test_without_any_address_there_is_no_way() -> None:
    assert not SecondWay([]).leads_anywhere


def tried(way: SecondWay) -> list[tuple[str, str]]:
    return asyncio.run(way.tried("title", "body"))


def test_a_trial_tells_of_each_way_and_of_the_heartbeat_and_names_no_address(receiver: ScriptedServer) -> None:
    for method, status in (("POST", 200), ("GET", 404)):
        receiver.answer(method, status)
    way = SecondWay(
        [address(receiver), "json://hooks.example.com/x"], heartbeat=f"{receiver.url}{SECRET}", lost=[("urls", "empty")]
    )
    found = tried(way)
    assert [
        ("urls", "empty"),
        ("1 (json)", ""),
        ("2 (json)", "json:// goes in the clear; jsons:// is wanted, but on this machine"),
        ("heartbeat", "it answered 404"),
    ] == found
    assert SECRET not in str(found)


def test_without_apprise_a_trial_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert [("urls", NOT_INSTALLED)] == tried(SecondWay(["json://127.0.0.1/x"]))
    assert NOT_INSTALLED == trouble_with("json://127.0.0.1/x")


# --- heartbeat -----------------------------------------------------------------------------------------------------


def beaten(url: str, times: int = 1) -> None:
    async def run() -> None:
        way = SecondWay([], heartbeat=url)
        for _ in range(times):
            way.beat()
            await way.end()

    asyncio.run(run())


def test_a_heartbeat_is_one_get(receiver: ScriptedServer) -> None:
    receiver.answer("GET", 200)
    beaten(f"{receiver.url}{SECRET}")
    assert [("GET", f"/{SECRET}", b"")] == [(one.method, one.path, one.body) for one in receiver.recorded]


def test_a_heartbeat_that_fails_is_logged_once_and_without_its_address(receiver: ScriptedServer) -> None:
    for _ in range(3):
        receiver.answer("GET", 404)
    with capture_logs() as logged:
        beaten_thrice(f"{receiver.url}{SECRET}")
    assert ["heartbeat failed"] == [entry["event"] for entry in logged]
    assert SECRET not in str(logged)


def beaten_thrice(url: str) -> None:
    async def run() -> None:
        way = SecondWay([], heartbeat=url)
        for _ in range(3):
            way.beat()
            await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not asyncio.current_task()))

    asyncio.run(run())


def test_a_heartbeat_that_hangs_keeps_nobody_waiting(receiver: ScriptedServer) -> None:
    """and there is never more than one under way"""

    async def run() -> int:
        way = SecondWay([], heartbeat=f"http://127.0.0.1:{receiver.port}/")
        for _ in range(5):
            way.beat()
        return sum(task is not asyncio.current_task() for task in asyncio.all_tasks())

    assert 1 == asyncio.run(run())


def test_a_heartbeat_in_the_clear_to_another_machine_is_refused() -> None:
    with capture_logs() as logged:
        beaten("http://192.0.2.1/x")
    assert ["it could not be asked"] == [entry["error"] for entry in logged]


# --- the desktop ---------------------------------------------------------------------------------------------------


@dataclass
class Desktop:
    """What a desktop shows: the service org.freedesktop.Notifications on a session bus of its own."""

    address: str
    shown: list[tuple[str, str, str]] = field(default_factory=list)

    def serve(self, ready: threading.Event) -> None:
        with contextlib.suppress(ConnectionError), open_dbus_connection(self.address) as connection:
            bus = jeepney.MessageGenerator(object_path="/org/freedesktop/DBus", bus_name="org.freedesktop.DBus")
            bus.interface = "org.freedesktop.DBus"
            name = "org.freedesktop.Notifications"
            connection.send_and_get_reply(jeepney.new_method_call(bus, "RequestName", "su", (name, 0)))
            ready.set()
            while True:
                message = connection.receive()
                if message.header.fields.get(jeepney.HeaderFields.member) == "Notify":
                    sender, _, _, title, body, *_ = message.body
                    self.shown.append((sender, title, body))
                    connection.send(jeepney.new_method_return(message, "u", (1,)))


@pytest.fixture
def bus() -> Iterator[str]:
    command = ["dbus-daemon", "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


def test_the_desktop_shows_it(bus: str) -> None:
    desktop, ready = Desktop(bus), threading.Event()
    threading.Thread(target=desktop.serve, args=(ready,), daemon=True).start()
    assert ready.wait(30)
    assert sent(SecondWay([], desktop=bus), "title", "body")
    assert [("termintreu", "title", "body")] == desktop.shown


def test_a_bus_without_a_desktop_fails_nothing(bus: str) -> None:
    assert not sent(SecondWay([], desktop=bus))


def test_a_bus_that_is_gone_fails_nothing() -> None:
    assert not sent(SecondWay([], desktop="unix:path=/nonexistent/bus"))
