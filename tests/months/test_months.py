"""What a month of a person must come to, whoever she is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.months import MONTHS
from tests.months.figures import figures, judgements, unjudged
from tests.months.life import Month
from tests.months.living import Living


@pytest.mark.parametrize("month", MONTHS, ids=lambda month: month.name)
def test_a_month_asks_rarely_rings_once_and_says_what_matters(month: Month, tmp_path: Path) -> None:
    told = Living(month, tmp_path).through()
    known = judgements(month)
    assert ([], []) == unjudged(told, known)  # of each line somebody has said whether it is worth acting on
    found = figures(month, told, known)
    assert found.share >= 0.8
    assert found.lost == ()
    assert found.questions_a_day <= 2
    assert found.most_questions <= 2
    assert told.rung_twice == set()
    assert told.disturbing == []
    assert told.short == []
    assert told.past_offers == []
    assert told.written_by_second_runs == []
