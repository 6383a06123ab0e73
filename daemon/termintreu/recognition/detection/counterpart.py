"""Who else takes part, and what the counterpart is called: from attendees first, then from the title."""

from __future__ import annotations

import re
from functools import lru_cache

from termintreu.config import MeConfig
from termintreu.model import Occurrence, Person
from termintreu.recognition.detection.text import Texts, fold
from termintreu.recognition.detection.vocabulary import PHONE_SIGN
from termintreu.recognition.detection.who_calls import who_calls

_MAX_NAME = 80
_ROBOT = re.compile(
    r"(?:^|[._+-])(?:no-?reply|donotreply|notifications?|calendar|invites?|bot|mailer|room|raum|"
    r"resource|conf|meetingraum)(?:$|[._+\d-])|"
    r"resource\.calendar\.google\.com$|group\.calendar\.google\.com$"
)


def is_me(person: Person, me: MeConfig) -> bool:
    """Whether an attendee or organizer is the user: by address; by name where there is no address."""
    if person.email:
        return person.email.casefold() in _addresses(tuple(me.emails))
    return bool(me.name) and fold(person.name).strip() == fold(me.name).strip()


@lru_cache(maxsize=1024)
def _addresses(emails: tuple[str, ...]) -> frozenset[str]:
    return frozenset(email.strip().casefold() for email in emails)


def others(occurrence: Occurrence, me: MeConfig) -> tuple[Person, ...]:
    """Attendees and organizer who are people (no rooms, no mailers) and not the user; each once, attendees first."""
    found: dict[str, Person] = {}
    organizer = (occurrence.organizer,) if occurrence.organizer else ()
    for person in (*occurrence.attendees, *organizer):
        if is_me(person, me) or person.cutype in ("ROOM", "RESOURCE") or not (person.email or person.name):
            continue
        if (person.email and _ROBOT.search(person.email.partition("@")[0])) or person.email.endswith(
            "calendar.google.com"
        ):
            continue
        found.setdefault(person.email or person.name, person)
    return tuple(found.values())


def readable(person: Person) -> str:
    """CN, else a name read from the address ("anna.muster@..." is "Anna Muster")."""
    name = person.name.strip().strip("'\"")
    if name and "@" not in name:
        return name[:_MAX_NAME]
    local = (name or person.email).partition("@")[0].partition("+")[0]
    parts = [part for part in re.split(r"[._\-\d]+", local) if part]
    return " ".join(part.capitalize() for part in parts)[:_MAX_NAME] or person.email[:_MAX_NAME]


# --- names in titles -----------------------------------------------------------------------------------------------

_STATE = re.compile(
    (
        r"^\s*(?:[\[(][^\])]{1,30}[\])]|(?:updated|canceled|cancelled|abgesagt|aktualisiert|re|aw|wg|fwd?|"
        r"fw|einladung|invitation|tentative|reminder|erinnerung)\s?:)\s*"
    ),
    re.IGNORECASE,
)
_WITH = re.compile(
    r"(?<!\w)(?:mit|m\.|with|w/|avec|con|met|com|bei|an|von|from|to|a|à|do|med|per|s)\s+(?P<who>.+)$", re.IGNORECASE
)
_CALL_WORDS = re.compile(
    (
        r"(?<!\w)(?:(?:tele(?:fon|phon)\w*|tel\.?|phone|conf(?:erence|\.)?|con|video|zoom|teams|ms teams|"
        r"microsoft teams|skype|facetime|google meet|webex|jitsi|whatsapp|"
        r"discovery|intro(?:ductory)?|weekly|monthly|biweekly|bi-weekly|daily|fortnightly|quarterly|annual|"
        r"sales|support|kickoff|kick-off|status|sync|"
        r"follow[- ]?up|check-?in|catch-?up|planning|screening|screen|initial|quick|short|kurzes?|kurzer|"
        r"community|team|demo|strategy|project|feedback|update|review|coaching|"
        r"voice|audio|online|virtual|regular|internal|external|next|first|second|final|1:1|open|dev|"
        r"developer|public)[- ]?)*"
        r"(?:phone(?=\s)|tel\.(?=\s)|call[- ]?backs?|calls?|conference|conf|interview|meeting|"
        r"anrufen|durchklingeln|durchrufen|(?:kontroll|test|vorab)?anruf|"
        r"r(?:ü|ue)ckruf|telefonat\w*|telefon\w*|telko|telco|telecon\w*|chat|konferenz|besprechung|termin|"
        r"videokonferenz|videocall|videoanruf|videotelefonat|viko|gespräch|[a-zäöü]{3,}call|appel|appeler|"
        r"rappeler|llamar|llamada|chiamata|chiamare|klic|bellen|standup|stand-up|sync|jour fixe|zurückrufen|"
        r"zurueckrufen|anzurufen|calling)(?!\w)"
    ),
    re.IGNORECASE,
)
_TOPIC = re.compile(
    (
        r"\s+(?:wg\.?|wegen|bzgl\.?|bezüglich|betreffs?|betr\.?|zu[rm]?|zwecks|über|ueber|re:?|regarding|"
        r"about|on|for|für|fuer|due to|concerning|because|um|ab|gegen|at|@|am|via|per|in|to (?:discuss|talk|"
        r"review|go)|nach|vor|sur|pour|sobre|over|since|after|before|zwischen|between|im laufe|bis|until|from)\s.*$"
        r"|\s*[(\[{|].*$|\s+[-–—/|:]\s+.*$|\s*:\s+.*$|\s+#\w.*$|,?\s*(?:tel\.?|☎|📞|mobil|"
        r"phone)?:?\s*[+(]?\d[\d\s()/.+-]{5,}.*$|\s+\d{1,2}(?:[:.]\d\d)?\s?(?:uhr|h|am|pm).*$"
        r"|\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s.*)?$|\s+(?:today|tomorrow|heute|morgen)(?:\s.*)?$"
        r"|\s+(?:anrufen|zurückrufen|zurueckrufen|zurück|an|back|again|vormittags|nachmittags|morgens|abends|mittags)$"
        r"|\s+(?:per|by|via|am|over\sthe|on\sthe)(?:\s(?:tele)?(?:phone|telefon))?$"
    ),
    re.IGNORECASE,
)
_WHENS = (
    (
        r"(?:so\s)?(?:gegen|um|ab|bis|ca\.?|circa|etwa|ungefähr|rund|spätestens|frühestens|vor|nach|around|about|approx\.?|"
        r"approximately|roughly|by|before|after|until|at)?\s?~?\d{1,2}(?:[:.]\d\d)?"
        r"(?:\s?(?:[-–]|bis|to)\s?\d{1,2}(?:[:.]\d\d)?|(?<=[:.]\d\d))\.?(?:\s?(?:uhr|h|am|pm))?(?:\s.*)?$"
    ),
    (
        r"(?:so\s)?(?:gegen|ca\.?|circa|etwa|ungefähr|rund|spätestens|frühestens|vor|around|about|approx\.?|"
        r"approximately|roughly|by|before|after|until|~)\s?\d.*$"
    ),
    r"(?:(?:anfang|mitte|ende|early|mid|late|end of)\s)?(?:in\s)?(?:kw|cw|w/c|week)\s?\d.*$",
    (
        r"(?:(?:anfang|mitte|ende)\s(?:der|dieser|nächster|kommender)|(?:middle|end)\sof\s(?:the|this|next))"
        r"\s(?:woche|week)(?:\s.*)?$"
    ),
    (
        r"(?:in\s|der\s){0,2}(?:next|this|nächste[nrs]?|diese[nrs]?|kommende[nrs]?)\s(?:week|month|morning|afternoon|"
        r"evening|woche|monat|vormittag|nachmittag|abend|\w+day|\w+tag|mittwoch)(?:\s.*)?$"
    ),
    r"(?:am\s)?(?:vormittag|nachmittag|irgendwann|sometime|asap|tb[cd]|dringend|eilt|urgent|\?+)\W*$",
    r"\d{1,2}\.\s?(?:versuch|anlauf|mal|termin|runde|attempt)(?:\s.*)?$",
    r"(?:so|~|ca\.?)$",
)
_WHEN = re.compile(r"(?<![\s,(])[\s,(]{1,4}(?:" + "|".join(_WHENS) + ")", re.IGNORECASE)
"""A time behind a name, as exact or vague as it is written."""
_ARTICLE = re.compile(
    r"^(?:the|der|die|das|dem|den|einem|einer|my|our|meinem|meiner|le|la|les|el|il)\s+", re.IGNORECASE
)
_HONORIFIC = re.compile(r"(?<=\s)(?:Herrn?|Frau|Hrn?\.|Fr\.)\s[A-ZÄÖÜ]")
"""Begins the name, whatever topic stands before it."""
_KIN = re.compile(
    r"^(?:oma|opa|mama|papa|mutti|vati|mum|mom|dad|grandma|grandpa|tante|onkel|aunt|uncle)(?: [A-ZÄÖÜ][\w-]{1,20})?$",
    re.IGNORECASE,
)
_OF_GROUPS = re.compile(
    r"(?:meeting|sync|stand-?up|jour fixe|besprechung|termin|community calls?|interview|chat)$", re.IGNORECASE
)
"""What precedes these is a topic as often as a name ("Budget meeting"), unless it is a word for a group."""
_GROUP = re.compile(
    r"(?:group|team|family|familie|committee|board|gruppe|vorstand|ausschuss|gmbh|ag|ltd|inc)$", re.IGNORECASE
)
_TITLES = {"herrn": "Herr", "hrn.": "Herr", "hr.": "Herr", "fr.": "Frau"}
_NO_NAME = re.compile(
    (
        r"^(?:dial|screen(?:ing)?|zoom|teams|webex|skype|weekly|monthly|daily|team|community|status|call|phone|review|planning|sync|interview|meeting|"
        r"intro|discovery|discuss\b.*|"
        r"kick-?off|conference|online|video|tbd|tba|n\.?n\.?|\d+[- ]?min\w*.*|round \d+|runde \d+|me|you|us|"
        r"besprechen|klären|abstimmen|vereinbaren|machen|führen|erledigen|nachfragen|nachfassen|mitteilen|absagen|zusagen|"
        r"bestätigen|anfragen|informieren|"
        r"them|all|everyone|alle|kunden?|ihm|ihr|mir|uns|a virtual location|the team|conference link)?$"
    ),
    re.IGNORECASE,
)
_EDGES = " \t-–—:;,.|/\\@&+*#\"'“”„»«📞☎📱📲🎥✆"
_NAME_PAIR = re.compile(
    r"^(?P<a>[^/<>|:&]{2,40}?)\s*(?:/|<>|<->|↔|\bx\b|\band\b|\bund\b|&)\s*(?P<b>[^/<>|:&]{2,40})(?:\s*:.*)?$"
)


def counterpart(occurrence: Occurrence, texts: Texts, me: MeConfig) -> str | None:
    """The name of the other side for display, or None where nobody is named."""
    people = others(occurrence, me)
    if len(people) == 1 and (people[0].name and "@" not in people[0].name):
        return readable(people[0])
    named = name_in_title(texts.summary.text, me)
    if people and (len(people) == 1 or named is None):
        return readable(people[0])
    return named or _name_in_body(texts, me)


_INVITES = re.compile(
    r"^(?P<who>[^\s<>:][^<>:]{0,60}?) (?:is inviting you to|has invited you to|invites you to|"
    r"lädt Sie zu|lädt dich zu|hat Sie zu|vous invite)(?!\w)"
)


def _name_in_body(texts: Texts, me: MeConfig) -> str | None:
    """The one who invites by a service's own sentence, or whom the first line says the call is with."""
    for line in texts.body[:6]:
        match = _INVITES.match(line.text)
        if match:
            return _clean(match.group("who"), me)
    first = texts.body[0].text if texts.body else ""
    match = _WITH.search(first) if len(first) <= 100 and _CALL_WORDS.search(first) else None
    return _clean(match.group("who"), me) if match and match.group("who")[:1].isupper() else None


def name_in_title(title: str, me: MeConfig) -> str | None:
    """The person or firm that a call's title names, without topic, phone words and titles in the wrong case."""
    text = title.strip()
    while _STATE.match(text):
        text = _STATE.sub("", text, count=1)
    pair = _pair(text, me)
    if pair is not None:
        return pair
    sides = who_calls(text, me)
    if sides is not None:
        return _clean(sides.other, me)
    call = _CALL_WORDS.search(text)
    if call is None and PHONE_SIGN.match(text):
        return _clean(text, me)
    if call is None:
        match = _WITH.search(text)
        if match and match.group("who")[:1].isupper():
            return _clean(match.group("who"), me)
        return text if _KIN.match(text) else None
    after = text[call.end() :].rstrip(_EDGES) + ("." if _INITIAL.search(text) else "")
    match = _WITH.match(after.lstrip(" :-–—")) or _WITH.search(after)
    if match:
        return _clean(match.group("who"), me)
    lead = after.lstrip()
    if _INFINITIVE.search(call.group(0)) and (named := _clean(_ADVERBS.sub("", _ahead(text, call)), me)):
        return named
    if lead[:1] in (":", "-", "–", "—", "|", "/"):
        return _clean(lead[1:], me)
    ahead = _ahead(text, call)
    if lead and not re.match(
        r"^(?:to|for|about|re|regarding|wg|wegen|zu|zum|zur|on|at|um|in|bzgl|via|für)(?!\w)", lead, re.IGNORECASE
    ):
        name = _clean(lead, me)
        if name is not None or not ahead:
            return name
    if _OF_GROUPS.search(call.group(0)) and not _GROUP.search(ahead):
        return None
    return _clean(ahead, me) if ahead else None


_INITIAL = re.compile(r"(?<!\w)[A-ZÄÖÜ]\.$")
_INFINITIVE = re.compile(r"(?:rufen|klingeln|bellen)$", re.IGNORECASE)
"""Words of Germanic languages that stand behind the one who is called."""
_ADVERBS = re.compile(
    r"(?:\s+(?:kurz|bitte|nochmal|noch mal|dringend|unbedingt|heute|morgen|mal|wieder|gleich))+$", re.IGNORECASE
)


def _ahead(text: str, call: re.Match[str]) -> str:
    """What stands before the word for a call."""
    return re.sub(r"^(?:bei|mit|with|an)\s+", "", text[: call.start()].strip(_EDGES), flags=re.IGNORECASE)


def _pair(text: str, me: MeConfig) -> str | None:
    """ "Anna / Bob: budget": the one of the two that is not the user."""
    if not me.name:
        return None
    match = _NAME_PAIR.match(text)
    if match is None:
        return None
    own = {fold(me.name), *(part for part in fold(me.name).split() if len(part) > 2)}
    first, second = match.group("a").strip(_EDGES), match.group("b").strip(_EDGES)
    if fold(first) in own:
        return _clean(second, me)
    if fold(second) in own:
        return _clean(first, me)
    return None


def _clean(text: str, me: MeConfig) -> str | None:
    """A name as it is shown; None where what is left names nobody."""
    previous = None
    text = text.strip().lstrip(_EDGES + ")]}")
    while previous != text:
        previous = text
        text = _TOPIC.sub("", _WHEN.sub("", text)).strip()
    titled = _HONORIFIC.search(text)
    text = text[titled.start() :] if titled else text
    text = _ARTICLE.sub("", text.strip(" \t-–—:;,|/\\@&+*#\"'“”„»«📞☎📱📲🎥✆"))
    words = text.split()
    words = [_TITLES.get(word.lower(), word) for word in words]
    name = " ".join(words)[:_MAX_NAME].strip()
    if not name or _NO_NAME.match(name) or not any(character.isalpha() for character in name):
        return None
    if me.name and fold(name) == fold(me.name):
        return None
    return name
