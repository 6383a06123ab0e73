"""Reading iCalendar (RFC 5545): bytes in, occurrences, tasks, and what could not be read out. Pure.

Everything that comes from outside is hostile here: it may be broken, endless or lying, and none of it raises.
"""

from termintreu.reading.ical.extent import Extent, extent_of
from termintreu.reading.ical.lines import MAX_COMPONENTS
from termintreu.reading.ical.prefilter import may_matter
from termintreu.reading.ical.read import Reading, read_resource
from termintreu.reading.ical.reader import Reader
from termintreu.reading.ical.split import Part, Split, split_stream
from termintreu.reading.ical.text import entries_in

__all__ = [
    "MAX_COMPONENTS",
    "Extent",
    "Part",
    "Reader",
    "Reading",
    "Split",
    "entries_in",
    "extent_of",
    "may_matter",
    "read_resource",
    "split_stream",
]
