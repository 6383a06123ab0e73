"""Address books in the real program: watched folders, CardDAV on real servers, and what is shown of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import here
from tests.contract.suite import card
from tests.servers import DavServer, Relay
from tests.system.manager import Manager, eventually, tomorrow

MUELLER = card(
    "m",
    "Sabine Müller",
    extra=("ORG:ACME GmbH", "EMAIL:mueller@acme.example", "TEL:030 901821", "NOTE:geheim", "CATEGORIES:kritisch"),
)
TITLE = "Telefonat mit Frau Müller (ACME)"
READING = {"PROPFIND", "REPORT", "GET", "OPTIONS", "HEAD"}


def termintreu(manager: Manager, *arguments: str) -> subprocess.CompletedProcess[str]:
    command, *more = arguments
    return here(command, "--config", str(manager.config), *more, environ=manager.environment)


def asked(manager: Manager, *arguments: str) -> Any:
    done = termintreu(manager, *arguments, "--json")
    return json.loads(done.stdout)


def folder_of(manager: Manager) -> Path:
    people = manager.folder / "people"
    people.mkdir()
    manager.configure(f'[[address_books]]\nname = "people"\ntype = "vcard"\npath = "{people}"')
    return people


def carddav(url: str, server: DavServer, book: str) -> str:
    return (
        f'[[address_books]]\nname = "people"\ntype = "carddav"\nurl = "{url}"\nbooks = ["{book}"]\n'
        f'username = "{server.username}"\npassword = {{ env = "PEOPLE" }}'
    )


def test_a_card_that_is_added_while_the_daemon_runs_is_known_within_seconds(manager: Manager) -> None:
    people = folder_of(manager)
    manager.put("1", tomorrow(), TITLE)
    with manager.daemon():
        manager.await_word("1 calls ahead")
        assert not any("+49 30 901821" in item for item in manager.written())
        (people / "m.vcf").write_bytes(MUELLER)
        assert eventually(lambda: any("+49 30 901821" in item for item in manager.written()))
        # What is written stands there before the cycle that wrote it has ended, and status is of whole cycles.
        assert eventually(lambda: "Adressbuch, 1 Kontakt" in termintreu(manager, "status").stdout)
    assert [people / "m.vcf"] == list(people.iterdir())
    assert "ller" not in manager.log()
    assert "901821" not in manager.log()


def test_contacts_outlast_a_restart_without_the_book_and_leave_with_its_configuration(manager: Manager) -> None:
    people = folder_of(manager)
    (people / "m.vcf").write_bytes(MUELLER)
    manager.put("1", tomorrow(), TITLE)
    assert 0 == termintreu(manager, "once").returncode
    assert b"geheim" not in b"".join(path.read_bytes() for path in (manager.folder / "state").iterdir())

    shutil.rmtree(people)
    later = asked(manager, "once")
    assert ["mueller@acme.example"] == [call["contact"]["key"] for call in later["appointments"]]
    [book] = later["address_books"]
    assert ("stale", 1) == (book["state"], book["cards"])
    assert "the path does not exist" in book["error"]
    assert "people: veraltet  Adressbuch, 1 Kontakt" in termintreu(manager, "status").stdout

    manager.configure()
    assert not asked(manager, "once")["appointments"][0]["contact"]["key"].startswith("mueller")
    assert [] == asked(manager, "status")["address_books"]


def test_check_and_doctor_name_what_cannot_be_read(manager: Manager) -> None:
    people = folder_of(manager)
    (people / "m.vcf").write_bytes(MUELLER + b"BEGIN:VCARD\r\nFN:X\r\n")
    os.utime(people / "m.vcf", (0, 0))  # one that was changed just now may be half written
    (people / "n.vcf").write_bytes(MUELLER)
    shown = termintreu(manager, "doctor").stdout
    assert "Lesen von people: 2 Kontakte, 1 Karte nicht lesbar" in shown
    assert (
        "address_books[0].path: 1 Karten sind nicht lesbar (Einer Karte fehlt das END.)"
        in termintreu(manager, "check").stderr
    )

    shutil.rmtree(people)
    assert "address_books[0].path: people: den Pfad gibt es nicht" in termintreu(manager, "check").stderr
    done = termintreu(manager, "doctor")
    assert 1 == done.returncode
    assert "den Pfad gibt es nicht" in done.stdout

    (people.parent / "people.vcf").write_bytes(b"<html>")
    book = f'[[address_books]]\ntype = "vcard"\npath = "{people}.vcf"'
    manager.configure(book)
    assert "die Datei ist unvollständig (Adressbuch" in termintreu(manager, "check").stderr


def test_contacts_come_from_a_server_which_is_only_read(
    dav_server: DavServer, manager: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dav_server.make_book("Kundschaft")
    dav_server.put(path + "m.vcf", MUELLER, "text/vcard")
    manager.environment["PEOPLE"] = dav_server.password
    manager.put("1", tomorrow(), TITLE)
    with Relay(dav_server.port) as relay:
        manager.configure(carddav(relay.url, dav_server, path))
        assert "Kundschaft" in termintreu(manager, "doctor").stdout
        first = asked(manager, "once")
        assert [("mueller@acme.example", "+4930901821")] == [
            (call["contact"]["key"], call["phone"]) for call in first["appointments"]
        ]
        before = len(relay.requests)
        assert 1 == asked(manager, "once")["address_books"][0]["requests"] == len(relay.requests) - before
        dav_server.put(path + "m.vcf", MUELLER.replace(b"901821", b"901822"), "text/vcard")
        third = asked(manager, "once")
    assert ["+4930901822"] == [call["phone"] for call in third["appointments"]]
    assert {method for method, _ in relay.requests} <= READING


def test_a_password_that_cannot_be_had_locks_the_address_book_alone(manager: Manager) -> None:
    where = 'url = "http://127.0.0.1:1/"\nusername = "anna"\npassword = { env = "NONE" }'
    book = f'[[address_books]]\ntype = "carddav"\n{where}'
    manager.configure(book)
    manager.put("1", tomorrow())

    done = asked(manager, "once")

    assert ["unauthorized"] == [each["state"] for each in done["address_books"]]
    assert ["ok"] == [each["state"] for each in done["sources"]]
    assert {"applied"} == {change["result"] for change in done["changes"]}


def test_a_person_is_one_contact_in_rating_export_and_erase(manager: Manager) -> None:
    people = folder_of(manager)
    (people / "m.vcf").write_bytes(MUELLER.replace(b"mueller@acme", b"old@acme"))
    manager.put("1", tomorrow(), TITLE)
    after = (tomorrow().replace(hour=23)).isoformat()
    assert 0 == termintreu(manager, "once").returncode
    assert 0 == termintreu(manager, "answer", "Müller", "held", "--at", after).returncode
    (people / "m.vcf").write_bytes(MUELLER.replace(b"EMAIL:", b"EMAIL:old@acme.example\r\nEMAIL;PREF=1:"))
    termintreu(manager, "once", "--at", after)

    [rating] = asked(manager, "rating", "--at", after)
    assert ("mueller@acme.example", ["held"]) == (rating["key"], [call["outcome"] for call in rating["calls"]])
    assert rating["since"]
    assert 1 == rating["calls_per_quarter"]
    document = json.loads(termintreu(manager, "export", "Müller", "--at", after).stdout)
    assert {"old@acme.example", "+4930901821"} <= set(document["also_known_as"])
    assert {"1"} == {call["uid"] for call in document["calls"]}
    assert "Sabine Müller" == document["in_your_address_books"]["name"]

    erased = termintreu(manager, "erase", "old@acme.example", "--yes", "--at", after)
    assert 0 == erased.returncode, erased.stdout
    state = b"".join(path.read_bytes() for path in (manager.folder / "state").iterdir())
    assert b"acme.example" not in state
