"""The Google Calendar API (v3), as strict as its reference: what that refuses is refused, and nothing else is known."""

from tests.fakes.google.calendar import GoogleCalendar, google_calendar

__all__ = ["GoogleCalendar", "google_calendar"]
