"""`termintreu doctor` on accounts that do not work: what it tells a person to do fits what is wrong."""

from __future__ import annotations

import json
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


def test_the_advice_fits_the_kind_of_the_account(tmp_path: Path) -> None:
    page = Answer(method=None, status=200, headers={"Content-Type": "text/html"}, body=b"<!DOCTYPE html><html></html>")
    config = tmp_path / "config.toml"
    with ScriptedServer([page] * 9) as server:
        config.write_text(CONFIG.format(feed=f"{server.url}feed.ics", folder=tmp_path))
        config.chmod(0o600)
        done = subprocess.run(
            [sys.executable, "-m", "termintreu", "doctor", "--json", "--config", str(config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    advice = {one["account"]: one["do"] for one in json.loads(done.stdout) if not one["ok"]}
    assert done.returncode == 1, done.stderr
    assert "copy the feed's address again" in advice["crm"]
    assert "`password`" in advice["work"]
    assert "check the path" in advice["private"]
    assert "check the path" in advice["asterisk"]
