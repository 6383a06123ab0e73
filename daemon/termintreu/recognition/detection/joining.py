"""Links of hosts that no table knows, where the entry itself says that one joins a conference by them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from termintreu.recognition.detection import sentences
from termintreu.recognition.detection.lines import Line
from termintreu.recognition.detection.links import Link, conference_host, generic, leads_in, unwrap, urls_in
from termintreu.recognition.detection.text import Texts

_NEAR = 120
"""Characters before a link in which a word says what it is for."""
_FIRST_LINES = 3
"""Lines of a description that say what the entry is."""

_ONLINE = re.compile(
    r"(?<!\w)(?:video(?!s?(?:uberwachung|spiel|dreh|schnitt|abend|production|shoot|edit|game))\w*|"
    r"(?:online|web|tele|remote|digital)-?\w*(?:visit\w*|sprechstunde|termin|beratung|meeting|beglaubigung|anhorung|"
    r"verhandlung|gesprach|sitzung|unterricht|kurs|consult\w*|interview|konferenz|conference|hearing|besprechung)|"
    r"(?:online|remote|virtual|web|digital) (?:\w+ )?(?:consult\w*|appointment|visit|meeting|session|interview|hearing|"
    r"class|lesson|conference|event|room|visite|termin|treffen|sitzung|sprechstunde)|telehealth|telemedi[cz]in\w*|"
    r"(?:held|conducted|takes place|attend|join\w*) (?:remotely|online|virtually|by video)|"
    r"(?:findet|tagen|treffen|tagt) (?:\w+ ){0,3}(?:online|virtuell|digital)|virtuelle\w*)(?!\w)"
)
"""An entry that people meet in over the net."""
_LEADS_IN = re.compile(
    r"(?<!\w)(?:join\w*|enter|open|start|click|tap|go to|visit|log ?in|sign in|connect|link|room|video|session|"
    r"klick\w*|klicken|offnen|offne|gehen sie|geh|ruf(?:en sie)? .{0,20}auf|betret\w*|einloggen|einwahlen|starten|"
    r"zugang\w*|zugangslink|raum|sitzung|zum (?:termin|vorgang|gesprach|meeting|raum)|zur (?:sitzung|sprechstunde|"
    r"besprechung|verhandlung|beratung)|hier entlang|browser|web)(?!\w)"
)
_JOIN = re.compile(r"(?<!\w)(?:join\w*|teilnehmen|teilzunehmen|beitreten|beizutreten|einwahlen|dazukommen)(?!\w)")
_ELSEWHERE = re.compile(
    r"(?<!\w)(?:unterlagen?|agenda|dokument\w*|documents?|protokoll\w*|minutes|wiki|anleitung\w*|guide|instructions|"
    r"hilfe|help|faqs?|support|kalender|calendar|karte|map|anfahrt|directions|abmeld\w*|unsubscribe|datenschutz\w*|privacy|"
    r"impressum|umfrage|survey|feedback|formular\w*|forms?|fragebogen|storn\w*|absag\w*|verschieb\w*|verleg\w*|umbuch\w*|"
    r"cancel\w*|re-?schedul\w*|manage|verwalten|registr\w*|anmeld\w*|sign up|alte[rn]? link|old link|recordings?|"
    r"aufzeichnung\w*|mitschnitt\w*|website|webseite|homepage|shop|newsletter|rechnung\w*|invoice|folien|slides|download\w*|"
    r"herunterlad\w*|install\w*|app store|technik-?(?:check|test)|system(?:-?check|test)|testen|test|wussten sie|"
    r"auch per|cloud|ablage|files?|dateien|prasentation|presentation|notes|terms|agb)(?!\w)"
)
"""What a link is for where it joins nothing."""


def said_to_join(texts: Texts) -> Link | None:
    """The link by which the description says that one joins: by the words before it, or because people meet online.

    In an entry that itself says that it is held over the net, a link counts to which the reader is led; elsewhere only
    one whose own line, or the one above it, cannot mean anything but a conference.
    """
    online: bool | None = None
    for line, before, place, url in _addresses(texts.body):
        words = line.folded[max(0, place - _NEAR) : place] or before
        online = _is_online(texts) if online is None else online
        if _joins(words, url, online=online):
            link = generic(url)
            if link is not None:
                return link
    return None


def _joins(words: str, url: str, *, online: bool) -> bool:
    if conference_host(unwrap(url)):
        return True
    if sentences.JOIN_STRICT.search(words) and not sentences.WATCHED.search(words):
        return True
    leads = online and (_LEADS_IN.search(words) or leads_in(url))
    return bool(leads or (_JOIN.search(words) and leads_in(url))) and not _leads_elsewhere(words)


def _is_online(texts: Texts) -> bool:
    return any(_ONLINE.search(line.folded) for line in (texts.summary, texts.location, *texts.body[:_FIRST_LINES]))


def _leads_elsewhere(words: str) -> bool:
    return bool(_ELSEWHERE.search(words) or sentences.WATCHED.search(words))


def _addresses(lines: tuple[Line, ...]) -> Iterator[tuple[Line, str, int, str]]:
    """Every address: its line, the folded line above, its place, and itself."""
    before = ""
    for line in lines:
        for place, url in urls_in(line.text):
            yield line, before, place, url
        before = line.folded
