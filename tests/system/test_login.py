"""`termintreu login` and `logout` as processes, against an authorization server and a CalDAV server that wants tokens."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.logging_in import Account, ended_at, oauth_account, visited, with_a_call
from tests.oauth_server import Guarded, OAuthServer, guarded, oauth_server
from tests.servers import DavServer


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    with oauth_server() as server:
        yield server


@pytest.fixture
def gate(oauth: OAuthServer, radicale: DavServer) -> Iterator[Guarded]:
    with_a_call(radicale)
    with guarded(oauth, radicale) as gate:
        yield gate


@pytest.fixture
def account(tmp_path: Path, gate: Guarded) -> Account:
    return oauth_account(tmp_path, gate)


@pytest.mark.requirement(26)
def test_a_browser_on_this_machine_logs_in_and_the_calls_are_read(account: Account, oauth: OAuthServer) -> None:
    with account.logging_in() as login:
        status, page = visited(login.address())
        code, out, err = login.end()
    assert (200, 0) == (status, code), err
    assert "You can close this window" in page
    assert "work: logged in" in out
    [path] = (account.state / "logins").glob("*.json")
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)
    plan = account.json("plan")
    assert [("ok", 1)] == [(one["state"], one["collections"]) for one in plan["sources"]]
    assert ["Telefonat mit Erika"] == [call["summary"] for call in plan["appointments"]]


def test_the_address_of_a_browser_elsewhere_is_pasted(account: Account) -> None:
    with account.logging_in("--paste") as login:
        address = ended_at(login.address())
        code, _, err = login.end(f"http://127.0.0.1/?code=x&state=y\n  {address} \n")
    assert 0 == code, err
    assert "does not belong to this log-in" in err
    assert "ok" == account.json("plan")["sources"][0]["state"]
