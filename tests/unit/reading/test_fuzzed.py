"""What the fuzzer begins with, and what it once found: none of it breaks the reading any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.target import take

ROOT = Path(__file__).parents[3]
FOLDERS = (ROOT / "fuzz" / "corpus", ROOT / "tests" / "data" / "fuzzed", ROOT / "tests" / "data" / "hostile")
INPUTS = sorted(path for folder in FOLDERS for path in folder.glob("*"))


@pytest.mark.requirement(22)
@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_an_input_of_the_fuzzer_is_read_soberly(path: Path) -> None:
    take(path.read_bytes())
