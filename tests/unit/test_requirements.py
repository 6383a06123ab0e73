"""Every numbered requirement of docs/safety.md has a test that names it, and the page names tests that exist."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from termintreu.config.schema import LimitsConfig

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "safety.md"
NUMBERS = range(1, 31)


def marked(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Test names of a module with the numbers they are marked with, on themselves, their class or the module."""

    def numbers(decorators: list[ast.expr]) -> set[int]:
        calls = [one for one in decorators if isinstance(one, ast.Call)]
        named = [call for call in calls if ast.unparse(call.func) == "pytest.mark.requirement"]
        return {int(ast.literal_eval(argument)) for call in named for argument in call.args}

    def walk(body: list[ast.stmt], inherited: set[int]) -> Iterator[tuple[str, int]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, inherited | numbers(node.decorator_list))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                yield from ((node.name, number) for number in inherited | numbers(node.decorator_list))

    assignments = [node for node in tree.body if isinstance(node, ast.Assign)]
    values = [node.value for node in assignments if ast.unparse(node.targets[0]) == "pytestmark"]
    yield from walk(tree.body, numbers([one for value in values for one in getattr(value, "elts", [value])]))


@pytest.fixture(scope="module")
def tests() -> dict[str, set[int]]:
    """Every test of the suite by name, with its numbers."""
    found: dict[str, set[int]] = defaultdict(set)
    for path in (ROOT / "tests").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found[node.name] |= set()
        for name, number in marked(tree):
            found[name].add(number)
    return found


@pytest.mark.parametrize("number", NUMBERS)
def test_a_requirement_has_a_test_that_names_it(tests: dict[str, set[int]], number: int) -> None:
    assert [name for name, numbers in tests.items() if number in numbers]


def test_no_test_names_a_requirement_that_does_not_exist(tests: dict[str, set[int]]) -> None:
    assert set(NUMBERS) >= set().union(*tests.values())


def test_the_page_states_each_requirement_with_tests_that_are_marked_with_it(tests: dict[str, set[int]]) -> None:
    rows = re.findall(r"(?m)^\| (\d+) \|(.*)\|(.*)\|$", PAGE.read_text(encoding="utf-8"))
    assert list(NUMBERS) == [int(number) for number, _, _ in rows]
    for number, _, named in rows:
        names = re.findall(r"`([a-z0-9_]+)`", named)
        assert names, number
        for name in names:
            assert int(number) in tests.get(f"test_{name}", set()), (number, name)


def test_every_test_that_the_page_names_exists(tests: dict[str, set[int]]) -> None:
    named = re.findall(r"`(test_[a-z0-9_]+)`", PAGE.read_text(encoding="utf-8"))
    assert set(named) <= tests.keys()


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    rows = re.findall(r"(?m)^\| `([a-z_]+)` \| (\d+) \|", PAGE.read_text(encoding="utf-8"))
    assert LimitsConfig().model_dump() == {name: int(default) for name, default in rows}
