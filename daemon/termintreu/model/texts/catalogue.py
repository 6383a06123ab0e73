"""The gettext catalogues, read from the package's own .po files (no compiled form that could drift from them)."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from babel.messages.pofile import read_po

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")
DOMAIN = "termintreu"
ERRORS = "errors"
"""The domain of errors: German only, for they are English where they arise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One language's sentences."""

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
    resource = files("termintreu.model.texts") / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    with resource.open("rb") as stream:
        parsed = read_po(stream, locale=language, abort_invalid=True)
    sentences = {
        str(entry.id): _spelled(str(entry.string), eszett=eszett) for entry in parsed if entry.id and entry.string
    }
    return Catalogue(sentences=sentences, plural_index=gettext.c2py(parsed.plural_expr))


def _spelled(sentence: str, *, eszett: bool) -> str:
    """Our own words alone: what is foreign in a sentence stands as a name in braces here."""
    return sentence if eszett else sentence.replace("ß", "ss")
