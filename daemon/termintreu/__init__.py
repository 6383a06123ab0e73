"""termintreu watches the calls in a person's calendars and writes reminders and tasks back."""

__version__ = "0.2.0"
