"""What the numbers of a description are for: to join a conference by, to reach somebody, or nothing of that.

A conference's block (`Line.block`) says what its numbers are for; elsewhere the words before a number do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from termintreu.model.regions import region_in
from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.blocks import is_number
from termintreu.recognition.detection.lines import Line
from termintreu.recognition.detection.numbers import Written, written_numbers
from termintreu.recognition.detection.pins import Searched

DIAL_IN = re.compile(
    r"(?<!\w)(?:dial|call(?:ing)?[- ]in|einwahl\w*|einwahlen|eingewahlt|one[- ]tap|one-touch|"
    r"toll(?:[- ]free)?|toll-free|join (?:\w+ ){0,3}(?:by|via|from|with) (?:\w+ )?(?:phone|telephone|"
    r"telefon)|by phone|"
    r"per telefon|uber telefon|telefonisch|mobile einwahl|schnelleinwahl|audio only|nur audio|"
    r"telefonkonferenz\w*|conference (?:bridge|number|call|line|dial)|phone (?:numbers?|conference|"
    r"one-tap|dial)|telefonnummern?|telefoneinwahl|"
    r"konferenz\w*|bridge|brucke|teleconference|telecon|participant|inbellen|international|"
    r"find your local number|local number|numeros? de telefono|numero d'appel|par telephone|pstn|"
    r"pin)(?!\w)"
)
NEVER_DIALLED = re.compile(
    r"(?<!\w)(?:fax|telefax|text (?=\(?\+?\d)|sms|your (?:phone|number|mobile)|ihre (?:telefon|ruf|"
    r"handy)?-?nummer)(?!\w)"
)
_OTHER_PURPOSE = re.compile(
    r"(?<!\w)(?:invitee|phone number:?$|handynummer:?$|telefonnummer:?$|"
    r"support hotline|hotline|notruf|emergency|helpdesk|help ?desk|hotel|rezeption|reception|front desk|"
    r"salon|praxis|studio|service-?(?:telefon|nummer|line)|taxi|restaurant|airline|airport|"
    r"zentrale|vermittlung|switchboard|sekretariat)(?!\w)"
)
THEIRS = re.compile(r"(?<!\w)(?:von|from|de|da|van)(?: der (?:nummer|rufnummer))? ?(?:the number |number )?[\s:(+]*$")

_SWITCHBOARD = re.compile(r"\W{0,3}(?:zentrale|vermittlung|switchboard|reception|empfang)(?!\w)")
_NOT_THIS = re.compile(
    r"(?<!\w)(?:nicht(?! vergessen)|kein\w{0,2}|niemals|not|don'?t|never|no need to|statt|"
    r"instead of)(?!\w)[^.;!?:,]{0,60}$"
)
"""A number that is named so that nobody dials it."""
_ASKED = re.compile(
    r"(?<!\w)(?:wahlen sie|wahle|erreichbar unter|erreichen sie (?:mich|uns|ihn) (?:\w+ ){0,2}unter|dial|"
    r"(?:call|ring|phone|reach) (?:me|us|him|her|them))(?: \w+){0,2}[ :]{1,2}$"
)
"""Words that ask the reader to dial what follows, whoever else dials in the same sentence."""
_MAX_NUMBERS = 80
"""Enough for every dial-in list; more is no invitation."""


@dataclass(slots=True)
class Sorted:
    """Numbers as they are found, by what they are for."""

    conference: list[Written] = field(default_factory=list)
    plain: list[Written] = field(default_factory=list)
    spare: list[Written] = field(default_factory=list)
    """Of receptions and hotlines: dialled where a call has no other."""
    searched: list[Searched] = field(default_factory=list)
    """The lines, for codes to be looked for in."""
    called: bool = False
    """Somebody rings whoever reads it: numbers that the reader is not asked to dial were left out."""

    def full(self) -> bool:
        """Whether there are more numbers than an invitation holds."""
        return len(self.conference) + len(self.plain) + len(self.spare) > _MAX_NUMBERS


def sort_body(lines: tuple[Line, ...], country: str, *, own: Collection[str], author_is_me: bool) -> Sorted:
    """The numbers of a description: a list of dial-in numbers goes on until another subject begins.

    Args:
        lines: of the description, without what belongs to other conferences.
        country: the user's, for numbers without a country code.
        own: the user's numbers, in E.164: a text of somebody else that holds one says where the user is rung.
        author_is_me: the user wrote the text: "we will call you at ..." then gives the other side's number.
    """
    if not lines:
        return Sorted()
    walk = _Walk(country=country, author_is_me=author_is_me)
    for line in lines:
        if walk.found.full():
            break
        walk.read(line)
    found = walk.found
    found.conference += walk.outside
    if not author_is_me and (found.plain or found.spare):
        found.called = any(number.e164 in own for number in walk.named) or reader_is_rung(lines)
    if found.called:
        found.plain, found.spare = walk.asked, []
    return found


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Where one is while reading a description's lines."""

    country: str
    author_is_me: bool
    found: Sorted = field(default_factory=Sorted)
    outside: list[Written] = field(default_factory=list)
    """Dial-in numbers that stand in no block: they come after those that do."""
    named: list[Written] = field(default_factory=list)
    """Those that stand in a sentence."""
    asked: list[Written] = field(default_factory=list)
    """Those that the reader is asked to dial, or that somebody rings from."""
    since_dial_in: int = 40
    """Lines since the last one that speaks of dialling in."""
    awaited: bool = False
    """Such a line came, and no number yet."""
    block: int | None = None
    heading: str = ""

    def read(self, line: Line) -> None:
        """Take in the next line."""
        if self.block is not None and line.block != self.block and not self.awaited:
            self.since_dial_in = _LIST_OF_COUNTRIES
        self.block = line.block
        alone = (self.block is not None or self.since_dial_in <= 2) and len(line.text) < _SHORT_LINE
        says = DIAL_IN.search(line.folded) is not None
        self.since_dial_in = 0 if says else self.since_dial_in + 1
        self.awaited = self.awaited or says
        numbers = written_numbers(line.text, self.country, alone=alone)
        dialled = [number for number in numbers if self._sort(line, number)]
        (self.outside if self.block is None else self.found.conference).extend(dialled)
        self.named += [number for number in numbers if not _short(line, number)]
        self.found.searched.append(searched(line, numbers, dialled))
        self.heading = line.folded if line.folded.endswith(":") else ""

    def _sort(self, line: Line, number: Written) -> bool:
        """Sort one number; whether a conference is joined by it."""
        before, behind = line.folded[: number.start], line.folded[number.end : number.end + 20]
        if NEVER_DIALLED.search(before) or _NOT_THIS.search(before[-_NEAR:]):
            return False
        if _asked(line, number):
            self.asked.append(number)
        if _OTHER_PURPOSE.search(before) or _OTHER_PURPOSE.search(self.heading) or _SWITCHBOARD.match(behind):
            self.found.spare.append(number)
            return False
        if _calls(line, number, author_is_me=self.author_is_me):
            self.found.plain.append(number)
        if not _dials_in(line, number, self.since_dial_in):
            return False
        self.awaited, self.since_dial_in = False, min(self.since_dial_in, 1)
        return True


def searched(line: Line, numbers: Iterable[Written], dialled: Iterable[Written]) -> Searched:
    """A line with the places of its numbers."""
    return Searched(
        line=line,
        dialled=[(number.start, number.end) for number in dialled],
        spared=[(number.start, number.end) for number in numbers],
    )


_NEAR = 100
"""Characters before a number that say what it is for."""
_SHORT_LINE = 60
"""Characters of a line that may be a number and its place."""
_LIST = 12
"""Lines over which a list of dial-in numbers may stretch."""
_LIST_OF_COUNTRIES = 40
"""The same, where each line names a country."""
_CODE_FOLLOWS = re.compile(
    r"\W{0,4}(?:(?:and |und |enter |,).{0,25})?(?:teilnehmer|zugangs|zugriffs|sitzungs|meeting|"
    r"participant|guest|gast|einwahl)?[- ]?(?:pin|code|passcode|id|access|konferenz|conference|kennwort|kennung|"
    r"kennnummer|raum\w*|room|zugang|guest|gast|pass)\W"
    r"|\W{1,4}\d{3,12} ?#"
    r"|.{0,16}(?<!\w)(?:dann|danach|then) (?:die |den |the |code |pin ){0,2}\d[\d ]{2,}"
    r"(?:,? (?:und|and|gefolgt|followed|eingeben|eintippen)| ?#)"
    r"|.{0,30}(?<!\w)(?:enter|key(?: in)?|type(?: in)?|geben sie)(?: [a-z]+){0,3} \d[\d ]{3,}"
)


def _dials_in(line: Line, number: Written, since_dial_in: int) -> bool:
    """Whether a number is one to join a conference by."""
    if number.pin or _CODE_FOLLOWS.match(line.folded[number.end : number.end + 80]):
        return True
    listed = line.block is not None and is_number(line)
    if (listed or since_dial_in <= _LIST) and not other_call(line.folded):
        return True
    return since_dial_in < _LIST_OF_COUNTRIES and region_in(line.folded) is not None


_OF_HER = re.compile(r"(?<!\w)[Ii]ch (?:rufe|werde) sie(?!\w)")
"""Small letters: she or they are called; whoever is addressed is "Sie"."""


def _rings_reader(line: Line) -> bool:
    """Whether a line says that somebody rings whoever reads it."""
    return sentences.READER_IS_CALLED.search(line.folded) is not None and not _OF_HER.search(line.text)


def reader_is_rung(lines: Iterable[Line]) -> bool:
    """Whether a text says that somebody rings whoever reads it."""
    return any(_rings_reader(line) for line in lines)


def _asked(line: Line, number: Written) -> bool:
    """Whether the reader is asked to dial a number, or somebody rings from it."""
    before = line.folded[max(0, number.start - _NEAR) : number.start]
    if _ASKED.search(before) or THEIRS.search(before):
        return True
    return sentences.READER_IS_TO_DIAL.search(line.folded) is not None


def _calls(line: Line, number: Written, *, author_is_me: bool) -> bool:
    """Whether a number is the other side's."""
    if _ASKED.search(line.folded[max(0, number.start - _NEAR) : number.start]):
        return True
    if _rings_reader(line):
        return author_is_me or THEIRS.search(line.folded[: number.start]) is not None
    if other_call(line.folded):
        return False
    return number.labelled or number.plus or number.parted or _short(line, number)


def other_call(folded: str) -> bool:
    return bool(sentences.CONDITION.search(folded)) and not DIAL_IN.search(folded)


def _short(line: Line, number: Written) -> bool:
    return len(line.text) - (number.end - number.start) < 30
