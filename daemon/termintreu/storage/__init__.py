"""The state between cycles: a cache of the calendar, and the user's answers. It may be deleted at any time; the next
cycle rebuilds it from the calendar.
"""

from termintreu.storage.database import Database
from termintreu.storage.sqlite import SqliteDatabase
from termintreu.storage.store import Store

__all__ = ["Database", "SqliteDatabase", "Store"]
