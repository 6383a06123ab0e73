"""Renders the page from its view and a template, with every value escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from termintreu.ui.web.page import PageView


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("termintreu.ui.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template("page.html")


def html(view: PageView) -> bytes:
    """The page, UTF-8."""
    return _template().render(page=view, labels=view.labels).encode()


@cache
def asset(name: str) -> bytes:
    """A file that the page refers to: "style.css" or "icon.svg"."""
    return (files("termintreu.ui.web") / "static" / name).read_bytes()
