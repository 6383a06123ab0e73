"""The comparison as tests of single items ask for it: what is not given was read, is ours and is not held back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from termintreu.config.schema import LimitsConfig
from termintreu.model import Collection, Item, ItemRecord, Observed
from termintreu.model.coverage import Coverage
from termintreu.planning.items.slot_state import slot_states
from termintreu.writing import diff as writing
from termintreu.writing.brakes import Policy
from termintreu.writing.slot_diff import Against

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_NO_NUMBERS: Mapping[str, int] = MappingProxyType({})
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


def diff(
    desired: Sequence[Item],
    observed: Iterable[Observed],
    remembered: Mapping[str, ItemRecord],
    *,
    now: datetime,
    collections: Mapping[str, Collection],
    limits: LimitsConfig | None = None,
    created_today: Mapping[str, int] = _NO_NUMBERS,
    agreed: frozenset[str] = frozenset(),
    sources: Mapping[str, str] = _NO_NAMES,
    until: datetime = _NEVER,
    **covered: Any,
) -> writing.Diff:
    """What follows; `covered`: fields of `Coverage`."""
    found = list(observed)
    coverage = Coverage(window=(_EVER, until), **{"remembered": bool(remembered), **covered})
    return writing.diff(
        desired,
        found,
        slot_states(found, remembered, {item.call_key for item in desired}),
        against=Against(now=now, collections=collections, coverage=coverage),
        policy=Policy(
            now=now, limits=limits or LimitsConfig(), created_today=created_today, agreed=agreed, sources=sources
        ),
    )
