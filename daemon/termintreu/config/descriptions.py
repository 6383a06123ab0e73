"""The docstrings below the options as their descriptions, for what is generated from them. Pydantic can take them over
while it makes the classes, but looks for the source of each class in all modules then: 0.4 s for each start.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache

from termintreu.config.schema import Section


def describe() -> None:
    """Give each option of all sections that are imported its description; JSON Schema has it after `model_rebuild`."""
    for section in sections():
        if not section.__module__.startswith("termintreu."):
            continue
        docstrings = _docstrings(section.__module__).get(section.__name__, {})
        for name, field in section.model_fields.items():
            field.description = field.description or docstrings.get(name)


def sections(below: type[Section] = Section) -> Iterator[type[Section]]:
    """Every section there is, those that others hold before them."""
    for section in below.__subclasses__():
        yield section
        yield from sections(section)


@cache
def _docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """By class and attribute."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: dict(_of_class(one)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, below in zip(node.body, node.body[1:], strict=False):
        match attribute, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)
