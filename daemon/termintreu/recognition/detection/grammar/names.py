"""Who a title says that a call is with: the likeliest run of words beside those that speak of calling; see `grammar`.

Every pattern proposes runs, with what its place is worth; what a run holds (a form of address, a given name, a firm)
is worth more. The best run is the name; a run that is worth too little is a topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from termintreu.config import MeConfig
from termintreu.model.names import fold as fold_name
from termintreu.model.names import words_of
from termintreu.recognition.detection.grammar.tokens import Tagged
from termintreu.recognition.detection.lexicon import lexicon

MAX_NAME = 80
SURE = 5
"""From this worth on a run names somebody; below, only where nothing else does."""
_LEAST = 3
_CERTAIN = 9

_ME = "@"
_MAYBE_ME = frozenset("xgKefa")
"""The tag of the user's own name: it is nobody's here."""
_WORD = "[xgKcGfS]"
NAME = rf"(?:(?:a?[fcS])*a?(?:[gKxcG]|[fS](?![xgcK]))(?:(?:~|\+(?=[xgKhc]))?{_WORD}|~[a-zA-Z0]|0(?=G)|(?<=f)0)*)"
"""A run of words that can be a name."""
_CALLS = "PΠπCψVκνtτμdsqjη☎📹Rb"
_CALLS_ITSELF = ("l", "ρ", "ψ", "r")
"""Whoever stands before these calls, and is somebody though only a role is named ("Vicar to ring")."""
_HONORED = re.compile(r"h(?:[+/]?h)*(?:f(?=[xg]))?[^-~,:()/+!\"#T0@∞\s](?:~\w)*")

_PLACES = tuple(
    (worth, re.compile(pattern))
    for worth, pattern in (
        # "X ruft an", "X to call me", "X calling"
        (
            6,
            rf"(?P<n>{NAME})(?:v[xc]+)?(?:\([^)]*\))?,?y*(?:l?b(?=i|$|p)|l?[CΠ]i|[ψρ]|l[Cψ]|r(?=[^-(]{{0,14}}[pi])|lb|lt|RP?i)",
        ),
        # "mit X", "X anrufen", "Anruf X", "ring X back"
        (6, rf"ζa?(?P<n>{NAME}|m)(?=[γC])"),
        (5, rf"(?P<n>{NAME})l[^-(]*[Rτ]"),
        (6, rf"W(?P<n>{NAME})"),
        (6, rf"(?:^|[-,:(!z\"TYyW~0σ]|\))(?P<n>{NAME})(?:\([^)]*\))?[yz]*R"),
        (5, rf"[{_CALLS}]p?[-:,/+)]*[ypaim]*(?:\([^)]*\))?[-:,/]*[yWvσ]*(?P<n>{NAME})"),
        (5, rf"σ[ya]*(?P<n>{NAME})"),
        # "X per Telefon", "X: Teams", "X 030 901820"
        (4, rf"(?:^|[-,:(!z\"TmkfYy]|\)|@|∞)(?P<n>{NAME})(?:\([^)]*\))?[,(:/-]*y*(?:v?[ya]?[PκνVtτμdosqjη#☎📹])"),
        (4, rf"#[-:,/()]*(?P<n>{NAME})"),
        (5, rf"^[T0Y:,]*(?P<n>{NAME})z"),
        (6, rf"f\((?P<n>{NAME})\)"),
        (3, rf"[(,](?P<n>{NAME})(?=[),+v])"),
        (2, rf"[mk][-:,/]*[yfW]*(?P<n>{NAME})"),
        (3, rf"m(?:o|\([^)]*o[^)]*\))[-,:]*(?P<n>{NAME})"),
        (4, r"[-:,(](?P<n>g[xgK]?)(?=$|[-,)])"),
        (5, rf"W[aye]*e(?P<n>{NAME})"),
        (3, r"[PVκν]e(?P<n>x)(?=$|[-,(])"),
        (2, rf"o(?P<n>{NAME})"),
        # whoever is named at all
        (2, rf"(?:^|[-,:(/]|\bz)(?P<n>{NAME})"),
        (1, rf"(?P<n>[gK]{_WORD}*|f[xg]|c[xg](?:\+[xg])?)"),
    )
)
_PAIR = re.compile(rf"@[-/+,]+(?P<after>{NAME})|(?P<before>{NAME})[-/+,xe]+@")
_FORMS = {
    "herrn": "Herr", "hr.": "Herr", "hr": "Herr", "hrn.": "Herr", "hrn": "Herr", "fr.": "Frau", "fr": "Frau",
    "fam.": "Familie", "fam": "Familie", "ehel.": "Eheleute", "ehel": "Eheleute",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody whom a text names."""

    name: str
    """For display; foreign text."""
    worth: int
    """How likely it is a name; see SURE."""


def named(line: Tagged, me: MeConfig) -> Named | None:
    """The person or firm that a line names; None where it names nobody. The user is never the name."""
    tags = prepared(line, me)
    best: Named | None = None
    for worth, first, last in _runs(line, tags):
        if best is not None and worth <= best.worth:
            continue
        name = _shown(line, tags, first, last)
        if name:
            best = Named(name=name, worth=worth)
            if worth >= _CERTAIN:
                break
    return best


def prepared(line: Tagged, me: MeConfig) -> str:
    """The tags of a line, with the user's own name marked, and compounds of a meeting as one meeting."""
    own = set(words_of(me.name))
    if not own:
        return _MEETING.sub(lambda match: "m" * len(match.group()), line.tags)
    initials = "".join(word[0] for word in words_of(me.name))
    tags = list(line.tags)
    for place, token in enumerate(line.tokens):
        if tags[place] not in _MAYBE_ME:
            continue
        word = fold_name(line.line.text[token.start : token.end])
        following = _word(line, place + 1) if place + 1 < len(tags) else ""
        if word in own:
            tags[place] = _ME
            if len(following) == 1 and tags[place + 1] in _MAYBE_ME:
                tags[place + 1] = _ME  # "Anna B."
        elif word == initials:
            tags[place] = _ME
        elif len(word) == 1 and word + following == initials:
            tags[place : place + 2] = _ME * 2
    return _MEETING.sub(lambda match: "m" * len(match.group()), "".join(tags))


_ABOUT = re.compile(r"z[xeamfc]{0,2}$")
_MEETING = re.compile(r"(?:[xeOogcfASntd]~)+[mkCPVκν](?:~[mkAO])?")


def _runs(line: Tagged, tags: str) -> Iterator[tuple[int, int, int]]:
    """Where names may stand: worth, first and last (one behind)."""
    pair = _PAIR.search(tags)
    if pair:
        yield 12, *_trimmed(line, tags, *pair.span("after" if pair.group("after") else "before"))
    for match in _HONORED.finditer(tags):
        if tags[match.end() - 1] == "z" and tags[match.start() - 1 : match.start()] == "g":
            continue  # "Rakesh sir re the move"
        if line.text(match.end() - 1, match.end()).lower() in ("with", "w/"):
            continue  # "captain w/ the kit"
        yield 3 if _ABOUT.search(tags[: match.start()]) else 10, match.start(), _surname_end(line, tags, match.end())
    for worth, pattern in _PLACES:
        for match in pattern.finditer(tags):
            first, last = _trimmed(line, tags, *match.span("n"))
            worth_of_run = worth + _held(line, tags, first, last)
            if worth_of_run >= _LEAST and first < last:
                yield worth_of_run, first, last


def _held(line: Tagged, tags: str, first: int, last: int) -> int:
    """What a run's own words are worth."""
    run = tags[first:last]
    worth = 3 if "g" in run or "K" in run else 2 if "c" in run or "G" in run else 2 if re.search("f[xg]", run) else 0
    if run == "xx" and _initial(line, last - 1) and _capital(line, first):
        worth = 2  # "Kavya R."
    if run == "x" and tags[first - 1 : first] == "a" and _capital(line, first) and _word(line, first).endswith("s"):
        worth = max(worth, 2)  # "the Hahns"
    before = tags[:first].rstrip("fa")[-1:]
    if before == "z" and tags[:first].rstrip("fa")[-2:-1] != "m":
        worth -= 4
    if set(run) <= {"G"}:
        worth -= 9
    if set(run) <= set("fa") and tags[last : last + 1] not in _CALLS_ITSELF:
        worth -= 3 if before == "W" else 1 if before == "m" else 2  # a role, and nobody's name
    if before == "(" and worth < 2:
        worth -= 2 if _capital(line, first) else 4
    if first == 0 and re.match("f[xg]", run) and tags[last : last + 1] in (":", ",", "-"):
        worth += 1  # "Neukunde Kern: Erstkontakt per Telefon"
    if before != "W" and not any(_capital(line, place) for place in range(first, last)) and _capitals(line) > 1:
        worth -= 3  # "Befund tel. durchgeben: Kern"
    if first == 0 and not worth and tags[last : last + 1] not in ("C", "m", ":") and _acronym(line, first):
        worth = 1
    if before == "m" and not worth:
        token = line.tokens[len(tags[:first].rstrip("fa")) - 1]
        word = line.line.folded[token.start : token.end]
        worth += 1 if word in lexicon().personal or word.endswith(_PERSONAL) else -1
    return worth


def _initial(line: Tagged, place: int) -> bool:
    return line.tokens[place].end - line.tokens[place].start == 1 and _capital(line, place)


def _acronym(line: Tagged, place: int) -> bool:
    token = line.tokens[place]
    word = line.line.text[token.start : token.end]
    return len(word) > 1 and word.isupper() and not line.line.text.isupper()


_PERSONAL = ("gesprach", "interview", "coaching", "verhandlung", "unterricht", "therapie")


def _trimmed(line: Tagged, tags: str, first: int, last: int) -> tuple[int, int]:
    """A run without what clings: small words, roles that are dropped, what stands before a firm or behind its form."""
    run = tags[first:last]
    firm = re.search("(?<=[xfS])c(?=[xg])", run)
    if firm:
        first += firm.start()
    form = tags.find("G", first + 1, last)
    if form >= 0:
        last = form + 1
    if line.line.text != line.line.folded and any(_capital(line, place) for place in range(first, last)):
        while first < last and tags[first] in "xf" and not _capital(line, first) and not _particle(line, first):
            first += 1
        cut = next(
            (p for p in range(first + 1, last) if tags[p] == "x" and tags[p - 1] != "~" and not _capital(line, p)
             and not _particle(line, p)), last)  # fmt: skip
        last = cut
    while first < last and (tags[first] in "aey~" or (first + 1 < last and _word(line, first) in lexicon().dropped)):
        first += 1
    while last > first and (tags[last - 1] in "aey+~z" or (last - first > 1 and _clings(line, tags, last - 1))):
        last -= 1
    return first, last


def _clings(line: Tagged, tags: str, place: int) -> bool:
    token = line.tokens[place]
    return token.end - token.start == 1 and not _capital(line, place) and tags[place - 1] != "~"


def _word(line: Tagged, place: int) -> str:
    token = line.tokens[place]
    return line.line.folded[token.start : token.end]


def _capital(line: Tagged, place: int) -> bool:
    return not line.line.text[line.tokens[place].start].islower()


def _capitals(line: Tagged) -> int:
    return sum(1 for token in line.tokens if line.line.text[token.start].isupper())


def _particle(line: Tagged, place: int) -> bool:
    return _word(line, place) in lexicon().particles


def _surname_end(line: Tagged, tags: str, last: int) -> int:
    """Where a name with a form of address ends: a short word, a given name or a particle takes the next one along."""
    while last < len(tags) and tags[last] in "xgKfhec":
        word = _word(line, last - 1)
        goes_on = tags[last - 1] in "gh" or len(word) <= 3 or _particle(line, last - 1)
        closes = last + 1 >= len(tags) or tags[last + 1] in "-,:()/+!~#Ttτ"
        whole = tags[last] in "xg" and closes and _capital(line, last) and len(_word(line, last)) <= 14
        if not (goes_on and (tags[last] != "e" or len(word) <= 3)) and not whole:
            break
        last += 1
        while last + 1 < len(tags) and tags[last] == "~":
            last += 2
    return last


def _shown(line: Tagged, tags: str, first: int, last: int) -> str | None:
    end = line.tokens[last - 1].end
    text = line.line.text[line.tokens[first].start : end]
    if end - line.tokens[last - 1].start == 1 and line.line.text[end : end + 1] == ".":
        text += "."  # "Tom R."
    words = text.split()
    if words and tags[first] == "h" and words[0].lower() in _FORMS:
        words[0] = _FORMS[words[0].lower()]
    name = " ".join(words)[:MAX_NAME].strip()
    return name if any(map(str.isalpha, name)) else None
