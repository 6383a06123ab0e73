"""The parameters' types of the rules, for the configuration; the rules are imported when the first one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termintreu.judging.rules.common.base import Params


class RuleTypes(Mapping[str, "type[Params]"]):
    """The parameters' type of each rule, by its id."""

    @cached_property
    def _types(self) -> Mapping[str, type[Params]]:
        from termintreu.judging.rules import rule_params  # noqa: PLC0415 - see above

        return rule_params()

    def __getitem__(self, name: str) -> type[Params]:
        """As a mapping does."""
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        """The ids of the rules."""
        return iter(self._types)

    def __len__(self) -> int:
        """How many rules there are."""
        return len(self._types)


RULE_TYPES = RuleTypes()
