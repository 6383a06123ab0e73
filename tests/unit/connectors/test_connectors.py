"""The table of connectors: every type of the configuration has one, and costs only what it needs."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from termintreu.config.schema import SourceConfig
from termintreu_connectors import CONNECTORS


def test_every_type_of_the_configuration_has_a_connector() -> None:
    types = get_args(SourceConfig.model_fields["type"].annotation)
    assert set(types) == set(CONNECTORS)


@pytest.mark.parametrize("kind", sorted(CONNECTORS))
async def test_a_connector_bears_its_name_and_sends_nothing_by_being_made(kind: str) -> None:
    made = CONNECTORS[kind](
        name="work", url="https://calendar.example/secret", path="/nowhere", username="anna", password="geheim"
    )
    assert "work" == made.name
    assert 0 == made.requests
    assert not any(secret in repr(made) for secret in ("geheim", "secret"))
    await made.close()


def test_who_reads_folders_only_pays_for_no_http_client() -> None:
    program = (
        "import sys\n"
        "from termintreu_connectors import CONNECTORS\n"
        "CONNECTORS['vdir'](name='home', path='/nowhere')\n"
        "print(sorted({'h11', 'caldav', 'lxml', 'watchdog'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert "[]" == done.stdout.strip()
