"""The modules that one must be able to read: no long function in them, and none with many parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

DAEMON = Path(__file__).parents[3] / "daemon" / "termintreu"
ROOMS = ("cycle", "writing")
READABLE = sorted([*(path for room in ROOMS for path in (DAEMON / room).glob("*.py")), DAEMON / "judging" / "judge.py"])
LINES, PARAMETERS = 60, 7

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    """All of them but the methods of ports, which have no body, and whose callers name what they give."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        if not (isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases)):
            waiting += ast.iter_child_nodes(node)


def length(function: Function) -> int:
    """Lines from the first decorator to the last statement."""
    begin = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return (function.end_lineno or begin) - begin + 1


def parameters(function: Function) -> int:
    """All of them but `self` and `cls`."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, *(one for one in (given.vararg, given.kwarg) if one)]
    return sum(one.arg not in {"self", "cls"} for one in named)


def too_big(source: str) -> list[str]:
    return [
        f"{one.name}: {length(one)} lines, {parameters(one)} parameters"
        for one in functions(source)
        if length(one) > LINES or parameters(one) > PARAMETERS
    ]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_functions_fit_on_a_screen_and_take_few_things(path: Path) -> None:
    assert [] == too_big(path.read_text(encoding="utf-8"))


def test_the_modules_of_the_cycle_are_among_them() -> None:
    assert {"cycle", "reconcile", "diff", "judge"} <= {path.stem for path in READABLE}


def test_what_is_too_long_or_takes_too_much_is_found() -> None:
    long = "def long():\n" + "    pass\n" * LINES
    wide = "async def wide(self, a, b, c, *, d, e, f, g, h): ..."
    assert ["long: 61 lines, 0 parameters"] == too_big(long)
    assert ["wide: 1 lines, 8 parameters"] == too_big(wide)
    assert [] == too_big("class A:\n    def fits(self, a, b, c, *, d, e, f, g): ...")
    assert [] == too_big("class Port(Protocol):\n    def port(self, *, a, b, c, d, e, f, g, h): ...")
