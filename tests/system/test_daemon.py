"""The real process: ready, awake within a second, reloading, stopping, and killed."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from tests.system.manager import Manager, eventually, tomorrow


@pytest.mark.requirement(29)
def test_the_daemon_is_ready_after_its_first_cycle_and_wakes_up_for_a_change(manager: Manager) -> None:
    manager.put("a", tomorrow())
    with manager.daemon() as process:
        manager.await_word("READY=1")
        assert any("1 calls ahead" in word for word in manager.heard)
        assert any("Erika" in text and "VALARM" in text for text in manager.written())
        before = len(manager.written())
        manager.put("b", tomorrow() + timedelta(hours=3))
        assert eventually(lambda: len(manager.written()) > before)
        manager.await_word("2 calls ahead")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        manager.await_word("STOPPING=1")


@pytest.mark.requirement(29)
def test_a_bad_configuration_keeps_the_last_good_one_and_says_so(manager: Manager) -> None:
    manager.put("a", tomorrow())
    with manager.daemon() as process:
        manager.await_word("READY=1")
        manager.configure('langage = "de"')
        manager.await_word("last good one")
        manager.put("b", tomorrow() + timedelta(hours=3))
        manager.await_word("2 calls ahead")
        manager.configure()
        process.send_signal(signal.SIGHUP)
        manager.await_word("RELOADING=1")
        manager.await_word("2 calls ahead")
        assert process.poll() is None


@pytest.mark.requirement(29)
def test_a_bad_configuration_at_the_start_is_exit_code_78(manager: Manager) -> None:
    manager.configure('langage = "de"')
    with manager.daemon() as process:
        assert process.wait(60) == 78
    assert "langage" in (manager.folder / "log").read_text()


def test_why_it_did_not_start_is_an_error_in_the_journal(manager: Manager) -> None:
    """`journalctl -p err` finds each line"""
    manager.configure('langage = "de"\ntimezone_ = "x"')
    log = manager.folder / "log"
    log.touch()
    found = log.stat()
    with manager.daemon(JOURNAL_STREAM=f"{found.st_dev}:{found.st_ino}") as process:
        assert process.wait(60) == 78
    lines = log.read_text().splitlines()
    assert 2 <= len(lines)
    assert ["<3>"] * len(lines) == [line[:3] for line in lines]


def test_after_a_starved_watchdog_the_log_shows_where_it_was(manager: Manager) -> None:
    with manager.daemon() as process:
        manager.await_word("READY=1")
        process.send_signal(signal.SIGABRT)
        assert -signal.SIGABRT == process.wait(60)
    said = manager.log()
    assert "Fatal Python error: Aborted" in said
    assert "most recent call first" in said
    assert "service/daemon.py" in said or "asyncio" in said


@pytest.mark.requirement(29)
def test_the_watchdog_is_fed_from_the_loop(manager: Manager) -> None:
    with manager.daemon(WATCHDOG_USEC="200000"):
        manager.await_word("READY=1")
        manager.await_word("WATCHDOG=1")
        manager.await_word("WATCHDOG=1")


def test_a_killed_daemon_leaves_nothing_lost_and_nothing_doubled(manager: Manager) -> None:
    for number in range(8):
        manager.put(f"call-{number}", tomorrow() + timedelta(hours=2 * number))
    with manager.daemon() as process:
        assert eventually(lambda: len(manager.written()) >= 2)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with manager.daemon():
        manager.await_word("READY=1")
        texts = manager.written()
    reminders = [text for text in texts if ";reminder;" in text.replace("\\", "")]
    anchors = [line for text in reminders for line in text.splitlines() if line.startswith("X-TERMINTREU-ID")]
    assert len(set(anchors)) == len(anchors)
    assert len([anchor for anchor in anchors if not anchor.endswith(("eve", "buffer"))]) == 8
