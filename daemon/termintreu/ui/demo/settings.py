"""The demo's configuration, and the language it speaks. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from termintreu.ui.demo.week import contacts_toml

ZONE = "Europe/Berlin"


def language_of(environment: Mapping[str, str]) -> Literal["de", "en"]:
    """German where the machine's messages are German (POSIX: the first of these that is set counts), else English."""
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "de" if locale.startswith("de") else "en"


def settings(language: str, places: str, *, state: Path, page: str | None = None) -> str:
    """The configuration as TOML.

    Args:
        language: "de" or "en".
        places: the tables of sources and target.
        state: the state's folder.
        page: host and port of the web page; None: there is none.
    """
    days = "".join(f'{day} = ["08:30-12:30", "13:00-17:30"]\n' for day in ("mon", "tue", "wed", "thu", "fri"))
    web = f'[web]\nlisten = "{page}"\n' if page is not None else ""
    return (
        f'language = "{language}"\ntimezone = "{ZONE}"\n'
        '[me]\nname = "Anna Beispiel"\nemails = ["anna@beispiel.example"]\nregion = "DE"\n'
        f"[me.working_hours]\n{days}"
        f'[schedule]\npoll = "2s"\n[state]\npath = {json.dumps(str(state))}\n{places}{web}{contacts_toml()}'
    )
