"""Whoever asks the daemon is answered, whatever befell the one before."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from termintreu.service.status_client import Request, ask, own_folder, socket_name
from termintreu.service.status_socket import answering


def test_a_defect_in_one_answer_is_told_and_the_next_one_is_given(tmp_path: Path) -> None:
    config, environ = tmp_path / "config.toml", {"RUNTIME_DIRECTORY": str(tmp_path / "run")}

    def respond(request: Request) -> dict[str, object]:
        return {"asked": request["do"], "broken": 1 // (request["do"] != "once")}

    with answering(config, environ, respond):
        broken = ask(config, environ, tmp_path, request={"do": "once"})
        assert {"asked": "status", "broken": 1} == ask(config, environ, tmp_path)
    assert broken is not None
    assert "a defect of the daemon (ZeroDivisionError)" in broken["error"]
    assert ask(config, environ, tmp_path) is None


def test_what_takes_long_and_who_says_nothing_keep_nobody_waiting(tmp_path: Path) -> None:
    config, environ = tmp_path / "config.toml", {"RUNTIME_DIRECTORY": str(tmp_path / "run")}
    done, answers = threading.Event(), []

    def respond(request: Request) -> dict[str, object]:
        if request["do"] == "once":
            done.wait(30)
        return {"asked": request["do"]}

    with answering(config, environ, respond), socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str((own_folder(environ) or tmp_path) / socket_name(config)))
        wanted = {"do": "once"}
        waiting = threading.Thread(target=lambda: answers.append(ask(config, environ, tmp_path, request=wanted)))
        waiting.start()
        assert {"asked": "status"} == ask(config, environ, tmp_path)
        done.set()
        waiting.join(10)
    assert [{"asked": "once"}] == answers


def test_without_a_runtime_directory_the_socket_is_in_the_folder_of_the_state(tmp_path: Path) -> None:
    """in a container, from cron"""
    config, state = tmp_path / "config.toml", tmp_path / "state"
    with answering(config, {}, lambda request: {"asked": request["do"]}, state=state):
        assert {"asked": "status"} == ask(config, {}, tmp_path, state=lambda: state)
        assert None is ask(config, {}, tmp_path)
