"""The gettext catalogues, read from the package's own .po files (no compiled form that could drift from them).

They are read here and not by babel, which writes them: it takes longer than a short command may as a whole, and these
files hold nothing but what `tools.catalogues` puts into them. A test compares the two.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")
DOMAIN = "termintreu"
DEFAULT_LANGUAGE: Language = "de"
"""Where a configuration says nothing."""
ERRORS = "errors"
"""The domain of errors: German only, for they are English where they arise."""


class Catalogue(NamedTuple):
    """One language's sentences. A tuple, for help is to come at once, and dataclasses take longer to import."""

    sentences: Mapping[str, str]
    """msgid to msgstr; untranslated ones are left out."""
    plural_index: Callable[[int], int]
    """The form for a number, by the catalogue's Plural-Forms header: 0 is the singular in German and English."""

    def get(self, msgid: str) -> str:
        """The translation; the msgid itself, which is English, where there is none."""
        return self.sentences.get(msgid, msgid)


@cache
def catalogue(language: Language, domain: str = DOMAIN, *, eszett: bool = True) -> Catalogue:
    """The catalogue of a language, read once; without `eszett` as it is written in Switzerland, with ss for ß."""
    path = files("termintreu.model.texts") / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    found = dict(_entries(path.read_text(encoding="utf-8")))
    plural = _PLURAL.search(found.pop("", ""))
    sentences = {msgid: _spelled(said, eszett=eszett) for msgid, said in found.items() if said}
    return Catalogue(sentences=sentences, plural_index=gettext.c2py(plural[1] if plural else "n != 1"))


_ENTRY = re.compile(r'^msgid ((?:"[^\n]*"\n)+)msgstr ((?:"[^\n]*"(?:\n|\Z))+)', re.MULTILINE)
_PLURAL = re.compile(r"Plural-Forms:.*?plural=([^;\n]+)")
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Each msgid with its msgstr; the header has the empty msgid. Raises ValueError where an entry has another form."""
    entries = _ENTRY.findall(text)
    if len(entries) != len(re.findall(r"^msgid ", text, re.MULTILINE)):
        raise ValueError("a catalogue has entries of another form than msgid and msgstr")
    return ((_joined(msgid), _joined(said)) for msgid, said in entries)


def _joined(quoted: str) -> str:
    """The string that stands in quotes on one line or several, each of which ends with a line break."""
    joined = quoted.strip("\n")[1:-1].replace('"\n"', "")
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), joined) if "\\" in joined else joined


def _spelled(sentence: str, *, eszett: bool) -> str:
    """Our own words alone: what is foreign in a sentence stands as a name in braces here."""
    return sentence if eszett else sentence.replace("ß", "ss")
