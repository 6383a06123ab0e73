"""What commands say and return at the edges: before the first cycle, far from today, without a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import pytest

from termintreu.service import status_socket
from termintreu.ui.cli.arguments import main
from tests.command_line import here
from tests.system.manager import Manager, tomorrow

Capture = pytest.CaptureFixture[str]
LONG = (
    "Telefonat mit Erika Muster 030 901820 über den Vertrag, die Lieferung, das Lager, den Herbst und zuletzt Aprikosen"
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    manager = Manager(tmp_path)
    manager.put("long", tomorrow(), LONG)
    manager.config.chmod(0o600)
    manager.socket.close()
    return manager.config


def more(config: Path, toml: str) -> int:
    """Add to the configuration; returns the line on which that begins."""
    text = config.read_text()
    config.write_text(text + toml)
    return text.count("\n") + 1


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00", "9001-01-01", "1970-12-31T23:59+01:00"])
def test_a_moment_beyond_the_calendar_is_wrong_usage(moment: str, config: Path, capsys: Capture) -> None:
    assert 2 == main(["plan", "--config", str(config), "--at", moment])
    told = capsys.readouterr()
    assert ("", f"termintreu: --at '{moment}' liegt zu fern; möglich sind die Jahre 1971 bis 9000\n") == told


@pytest.mark.parametrize("moment", ["1971-01-01T00:00", "9000-12-31T23:59"])
def test_the_first_and_the_last_moment_that_are_taken_work(moment: str, config: Path, capsys: Capture) -> None:
    longest = 'horizon = "3650d"\nlookback = "3650d"\n'
    config.write_text(config.read_text().replace("[schedule]\n", f"[schedule]\n{longest}"))
    assert 0 == main(["plan", "--json", "--config", str(config), "--at", moment])
    assert datetime.fromisoformat(moment) == datetime.fromisoformat(json.loads(capsys.readouterr().out)["at"]).replace(
        tzinfo=None
    )


def test_nothing_has_failed_before_the_first_cycle(config: Path, capsys: Capture) -> None:
    assert 0 == main(["status", "--config", str(config)])
    assert ("", "Es lief noch kein Durchgang; „termintreu once“ macht einen\n") == capsys.readouterr()
    assert 0 == main(["status", "--json", "--config", str(config)])
    before = json.loads(capsys.readouterr().out)
    assert (None, None, [], None) == (before["at"], before["next"], before["sources"], before["daemon"])

    assert 0 == main(["once", "--config", str(config)])
    capsys.readouterr()
    assert 0 == main(["status", "--json", "--config", str(config)])
    assert before.keys() == json.loads(capsys.readouterr().out).keys()


def test_nor_has_it_while_a_daemon_is_at_its_first_cycle(config: Path, tmp_path: Path, capsys: Capture) -> None:
    daemon = {"daemon": {"pid": 7, "cycle_since": None, "problems": []}}
    place = {"RUNTIME_DIRECTORY": str(tmp_path / "run")}
    with patch.dict(os.environ, place), status_socket.answering(config, place, lambda _: daemon):
        assert 0 == main(["status", "--config", str(config)])
        assert ("", "Der Dienst ist beim ersten Durchgang; fragen Sie gleich noch einmal\n") == capsys.readouterr()
        assert 0 == main(["status", "--json", "--config", str(config)])
    told = json.loads(capsys.readouterr().out)
    assert (7, None, 0) == (told["daemon"]["pid"], told["at"], told["calls"])


@pytest.mark.parametrize("command", [["plan"], ["explain", "Erika"]])
def test_titles_are_cut_on_a_terminal_only(command: list[str], config: Path, capsys: Capture) -> None:
    assert 0 == main([*command, "--config", str(config)])
    assert "zuletzt Aprikosen" in capsys.readouterr().out
    with patch.dict(os.environ, {"FORCE_COLOR": "1", "COLUMNS": "300"}):
        assert 0 == main([*command, "--config", str(config)])
    shown = capsys.readouterr().out
    assert (False, True) == ("Aprikosen" in shown, "…" in shown)


def test_check_names_the_line_of_what_cannot_be_read(config: Path, capsys: Capture) -> None:
    line = more(config, '[[call_logs]]\ntype = "asterisk"\npath = "/nowhere/Master.csv"\n')
    more(config, '[[address_books]]\ntype = "vcard"\npath = "/nowhere/people.vcf"\n')

    assert 0 == main(["check", "--json", "--config", str(config)])
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert [f"{config}:{line + 2}: call_logs[0].path: ", f"{config}:{line + 5}: address_books[0].path: "] == [
        f"{warning.partition('.path: ')[0]}.path: " for warning in warnings
    ]


def test_in_a_persons_file_too(tmp_path: Path, config: Path, capsys: Capture) -> None:
    """What holds for everybody is told with its own line, what is hers with hers."""
    (tmp_path / "people.d").mkdir()
    own = tmp_path / "people.d" / "anna.toml"
    own.write_text(f'[[sources]]\nname = "w"\ntype = "vdir"\npath = "{tmp_path}"\n[target]\nsource = "w"\n')
    own.chmod(0o600)
    line = more(own, '[[call_logs]]\ntype = "asterisk"\npath = "/nowhere/Master.csv"\n')
    config.write_text(
        'profiles = "people.d"\ntimezone = "Europe/Berlin"\n[[address_books]]\ntype = "vcard"\npath = "/nowhere"\n'
    )

    assert 0 == main(["check", "--json", "--config", str(config)])
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert [f"{own}:{line + 2}: call_logs[0]", f"{config}:5: address_books[0]"] == [
        warning.partition(".path: ")[0] for warning in warnings
    ]


def test_a_box_that_cannot_be_reached_is_told_in_our_words_only(config: Path) -> None:
    more(config, '[[call_logs]]\ntype = "fritzbox"\nurl = "http://127.0.0.1:9"\n')
    done = here("plan", "--config", str(config))
    assert 1 == done.returncode
    assert "the box cannot be reached" in done.stderr
    assert "HTTPConnectionPool" not in done.stderr


def test_the_demo_gives_one_document_to_whoever_asks_for_json() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "termintreu", "demo", "--once", "--json"], capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert 0 == done.returncode
    assert [None, None] == [told["server"], told["page"]]  # they are gone with the demo
    assert "reminder" in {one["item"] for one in told["written"]}
    assert {"phone", "video"} <= {call["kind"] for call in told["appointments"]}
