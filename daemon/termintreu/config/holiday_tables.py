"""The library of holidays, with the tables of those countries alone that are asked for: its package of countries
imports a module for each of some 270 of them, which takes longer than the rest of a short command, and 7 MB.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

_COUNTRIES = "holidays.countries"


def days_of(country: str, state: str | None, *, year: int, language: str) -> Mapping[date, str]:
    """The public holidays of a year, with their names. Raises NotImplementedError for a place that is not known."""
    _leave_out_the_others()
    return dict(holidays.country_holidays(country, subdiv=state, years=year, expand=False, language=language).items())


@cache
def states(country: str) -> tuple[str, ...] | None:
    """The states whose holidays are known; None where no holidays of the country are."""
    _leave_out_the_others()
    try:
        return tuple(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return None


@cache
def is_known(country: str, state: str | None = None) -> bool:
    """Whether the holidays of a country, or of a state of it, are known."""
    _leave_out_the_others()
    try:
        holidays.country_holidays(country, subdiv=state)
    except NotImplementedError:
        return False
    return True


def _leave_out_the_others() -> None:
    """Let the package of countries be there without what it imports: the library imports a country's own module by
    its name."""
    spec = importlib.util.find_spec(_COUNTRIES) if _COUNTRIES not in sys.modules else None
    if spec is not None:
        sys.modules[_COUNTRIES] = importlib.util.module_from_spec(spec)
