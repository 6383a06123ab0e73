"""Whom a description names as the other side: a service's sentence, a label, who rings, who signs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from termintreu.config import MeConfig
from termintreu.model.names import words_of
from termintreu.recognition.detection.grammar.names import SURE, named, prepared
from termintreu.recognition.detection.grammar.tokens import Tagged, line_of, tag_of, tagged
from termintreu.recognition.detection.lexicon import spoken
from termintreu.recognition.detection.phrases import said_of_call
from termintreu.recognition.detection.text import Line, Texts, fold

_MAX_NAME = 80
_FIRST, _READ = 8, 30
"""Lines that say what an entry is, and those that are read for names at all."""
_SHORT, _LONGEST = 80, 250
"""Characters of a line that names somebody as a title does, or at all."""


def name_in_body(texts: Texts, me: MeConfig) -> str | None:
    """Who invites by a service's own sentence; else whom a label or a sentence about the call names; else who signs."""
    for line in texts.body[:6]:
        match = _INVITES.match(line.text)
        if match:
            found = named(tagged(line_of(match.group("who"))), me)
            return found.name if found else match.group("who")[:_MAX_NAME]
    lines = [*texts.body, *texts.tail[:6]][:_READ]
    own = [line for line in texts.body if line.block is None][:_FIRST]
    return (
        _addressed(lines, me)
        or _labelled(lines, me)
        or _ringing(own, me)
        or _meets(texts.body[:_FIRST], me)
        or _spoken_of(own, me)
        or _signed(lines, me)
    )


_INVITES = re.compile(
    r"^(?P<who>[^\s<>:][^<>:]{0,60}?) (?:is inviting you to|has invited you to|invites you to|"
    r"lädt Sie zu|lädt dich zu|hat Sie zu|vous invite)(?!\w)"
)
_SALUTATION = re.compile(
    r"^(?:sehr geehrte\w*|liebe[rs]?|hallo|hi|hey|dear|guten (?:tag|morgen)|gruezi|servus|moin|good \w+|"
    r"an|to|cc|betreff|subject)(?!\w)"
)
_FORM_OF_ADDRESS = re.compile(
    r"(?<!\w)(?:herrn?|frau|hr|fr|dr|prof|mag|mr|mrs|ms|mx|miss|familie|fam|eheleute|notar(?:in)?|"
    r"pfarrer(?:in)?|pfr|pastor(?:in)?|rain?)(?!\w)"
)
_HONORED = 10


def _addressed(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Whom a line names by a form of address."""
    for line in lines:
        if len(line.text) > _LONGEST or _SALUTATION.match(line.folded) or not _FORM_OF_ADDRESS.search(line.folded):
            continue
        found = named(tagged(line), me)
        if found and found.worth >= _HONORED and not _small(found.name.split()[-1]):
            return found.name
    return None


def _small(word: str) -> bool:
    return word[0].islower()


_LABEL = re.compile(r"^(?P<label>[^:]{2,30}): ?(?P<who>(?:[^:,(|.]|(?<![a-z]{4})\.){2,60})")


def _labelled(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Whom a line names behind a label: "Kunde: Metallbau Krüger GmbH"."""
    for line in lines:
        label = _LABEL.match(line.text)
        if label is None or line.folded[: label.end("label")].strip() not in spoken().parties:
            continue
        who = label.group("who").strip(" .-")
        words = who.split()
        if 1 <= len(words) <= _WORDS and not _small(words[0]) and not _is_me(who, me) and "@" not in who:
            found = named(tagged(line_of(who)), me)
            return found.name if found else who
    return None


_WORDS = 5
"""Of a name."""
_RINGS = re.compile(
    r"(?:^|,|(?<=a)f|(?<=[ay])(?=g))(?P<n>(?:h+[xg]|g[xgKbO]?|x[xbOg])(?:\+g[xg]?)?)(?:,?(?:[vyzWx][^,:]{1,4})?,?[^,:#]{0,2},?)"
    r"(?:l|6|r|[CΠρtb][28i])"
    r"|(?P<two>xx|g[xgKbO])(?=6|r2|l2|l[^:]{0,2}[CbtR]|[Πρ][2i8])"
)
"""Who stands before a verb of ringing: "Your adviser, Leanne Abbott, will be phoning"."""
_WITH = re.compile(r"W(?P<n>(?:h+[xg]|g)(?:[xgK]|(?<=h)x)?(?:\+?e?g[xg]?)?)(?![xg~])")


def _ringing(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Who rings by a sentence, or with whom people talk."""
    for sentence in _sentences(lines):
        tags = prepared(sentence, me)
        for match in (*_RINGS.finditer(tags), *_WITH.finditer(tags)):
            name = sentence.text(*match.span(match.lastgroup or 0))
            if not any(map(_small, name.replace("und ", "").replace("and ", "").split())) and not _is_me(name, me):
                return name[:_MAX_NAME]
    return None


def _sentences(lines: Sequence[Line]) -> Iterator[Tagged]:
    for line in lines:
        if len(line.text) <= _LONGEST and not _SALUTATION.match(line.folded):
            yield from said_of_call(line)


_FULL = r"(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2})"
_MEETS = re.compile(
    r"(?<!\w)(?:appointment|session|meeting|visit|interview|chat|call|consultation|consult|lesson) with "
    + _FULL
    + r"|"
    + _FULL.replace("who", "caller")
    + r"(?: from [A-Z][\w'’& -]{1,40})?(?:, [A-Z]{2,5},)? will (?:call|phone|ring|telephone)"
)
"""English invitations say who rings or meets the reader."""


def _meets(lines: Sequence[Line], me: MeConfig) -> str | None:
    for line in lines:
        match = _MEETS.search(line.text)
        who = (match.group("who") or match.group("caller")) if match else ""
        first, _, more = who.partition(" ")
        if who and (tag := tag_of(fold(first), first)) in ("g", "x") and (more or tag == "g") and who != me.name:
            return who[:_MAX_NAME]
    return None


def _spoken_of(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Whom a short sentence about the call names as a title does: "Telefonat mit Katrin", "Speak to Priya"."""
    for sentence in _sentences(lines):
        if len(sentence.line.text) > _SHORT:
            continue
        found = named(tagged(sentence.line), me)
        if found and found.worth > SURE and _likely(found.name) and not _is_me(found.name, me):
            return found.name
    for line in lines:
        starts = re.match(r"(?:mit|with) ", line.folded)
        if starts and len(line.text) <= _SHORT:
            found = named(tagged(line), me)
            if found and found.worth > SURE and not _small(found.name):
                return found.name
    return None


def _likely(name: str) -> bool:
    """Whether a name is one without what stands beside it: it begins with a given name, a form of address or a firm."""
    words = name.split()
    return not any(map(_small, words)) and tag_of(fold(words[0]), words[0]) in "ghKcf"


# --- who signs -----------------------------------------------------------------------------------------------------

_CLOSING = re.compile(
    r"^(?:(?:mit )?(?:\w+ )?(?:grusse?|gruss|grußen|gruße|gruß|gruessen|gruesse)(?!\w)|lg|mfg|vg|bg|i\. ?a\.|"
    r"(?:kind |best |warm )?regards|best(?: wishes)?|thanks|cheers|many thanks|yours)"
)
_CLOSED = re.compile(r"^[^,]{2,40}, ([A-ZÄÖÜ][\w.'-]+(?: [A-ZÄÖÜ][\w.'-]+){0,2})(?: ?[(|].*)?$")
"""Greeting and name on one line: "Viele Grüße, Erika Muster"."""
_HOST = re.compile(
    r"^(?:Moderation|Moderator(?:in)?|Ansprechpartner(?:in)?|Gastgeber(?:in)?|Organisator(?:in)?|Kontakt|Host): "
    r"([A-ZÄÖÜ][\w.'-]+(?: [A-ZÄÖÜ][\w.'-]+){1,2})$"
)
"""Who leads it, or answers for it: "Moderation: Erika Muster"."""


def _signed(lines: Sequence[Line], me: MeConfig) -> str | None:
    """The name below a greeting, at the end of the last line, or a line that is a given name and a surname."""
    for line in lines:
        host = _HOST.match(line.text)
        if host and not _is_me(host.group(1), me):
            return host.group(1)
        same = _CLOSED.match(line.text) if _CLOSING.match(line.folded) else None
        if same and not _is_me(same.group(1), me):
            return same.group(1)
    for above, line in pairwise(lines):
        first = re.split(r"[,|·•–/(@]", line.text)[0].strip()
        if not 1 <= len(first.split()) <= 3 or any(map(str.isdigit, first)):
            continue
        if _CLOSING.match(above.folded) and len(above.text) < 50 and first[:1].isupper():
            return None if _is_me(first, me) else first[:_MAX_NAME]
    return _closing_name(lines, me) or _full_name(lines, me)


def _closing_name(lines: Sequence[Line], me: MeConfig) -> str | None:
    """Who signs at the end of a sentence: "I'll ring you. Cheers, Imogen"."""
    own = [line for line in lines if line.block is None and len(line.text) <= _LONGEST]
    for line in reversed(own):
        for who, closes in _ends(line.text):
            first = re.split(r"[ .-]", who)[0]
            known = tag_of(fold(first), first) == "g" or len(first) == 1 or first in ("Prof", "Dr", "Mag")
            if (closes or (known and " " in who)) and not _is_me(who, me) and tag_of(fold(first), first) in "gxh":
                return who[:_MAX_NAME]
    return None


def _ends(text: str) -> Iterator[tuple[str, bool]]:
    """The likely names at the end of a text, each with whether a closing stands before it."""
    words = text.rstrip(".").split()
    for count in (3, 2, 1):
        who, before = words[-count:], words[:-count]
        if len(who) < count or not before or any(_small(word) or not word[0].isalpha() for word in who):
            continue
        if any(word.endswith((",", "!", "?", ":", ";")) for word in who) or any(map(str.isdigit, "".join(who))):
            continue
        for length in (1, 2):
            closing = fold(" ".join(before[-length:])).strip(" ,.!-–")
            if closing in spoken().closings:
                yield " ".join(who), True
        if before[-1][-1] in ".!–-" and len(before[-1].rstrip(".")) > 2:
            yield " ".join(who), before[-1] in ("-", "–")


def _full_name(lines: Sequence[Line], me: MeConfig) -> str | None:
    for line in lines:
        first = re.split(r"[,|·•–/(@]", line.text)[0].strip()
        words = first.split()
        if not 2 <= len(words) <= 3 or not words[-1][:1].isupper() or _is_me(first, me):
            continue
        if tag_of(fold(words[0]), words[0]) == "g" and first.replace(" ", "").replace("-", "").isalpha():
            return first[:_MAX_NAME]
    return None


def _is_me(name: str, me: MeConfig) -> bool:
    return bool(me.name) and (fold(name) == fold(me.name) or words_of(name) == words_of(me.name)[:1])
