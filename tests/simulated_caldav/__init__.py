"""A CalDAV server that is nothing but a function: a request and a moment in, a response out. It has no clock, no chance
and no I/O, so that the same requests bring the same bytes again. What it does wrong is said by a `Profile`, and the
profiles of real servers are read from the caldav package.

    server = SimulatedCalDav(PROFILES["zimbra"], username="anna", password="geheim")
    server.make_calendar("arbeit", "Arbeit", {"VEVENT"}, now)
    server.answer(Request(method="PROPFIND", path="/", headers={"depth": "0"}, body=b""), now)
"""

from tests.simulated_caldav.hints import PROFILES
from tests.simulated_caldav.messages import Request, Response
from tests.simulated_caldav.profile import Profile
from tests.simulated_caldav.server import SimulatedCalDav

__all__ = ["PROFILES", "Profile", "Request", "Response", "SimulatedCalDav"]
