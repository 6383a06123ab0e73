"""How many examples the machines try: few enough for every run of the tests, and more where there is time:
`THOROUGH=50 pytest tests/stateful` tries fifty times as many.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def examples(usual: int, *, steps: int) -> settings:
    """Settings of a machine: so many examples in a usual run, each of so many steps at the most."""
    return settings(
        max_examples=usual * int(os.environ.get("THOROUGH", "1")),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
