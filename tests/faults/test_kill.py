"""kill -9 at any moment, on a real server: the next start completes what was begun (docs/safety.md, rows 12, 16)."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.faults.proxy import Misdeed, Proxy, Reply, Request
from tests.servers import DavServer
from tests.system.person import Person

MONDAY = "2026-11-23T09:00"
LATER = "2026-11-23T09:10"


@pytest.mark.requirement(1, 16)
@pytest.mark.parametrize(
    ("server", "kind", "carried_out"),
    [
        *(("radicale", kind, True) for kind in ("MKCALENDAR 1", "MKCALENDAR 2", "PUT 1", "PUT 4", "DELETE 1")),
        *(("radicale", kind, False) for kind in ("PUT 1", "REPORT 1")),
        *(("xandikos", kind, True) for kind in ("MKCALENDAR 1", "PUT 4", "DELETE 1")),
        *(("xandikos", kind, False) for kind in ("MKCALENDAR 2", "PUT 1", "DELETE 1")),
    ],
)
def test_a_process_killed_at_any_moment_leaves_what_the_next_completes(
    request: pytest.FixtureRequest, tmp_path: Path, server: str, kind: str, carried_out: bool
) -> None:
    """The next start is the only one that follows: what it leaves must be all that should stand."""
    running: DavServer = request.getfixturevalue(server)
    running.wipe()
    anna = Person(running, tmp_path)
    for number in range(4):
        anna.put(f"call-{number}", f"2026-11-2{4 + number % 2}T{10 + number}:00")
    if kind == "DELETE 1":
        anna.cycle("2026-11-23T08:00")
        anna.server.delete(f"{anna.calendar}call-0.ics")
        anna.put("call-1", "2026-11-26T10:00")
    users = {path: anna.server.get(path) for path in anna.server.list(anna.calendar)}
    with Proxy(running.port) as proxy:
        anna.configure(url=proxy.url)
        method, which = kind.split()

        def dies(request: Request) -> Misdeed | None:
            if request.method != method or sum(one.method == method for one in proxy.asked) != int(which):
                return None
            if not carried_out:
                process.send_signal(signal.SIGKILL)
                return Misdeed("killed", Reply(503))
            return Misdeed("killed", reaches_the_server=True, spoil=killed)

        def killed(_: Reply) -> None:
            process.send_signal(signal.SIGKILL)

        proxy.misdeed = dies
        process = anna.start("once", "--at", MONDAY)
        process.communicate(timeout=60)
        assert -signal.SIGKILL == process.returncode
        proxy.misdeed = lambda _: None
        anna.cycle(LATER)
        wanted = {f"call-{number}" for number in range(4)} - ({"call-0"} if kind == "DELETE 1" else set())
        planned = anna.json("plan", at=LATER)
    assert [] == planned["changes"]
    assert wanted == {one["uid"] for one in planned["appointments"]}
    assert len(wanted) == len(anna.items("reminder"))
    assert users == {path: anna.server.get(path) for path in anna.server.list(anna.calendar)}
