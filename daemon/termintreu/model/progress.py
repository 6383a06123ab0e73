"""How far a long cycle has come, for whoever wants to show it. This one shows nothing. Pure."""

from __future__ import annotations

from typing import Literal

Stage = Literal["reading", "writing"]
"""What is counted: collections read, items written."""


class Progress:
    """Told by the cycle; a subclass shows it."""

    def more(self, stage: Stage, steps: int) -> None:
        """That many further steps are ahead."""

    def done(self, stage: Stage) -> None:
        """One step is done, well or not."""


SILENT = Progress()
"""For daemons and pipes."""
