"""The types that stages hand to each other. Frozen values, aware datetimes, no I/O, no clock.

Names come from RFC 5545 and RFC 4791 (component, resource, collection, href, ETag, sync-token, UID,
RECURRENCE-ID) and from reconcilers (desired, observed, change). Ours: call, contact, finding, item, outcome.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termintreu.model.values import *  # noqa: F403 - one list of names, in `values`
else:

    def __getattr__(name: str) -> object:
        """Load the values when the first of them is asked for: many a command needs only `errors` or `texts`."""
        if name.startswith("__"):
            raise AttributeError(name)
        values = import_module("termintreu.model.values")
        globals().update({each: getattr(values, each) for each in values.__all__})
        try:
            return globals()[name]
        except KeyError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
