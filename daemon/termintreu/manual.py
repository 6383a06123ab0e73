"""Writes what users and shells read about the configuration and the commands into the folder it is started in:
`python -m termintreu.manual`.

A test compares the files with what would be written, so that they never fall behind the program.
"""

from __future__ import annotations

from pathlib import Path

from termintreu import shell
from termintreu.cli import parser
from termintreu.config.manual import example, json_schema, page
from termintreu.rules import rule_params, rule_summaries


def files() -> dict[str, str]:
    """Path within the project to content."""
    params = rule_params()
    return {
        "config.example.toml": example(params, rule_summaries()),
        "docs/configuration.md": page(params),
        "docs/config.schema.json": json_schema(params),
        "docs/termintreu.1": shell.man(parser()),
        "docs/completion/termintreu.bash": shell.bash(parser()),
        "docs/completion/_termintreu": shell.zsh(parser()),
        "docs/completion/termintreu.fish": shell.fish(parser()),
    }


def main() -> None:
    """Write them all."""
    for name, content in files().items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
