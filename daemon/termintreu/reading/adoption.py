"""Whether a collection may become one of our own. Pure.

Our own collections are made by us, or empty ones that bear the configured name, or those that hold items of ours
already (the state was lost, or another installation made them). Another one that holds only what others entered is
somebody's calendar: nothing is ever written there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from termintreu.config.schema import TargetConfig
from termintreu.model import Resource
from termintreu.model.marks import UID_PREFIX

_PROGRAMS_OWN = frozenset(str(TargetConfig.model_fields[role].default) for role in ("reminders", "tasks"))
_OURS = re.compile(rb"^UID(?:;[^:\r\n]*)?:[ \t]*" + re.escape(UID_PREFIX.encode()), re.IGNORECASE | re.MULTILINE)


def is_foreign(name: str, resources: Iterable[Resource]) -> bool:
    """Whether a collection of that display name that holds these (all of it, with data) is somebody else's.

    Nobody's own calendar bears the program's name: whoever keeps tasks of their own in ours goes on being served when
    the state is lost.
    """
    if name in _PROGRAMS_OWN:
        return False
    held = [resource.data for resource in resources if resource.data is not None]
    return bool(held) and not any(_OURS.search(data) for data in held)


def refusal(name: str) -> str:
    """Why nothing is written into a collection of that display name."""
    return (
        f'"{name}" holds entries that are not ours, so nothing is written there; '
        "give [target] reminders and tasks names of their own: such collections are made where they are missing"
    )
