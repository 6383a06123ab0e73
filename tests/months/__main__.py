"""Prints the months: each line that was written, what became of it, the judgement, and the figures."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.months import MONTHS
from tests.months.figures import figures, judgements, summary, table
from tests.months.living import Living


def main(names: list[str]) -> None:
    """Print the months of these names; all without."""
    for month in MONTHS:
        if names and month.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            told = Living(month, Path(folder)).through()
        known = judgements(month)
        lines = [f"== {month.name}", *table(month, told, known), "", *summary(told, figures(month, told, known)), ""]
        print("\n".join(lines))


main(sys.argv[1:])
