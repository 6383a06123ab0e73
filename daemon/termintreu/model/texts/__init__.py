"""Sentences in the user's language: German and English gettext catalogues, dates, numbers, and the cleaning of
foreign text. Pure but for reading its own catalogues from the package; it knows no clock and decides nothing.

Adding a sentence: write `msg("Call {who} at {start:time}", who=..., start=...)` where it is needed, the msgid as a
plain English literal, then run `make texts`: it adds the new msgids to both catalogues
(`locale/<language>/LC_MESSAGES/termintreu.po`, the English one as it stands). Fill in the German msgstr, one entry
for each msgid, with the same names in braces; tests fail on anything missing, stale or unfilled.

What stands behind the colon says how a value is written; a translation may choose another form than the msgid:

| value       | forms (the first is the default)                                                   |
|-------------|-------------------------------------------------------------------------------------|
| datetime    | in sentences `at` (Wed 25 Nov, 14:30; Mi., 25.11., 14:30 Uhr), `clock` (14:30; 14:30 Uhr), |
|             | `spoken` (Wednesday 25 November at 14:30), `long_day` (Wednesday 25 November);      |
|             | in tables `moment` (Wed 25 Nov, 14:30), `time` (09:55), `day`, `date`, `moment_year` (with year) |
| two of them | `hours` (14:30–15:00; 9–15 Uhr)                                                     |
| date        | `day`, `date`                                                                       |
| time        | as `clock`: on the wall of somebody else                                            |
| timedelta   | `duration` (1 h 30 min), `minutes` (90 minutes)                                     |
| int         | plain; `minutes`; `call|calls` writes the number and the right one of the words     |
| float       | plain, two digits; `percent` (0.88 is 88 %)                                         |
| str         | foreign: cleaned, at most 60 characters; `text` at most 300; `number` an E.164 number, readable; |
|             | `error` an error of ours, in the reader's language, at most 300;                   |
|             | `object` a name that something is done with ("mit Herrn Brandt")                    |
| Message     | rendered; a tuple of any of these becomes "a, b and c", with `commas` "a, b, c"     |

German texts: Sie-form, short, calm, useful at a glance on a telephone; no blame, no excuse.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termintreu.model.texts.foreign import clean
    from termintreu.model.texts.texts import Texts
else:

    def __getattr__(name: str) -> object:
        """Load `Texts`, and babel with it, or `clean` when it is asked for: help and most errors need neither."""
        modules = {"Texts": "texts", "clean": "foreign"}
        if name not in modules:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"termintreu.model.texts.{modules[name]}"), name)
        globals()[name] = found
        return found


__all__ = ["Texts", "clean"]
