"""`termintreu login` and `logout`, against an authorization server and a CalDAV server that wants tokens."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.live_files import texts_below
from tests.logging_in import NO_DISPLAY, Account, ended_at, oauth_account, visited, with_a_call, with_own_folder
from tests.nextcloud import nextcloud
from tests.oauth_server import CLIENT, SECRET, Guarded, OAuthServer, guarded, oauth_server
from tests.servers import DavServer
from tests.system.manager import eventually


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


def test_a_code_is_typed_on_another_device(account: Account, oauth: OAuthServer) -> None:
    oauth.interval = 0.2
    with account.logging_in("--device") as login:
        assert f"{oauth.url}device" == login.address()
        login.next_line()
        user_code = login.next_line()
        assert [user_code] == [one["user_code"] for one in oauth.devices.values()]
        oauth.allow_device()
        code, _, err = login.end()
    assert 0 == code, err
    assert "device_code" == oauth.grants[-1]
    assert "ok" == account.json("plan")["sources"][0]["state"]


@pytest.mark.parametrize("way", ["--device", "--paste", None])
def test_a_refusal_is_one_sentence_and_changes_nothing(account: Account, oauth: OAuthServer, way: str | None) -> None:
    account.log_in()
    before, oauth.refuses = account.login(), True
    with account.logging_in(*([way] if way else [])) as login:
        address = login.address()
        if way == "--device":
            oauth.allow_device()
        elif way is None:
            visited(address)
        code, out, err = login.end(f"{ended_at(address)}\n" if way == "--paste" else None)
    assert (1, "") == (code, out), err
    last = err.strip().splitlines()[-1]
    assert "not allowed" in last
    assert last.startswith("termintreu: ")
    assert before == account.login()


def test_a_page_that_guesses_the_port_is_turned_away(account: Account) -> None:
    with account.logging_in() as login:
        address = login.address()
        redirect = re.search(r"redirect_uri=([^&]+)", address)
        assert redirect is not None
        here = redirect[1].replace("%3A", ":").replace("%2F", "/")
        assert 400 == visited(f"{here}?code=stolen&state=guessed")[0]
        assert 404 == visited(f"{here}favicon.ico")[0]
        assert 200 == visited(address)[0]
        assert 0 == login.end()[0]


@pytest.mark.requirement(26)
def test_logging_out_withdraws_both_tokens_and_leaves_none_in_any_file(account: Account, oauth: OAuthServer) -> None:
    account.log_in()
    done = account.run("logout", "work")
    assert 0 == done.returncode, done.stderr
    assert {"access_token", "refresh_token"} == {
        form["token_type_hint"] for path, form in oauth.asked if path == "/revoke"
    }
    kept = b"".join(path.read_bytes() for path in account.state.rglob("*") if path.is_file())
    assert not [one for one in oauth.secrets if one.encode() in kept]
    [source] = account.json("plan")["sources"]
    assert "unauthorized" == source["state"]
    assert "termintreu login work" in source["error"]


def test_logging_out_forgets_although_the_server_is_down(account: Account, oauth: OAuthServer) -> None:
    account.log_in()
    oauth.down = True
    done = account.run("logout", "work")
    assert 1 == done.returncode
    assert "forgotten here" in done.stdout
    assert "withdraw it in your account there" in done.stderr
    assert [] == list((account.state / "logins").glob("*.json"))


def test_a_server_without_revocation_is_said_and_is_no_failure(account: Account, oauth: OAuthServer) -> None:
    oauth.metadata = {"revocation_endpoint": None}
    account.log_in()
    done = account.run("logout", "work")
    assert 0 == done.returncode, done.stderr
    assert "withdraw it in your account there" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("login", "wrok"), 'did you mean "work"?'),
        (("logout", "nowhere"), "there are: work"),
        (("login", "work", "--person", "x"), "for one person only"),
    ],
)
def test_a_wrong_word_is_wrong_usage(account: Account, arguments: tuple[str, ...], said: str) -> None:
    done = account.run(*arguments)
    assert 2 == done.returncode
    assert said in done.stderr


def test_a_source_with_a_password_is_not_logged_in_to(tmp_path: Path) -> None:
    account = Account(tmp_path, 'url = "http://127.0.0.1:1/"\nusername = "anna"\npassword = "x"').configure()
    done = account.run("login", "work")
    assert 2 == done.returncode
    assert "username and password in the configuration" in done.stderr


def test_the_refusal_of_a_renewal_is_told_by_status_task_and_error(
    account: Account, oauth: OAuthServer, radicale: DavServer
) -> None:
    account.log_in()
    account.json("once")
    oauth.withdraw()
    account.expire()
    [source] = account.json("once")["sources"]
    assert "unauthorized" == source["state"]
    assert "termintreu login work" in source["error"]
    status = account.run("status", "--json")
    assert 1 == status.returncode
    [login] = [one["login"] for one in account.json("status")["sources"]]
    assert "oauth" == login["kind"]
    assert source["error"] == login["trouble"]
    asked = len(oauth.grants)
    account.json("once")
    assert asked + 1 == len(oauth.grants), "a process asks once"


def test_status_tells_when_a_log_in_ends_and_was_renewed(account: Account, oauth: OAuthServer) -> None:
    account.log_in()
    account.json("once")
    [first] = [one["login"] for one in account.json("status")["sources"]]
    assert ("oauth", None) == (first["kind"], first["trouble"])
    account.expire()
    account.json("once")
    [then] = [one["login"] for one in account.json("status")["sources"]]
    assert then["renewed"] > first["renewed"]
    assert then["expires"] > then["renewed"]
    assert ["authorization_code", "refresh_token"] == oauth.grants


def tasks(folder: Path) -> list[str]:
    """Our tasks in a folder, unfolded."""
    found = [text.replace("\r\n ", "").replace("\n ", "") for text in texts_below(folder / "own")]
    return [text for text in found if "BEGIN:VTODO" in text and ";blind;" in text.replace("\\", "")]


def test_a_task_names_the_command_and_a_running_daemon_takes_the_new_log_in_over(
    tmp_path: Path, gate: Guarded, oauth: OAuthServer
) -> None:
    account = oauth_account(tmp_path, gate, 'poll = "6h"', own=with_own_folder(tmp_path))
    daemon = account.start("run", XDG_RUNTIME_DIR="", RUNTIME_DIRECTORY="")
    try:
        assert eventually(lambda: "termintreu login work" in "".join(tasks(tmp_path)))
        account.log_in()
        assert eventually(lambda: not tasks(tmp_path) and "Erika" in written(tmp_path))
        [source] = account.json("status")["sources"]
        assert ("ok", "oauth", None) == (source["state"], source["login"]["kind"], source["login"]["trouble"])
        assert daemon.poll() is None
    finally:
        daemon.kill()
        daemon.communicate()


def written(folder: Path) -> str:
    return "".join(texts_below(folder / "own"))


def test_a_log_in_that_will_not_renew_is_told_of_ahead(tmp_path: Path, gate: Guarded, oauth: OAuthServer) -> None:
    oauth.gives_refresh, oauth.seconds = False, 3 * 86_400.0
    account = oauth_account(tmp_path, gate, own=with_own_folder(tmp_path))
    account.log_in()
    assert "ok" == account.json("once")["sources"][0]["state"]
    [task] = tasks(tmp_path)
    assert "work: log-in ends on " in task
    assert "Log in anew: termintreu login work" in task
    oauth.gives_refresh = True
    account.log_in()
    account.json("once")
    assert [] == tasks(tmp_path)


def test_a_refresh_token_whose_end_the_server_names_is_told_of_ahead(
    tmp_path: Path, gate: Guarded, oauth: OAuthServer
) -> None:
    oauth.refresh_seconds = 5 * 86_400.0
    account = oauth_account(tmp_path, gate, own=with_own_folder(tmp_path))
    account.log_in()
    account.json("once")
    assert 1 == len(tasks(tmp_path))
    account.expire()
    account.json("once")
    assert 1 == len(tasks(tmp_path)), "it ends although it was renewed"
    oauth.refresh_slides = True
    account.expire()
    account.change(ends_at=(datetime.now(UTC) + timedelta(days=4)).isoformat())
    account.json("once")
    assert [] == tasks(tmp_path), "it moves on with each renewal"


@pytest.mark.requirement(26)
def test_no_secret_is_read_anywhere_but_in_the_file_of_the_log_in(
    tmp_path: Path, gate: Guarded, oauth: OAuthServer
) -> None:
    oauth.client.secret = SECRET
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    account = oauth_account(tmp_path, gate)
    client = f'client = {{ id = "{CLIENT}", secret = {{ file = "{tmp_path / "secret"}" }} }}'
    account.source = account.source.replace(f'client = {{ id = "{CLIENT}" }}', client)
    account.configure()
    account.log_in()
    said = []

    def run(*arguments: str) -> None:
        done = account.run(*arguments, "-v")
        said.append(done.stdout + done.stderr)

    for disturb in (lambda: None, account.expire, lambda: setattr(gate, "refuses", True), oauth.withdraw):
        disturb()
        run("once", "--json")
        run("doctor", "--json")
        run("status", "--json")
    assert ["authorization_code", "refresh_token"] == oauth.grants[:2]
    everything = "".join(said).encode() + account.everything_kept()
    assert b"unauthorized" in everything
    assert not [one for one in oauth.secrets if one.encode() in everything]
    run("logout", "work")
    assert not [one for one in oauth.secrets if one.encode() in said[-1].encode() + account.everything_kept()]


def test_a_server_that_wants_no_log_in_is_read_without_one(tmp_path: Path, xandikos: DavServer) -> None:
    with_a_call(xandikos)
    account = Account(tmp_path, f'url = "{xandikos.url}"').configure()
    assert "ok" == account.json("once")["sources"][0]["state"]
    [source] = account.json("status")["sources"]
    assert {"kind": "password", "expires": None, "renewed": None, "trouble": None} == source["login"]


def test_a_nextcloud_gives_an_app_password_for_a_link(tmp_path: Path) -> None:
    with nextcloud() as cloud:
        account = Account(tmp_path, f'url = "{cloud.url}"').configure()
        [source] = account.json("plan")["sources"]
        assert "unauthorized" == source["state"]
        assert "termintreu login work" in source["error"]
        with account.logging_in() as login:
            assert f"{cloud.base}login/v2/flow/abc" == login.address()
            visited(f"{cloud.base}login/v2/flow/abc")
            code, out, err = login.end()
        assert 0 == code, err
        assert cloud.password not in out + err
        [source] = account.json("plan")["sources"]
        assert "log-in" not in source["error"], "it is asked with the app password"
        assert 0 == account.run("logout", "work").returncode
        assert cloud.withdrawn
        kept = b"".join(path.read_bytes() for path in account.state.rglob("*") if path.is_file())
        assert cloud.password.encode() not in kept


def test_the_link_is_drawn_as_a_qr_code_on_a_terminal(tmp_path: Path) -> None:
    with nextcloud() as cloud:
        account = Account(tmp_path, f'url = "{cloud.url}"').configure()
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            process = subprocess.Popen(
                [sys.executable, "-m", "termintreu", "login", "work", "--config", str(account.config)],
                env=NO_DISPLAY,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
            )
            os.close(theirs)
            shown = b""
            while "▀".encode() not in shown or b"flow/abc" not in shown:
                shown += terminal.read(4096)
            visited(f"{cloud.base}login/v2/flow/abc")
            with contextlib.suppress(OSError):  # the terminal is gone with its last process
                while part := terminal.read(4096):
                    shown += part
            assert 0 == process.wait(20), shown
    assert b"work: logged in" in shown


def test_each_of_several_people_logs_in_for_themselves(tmp_path: Path) -> None:
    with nextcloud() as cloud:
        account = Account(tmp_path, f'url = "{cloud.url}"')
        people = "".join(
            f'[[people]]\nname = "{name}"\n[[people.sources]]\nname = "work"\ntype = "caldav"\nurl = "{cloud.url}"\n'
            '[people.target]\nsource = "work"\n'
            for name in ("anna", "ben")
        )
        account.config.write_text(f'timezone = "Europe/Berlin"\n[state]\npath = "{account.state}"\n{people}')
        account.config.chmod(0o600)
        assert 2 == account.run("login", "work").returncode, "whom?"
        with account.logging_in("--person", "anna") as login:
            visited(login.address())
            code, _, err = login.end()
        assert 0 == code, err
        assert 1 == len(list((account.state / "logins").glob("*.json")))
        [source] = json.loads(account.run("plan", "--person", "ben", "--json").stdout)["sources"]
        assert "termintreu login work --person ben" in source["error"]
        [source] = json.loads(account.run("plan", "--person", "anna", "--json").stdout)["sources"]
        assert "termintreu login" not in source["error"]


def test_address_books_and_a_target_of_their_own_use_the_log_in_of_their_server(
    tmp_path: Path, gate: Guarded, oauth: OAuthServer, radicale: DavServer
) -> None:
    radicale.make_book("Kunden")
    own = f'type = "caldav"\nurl = "{gate.url}"\n[[address_books]]\ntype = "carddav"\nurl = "{gate.url}"'
    account = oauth_account(tmp_path, gate, own=own)
    account.log_in()
    account.expire()
    done = account.json("once")
    assert ["ok"] == [one["state"] for one in done["sources"]], done["sources"]
    assert ["ok"] == [one["state"] for one in done["address_books"]], done["address_books"]
    assert [1] == [one["books"] for one in done["address_books"]]
    assert [] != done["changes"]
    assert ["authorization_code", "refresh_token"] == oauth.grants, "one log-in is renewed once"


def test_a_target_without_a_source_on_its_server_is_logged_in_by_name(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    with nextcloud() as cloud:
        source = f'type = "vdir"\npath = "{tmp_path / "calendars"}"'
        account = Account(tmp_path, source, f'type = "caldav"\nurl = "{cloud.url}"').configure()
        account.config.write_text(account.config.read_text().replace('type = "caldav"\ntype = "vdir"', 'type = "vdir"'))
        assert "termintreu login target" in account.run("doctor").stdout
        with account.logging_in_to("target") as login:
            visited(login.address())
            code, out, err = login.end()
        assert 0 == code, err
        assert "target: logged in" in out
        assert "termintreu login" not in account.run("doctor").stdout, "it is asked with the app password"
