"""Months of people, lived through day by day: what is written for them, and whether it is worth it.

`python -m tests.months` prints each month's table and figures (`make month`).
"""

from __future__ import annotations

from tests.months import consultant, practice

MONTHS = (consultant.MONTH, practice.MONTH)
