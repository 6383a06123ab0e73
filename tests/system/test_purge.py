"""What stands after a purge is what a first cycle would write, whenever either of them is."""

from __future__ import annotations

import pytest

from tests.system.person import Person


@pytest.mark.requirement(12, 30)
@pytest.mark.parametrize("at", ["2020-11-23T09:00", "2090-11-20T09:00"], ids=["before now", "after now"])
def test_what_was_purged_is_no_deletion_of_the_users(anna: Person, at: str) -> None:
    day = at[:8]
    anna.put("call-1", f"{day}25T14:30")
    anna.put("call-2", f"{day}26T14:30")
    written = [change["item"] for change in anna.cycle(at)]
    before = anna.items().keys()
    anna.run("purge")
    assert anna.items() == {}
    assert written == [change["item"] for change in anna.cycle(at)]
    assert anna.cycle(at) == []
    # A UID that was deleted is never used again: some servers refuse it.
    assert not before & anna.items().keys()
