"""Entries that say where the user works ("Home office", 9 to 17), and take no time. Pure; the words are data."""

from __future__ import annotations

import re

from termintreu.model import Occurrence

_PLACES = (
    r"(?:im |in )?(?:home|mobile)[ -]?office(?:[ -]?(?:tag|day))?",
    r"telearbeit|heimarbeit|mobiles arbeiten|arbeit(?:e)? von zu ?hause",
    r"(?:im )?büro(?:tag)?|im buero|vor ort im büro",
    r"wfh|working from home|work from home|working remotely|remote(?: day)?",
    r"(?:in )?(?:the )?office(?: day)?|in the office|working elsewhere|on site",
)
_WORKPLACE = re.compile(rf"(?:{'|'.join(_PLACES)})", re.IGNORECASE)


def is_workplace(occurrence: Occurrence) -> bool:
    """Whether its whole title is a place of work, and nobody else takes part."""
    return not occurrence.attendees and _WORKPLACE.fullmatch(occurrence.summary.strip(" .:–-")) is not None
