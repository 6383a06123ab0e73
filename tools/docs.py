"""Writes what is generated into the folder it is started in: `python -m tools.docs`, which `make docs` does.

A test compares the files with what would be written, so that they never fall behind the program.
"""

from __future__ import annotations

from pathlib import Path

from termintreu.config.example import example
from termintreu.judging.rules import rule_params, rule_summaries
from tools import configuration, providers_table, rules_page, shell


def files() -> dict[str, str]:
    """Path within the repository to content."""
    params = rule_params()
    apps = Path(__file__).parents[1] / "docs" / "calendar-apps.md"
    return {
        "config.example.toml": example(params, rule_summaries()),
        "docs/calendar-apps.md": providers_table.page(apps.read_text(encoding="utf-8")),
        "docs/configuration.md": configuration.page(params),
        "docs/config.schema.json": configuration.json_schema(params),
        "docs/rules.md": rules_page.page(),
        "docs/termintreu.1": shell.man(),
        "docs/completion/termintreu.bash": shell.completion("bash"),
        "docs/completion/_termintreu": shell.completion("zsh"),
        "docs/completion/termintreu.fish": shell.completion("fish"),
    }


def main() -> None:
    """Write them all."""
    for name, content in files().items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
