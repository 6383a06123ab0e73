"""The result of one of doctor's checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The result of one check, in the user's language."""

    account: str
    step: str
    ok: bool
    found: str
    """One sentence."""
    do: str | None = None
    """What to do about a failure."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {"account": self.account, "step": self.step, "ok": self.ok, "found": self.found, "do": self.do}
