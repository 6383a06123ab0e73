"""Where on a server what stands, and how it is spelled."""

from __future__ import annotations

from tests.simulated_caldav.messages import Row, spelled
from tests.simulated_caldav.profile import Profile
from tests.simulated_caldav.state import Calendar, State, Stored


class Site:
    """One account's paths."""

    def __init__(self, profile: Profile, state: State, username: str) -> None:
        self.profile, self.state, self.username = profile, state, username
        fill = {"username": username}
        self.entrance = profile.entrance.format(**fill)
        self.principal = profile.principal.format(**fill)
        self.home = profile.home.format(**fill)

    def href(self, calendar: Calendar, name: str = "") -> str:
        """As answers spell it."""
        return spelled(calendar.path + name)

    def find(self, path: str, raw: str) -> tuple[Calendar | None, str]:
        """The calendar and the name within it of a decoded path; `raw`: as it was sent."""
        calendar, name = self.state.at(path)
        if calendar is None or not name:
            return calendar, name
        if self.profile.at_signs == "encoded" and "@" in raw.rpartition("/")[2]:
            return calendar, name + "\0"  # nothing stands under this spelling
        if self.profile.made_under == "its name" and not path.startswith(calendar.path):
            return None, name
        return calendar, name

    def etag(self, stored: Stored) -> str:
        """As listings tell it, with its quotes."""
        return f'W/"{stored.etag}"' if self.profile.weak_etags else f'"{stored.etag}"'

    def missing(self, path: str) -> Row:
        """A row about what is not there."""
        return Row(href=spelled(path), status=404)
