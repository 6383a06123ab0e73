"""`termintreu doctor` on accounts that do not work: what it tells a person to do fits what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.scripted import Answer, ScriptedServer

CONFIG = """
timezone = "Europe/Berlin"
[me]
name = "Anna Beispiel"
[[sources]]
name = "crm"
type = "ics"
url = "{feed}"
allow_private = true
[[sources]]
name = "work"
type = "caldav"
url = "{feed}"
username = "anna"
password = {{ file = "{folder}/nowhere" }}
[[sources]]
name = "private"
type = "vdir"
path = "{folder}/nowhere"
[target]
type = "vdir"
path = "{folder}"
[[call_logs]]
type = "asterisk"
path = "{folder}/nowhere.csv"
"""


PAGE = Answer(method=None, status=200, headers={"Content-Type": "text/html"}, body=b"<!DOCTYPE html><html></html>")


def in_trouble(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """A command, where no account is as it should be."""
    config = folder / "config.toml"
    with ScriptedServer([PAGE] * 9) as server:
        config.write_text(CONFIG.format(feed=f"{server.url}feed.ics", folder=folder))
        config.chmod(0o600)
        return subprocess.run(
            [sys.executable, "-m", "termintreu", command, "--json", "--config", str(config)],
            env={**os.environ, "XDG_STATE_HOME": str(folder / "state")},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


def test_the_advice_fits_the_kind_of_the_account(tmp_path: Path) -> None:
    done = in_trouble(tmp_path, "doctor")
    advice = {one["account"]: one["do"] for one in json.loads(done.stdout) if not one["ok"]}
    assert done.returncode == 1, done.stderr
    assert "copy the feed's address again" in advice["crm"]
    assert "`password`" in advice["work"]
    assert "check the path" in advice["private"]
    assert "check the path" in advice["asterisk"]


def test_what_fails_is_logged_with_what_to_do(tmp_path: Path) -> None:
    lines = [line for line in in_trouble(tmp_path, "once").stderr.splitlines() if " failed " in line]
    told = {name: next(line for line in lines if name in line) for name in ("crm", "work", "private", "asterisk")}
    assert "mend the log-in, then reload" in told["work"]
    assert "see `termintreu doctor`" in told["crm"]
    assert "see `termintreu doctor`" in told["private"]
    assert "mend it" in told["asterisk"]
