"""What a title says that makes a call none: told before any evidence. Tables of patterns over tags; see `grammar`."""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from termintreu.model import Message, msg

TALK = "PΠπCψVκνtτμdosqjwRrbργη☎📹"
"""Tags that can mean a call."""
_MEANT = frozenset(TALK + "#")
_NOUNS = "PΠπCψVκνtτμdosqjbη"

_RING = "PπCτtRrμ"


class _Strike(NamedTuple):
    needs: frozenset[str]
    """Tags without one of which the pattern finds nothing."""
    pattern: re.Pattern[str]
    struck: re.Pattern[str]
    """What is struck of what it finds."""
    why: Message


_THING = msg("the word for a call in its title is the name of something else, or of a part of it")


def _strike(needs: str, pattern: str, struck: str, why: Message = _THING) -> _Strike:
    return _Strike(frozenset(needs), re.compile(pattern), re.compile(f"[{struck}]"), why)


_NONE = msg("the title says that there is no call")
_ABOUT = msg("the title is about a call, and is none itself")
_OVER = msg("the title says that the call is over")
_WORK = msg("the title is about work on something, or about learning")
_AHEAD = msg("the title says that somebody rings beforehand, or comes")
_IF = msg("the title says that somebody can be rung, or only if needed")
_THERE = msg("the title names a place where people go")


_OFF = frozenset("XMD")
_CALLED_OFF = re.compile(r"(?<!z)(?<!za)(?:X(?!.*H)|M|D)")
"""But "Call Kern re cancelled order" takes place."""

_FOLLOWS_UP = re.compile(rf"^[TY0y:,]*[Aω][^-(X]*[{TALK}]")

_NEGATED = _strike(
    "N",
    rf"N[^{TALK},():#-]{{0,2}}[{_NOUNS}Rr](?:~?[mC])?|N[^-(,:{TALK}]{{0,5}}R|[Ptτ]N(?=z|e|$)|r[^-(]*N[^-(]*p|[{_NOUNS}]!N",
    TALK,
    _NONE,
)
"""No call today, keine Telko, statt Call, Telko? nein."""
_IN_A_ROOM = _strike("S", r"S\"?[sqj]", TALK)
"""Raum Zoom."""

_TITLE: tuple[_Strike, ...] = (
    # "Herr Anruf", "Ms Ring": a name
    _strike("hfW", r"h[PCbsqdκτ](?=$|[^WT#:z(hg])|[fW]b(?![hgKf])", TALK),
    # what stands in quotes is a name
    _strike('"', r"(?<=.)\"[^\"]*\"|^\"[^\"]*\"(?=.)", TALK),
    # "Rückruf-Button", "Zoom-Lizenz": a compound is what its last part is
    _strike("~", rf"[{_NOUNS}]~[^{_NOUNS}mkRrλ(]|[sqtτμd]~k", _NOUNS),
    _strike("~", r"[xe]~d", "d"),
    # "phone contract", "Zoom licence"; but "call feed rep", "virtual policy review"
    _strike("ω", rf"[{_NOUNS}R]z?:?ω", _NOUNS),
    _strike("O", r"[πCκνV]O(?![fchKg])|[tτμη]:?O(?![fchKg])|[do]:?O(?![mCP])|[sqj]O", _NOUNS),
    # "phone rebate form"
    _strike("Oω", r"(?:^|[-,:])[tC][xem]{1,3}[ωO](?=$|[-,:(!])", "tC"),
    _strike("πt", r"π[kUA]|s~?t", _NOUNS),
    # "neues Telefon", "alle Teams", "OpenStack TC"; but "Vertrieb Zoom"
    _strike("Jua0", r"J[xy]?[tτμCP]|[ua0]q|[κν]0", _NOUNS),
    _strike("cz", r"za?[sq](?![Wm~])|ca?q(?![Wm~])|ca?s(?![Wm~]|$|[-,:(+!])", _NOUNS),
    _strike("κν", r"(?<=x)[κν]$", _NOUNS),
    _IN_A_ROOM,
    _NEGATED,
    # "Vorbereitung Telko", "notes from call"
    _strike("A", rf"A(?:[^-(v]|v[^{TALK}])*", _NOUNS + "☎", _ABOUT),
    # "Telefonat erledigt", "called back"; but "Kern rang - ring back"
    _strike("δ", r"^(?!.*[hgKfcx][xg]?δ[pW]).*δ(?!.*[-,].*(?:b[phgKfi]|π)).*", "RrPπtτμbCκ☎", _OVER),
    # "support call quality": another thing than a call, where it does not begin the title
    _strike("C", r"(?<=[^YyT0:,!(+/~emsqj-])C(?=[xeU])|C(?=O(?![fchKg])|[Akω])", "C"),
    # "Notes: Teo's call", "Ring the angelus bell"
    _strike("ω", r"^ω:.*", "CπPb"),
    _strike("b", r"b[ax]+b", "b"),
    # "Ring spectra write-up": a thing, and work on it
    _strike("b", r"^[TY0y:]*b[x~]+(?:A|U$|ω)", "b"),
    # "Variant calling pipeline"
    _strike("ψ", r"(?<=x)ψ(?=[xOm])", "ψ"),
    # "(ruft an, wenn fertig)"
    _strike("β", r"\([^)]*β[^)]*\)?", "RrbCPπ", _IF),
    # "Techniker ruft an, wenn er da ist"
    _strike("β", r"[fc][rρ][^-(hgK]{0,3},?β", "rρ", _IF),
    # "alarm contractor calls tenant direct": a verb, of others
    _strike("Π", r"(?<=[xfc])-?Π[xfa](?![xfa]*[zW])", "Π"),
    # "Call vorbereiten", "Vorbereiten: Call"
    _strike("Z", rf"[{_NOUNS}][^-(,]*(?<!m)Z|Z[^-(v]*", _NOUNS, _ABOUT),
    # "Fortbildung: Notfälle am Telefon"
    _strike("k", r"^k[^(]*", "tτPCR", _WORK),
    # "Lieferung, Fahrer ruft 30 min vorher an"
    _strike("Bα", r".*(?:B|[zv]α).*", "RrPπtτμbC#☎", _AHEAD),
    _strike("Q", r"Q.*", "rρ", _AHEAD),
    _strike("Q", r"Q.*l[bCt]", "bCt", _AHEAD),
    # "per Handy erreichbar", "falls ... anrufen"
    _strike("F", r"[^-(,]*F(?!.*#)|F(?!.*#).*", "PπRrbtτμC☎", _IF),
    # "Gasthof Linde, Tel. 030 901820"
    _strike("S", r"(?<=S)[^-(h]*[,(]?[tτμ☎]?:?[#0]", "#tτμ☎", _THERE),
    _strike("SL", r"(?<=S)(?!f)(?:[^v(h]|[v(][^q])*|L.*|.*(?<!N)(?=L)", "#q", _THERE),
    _strike("L", r"L.*|.*(?<!N)(?=L)", "τtμ", _THERE),
    # "Telefon reparieren", "Zoom installieren"; "Call mit Kern, Angebot anpassen" stays one
    _strike("U", r"(?<![v(])(?:[tdosqjwμη](?=.*U)|C(?=[^,:W]*U))|(?<=U)(?![CPπ])[^(]*", "tdosqjwCμη", _WORK),
)
_PLACE: tuple[_Strike, ...] = (
    _strike("hO~o", r"h[PCb]|[PCtτμ]~[^PCVmkRr]|[PCtτμdo]O|o~[^mkCP]", TALK),
    _IN_A_ROOM,
    _NEGATED,
)


def called_off(tags: str) -> bool:
    """Whether a title says that it does not take place, or is a recording: then no link counts either."""
    return not _OFF.isdisjoint(tags) and bool(_CALLED_OFF.search(tags))


def about_a_call(tags: str) -> bool:
    """Whether a title is about a call before or after: then the link of that call does not count."""
    return _FOLLOWS_UP.match(tags) is not None and _MEANT.isdisjoint(standing(tags))


def beside_a_place(tags: str) -> str:
    """The tags that stand of a title where people meet at a place: only what its first part says, and by what service.

    "Hufpflege, anrufen wenn am Hof" is no call in a stable.
    """
    return _BESIDE.sub(lambda match: _WEAK.sub("x", match.group()), tags)


_IN_A_MATTER = str.maketrans(dict.fromkeys("FQBSLAUNJDω", "x"))
"""What says nothing of a call where it is only what the call is about."""
_BESIDE = re.compile(r"(?<=.)[-,(].*|.*β.*|[rρbμ]|(?<![v(])[tτ]|C(?![Wh#]|$)")
_WEAK = re.compile(r"[RrρbCPπtτμκ]")


def standing(tags: str, *, matter: int | None = None, place: bool = False) -> str:
    """The tags of a title, or a place, without those that mean no call; as long as before.

    Args:
        tags: of all tokens.
        matter: where it begins to say what about: "Call Kern re emergency plan" is a call in no emergency.
        place: the tags are those of a place.
    """
    if _MEANT.isdisjoint(tags):
        return tags
    tags = _of_a_matter(tags, matter)
    for one in _PLACE if place else _TITLE:
        if not one.needs.isdisjoint(tags):
            tags = one.pattern.sub(partial(_struck_out, one.struck), tags)
    return tags


def _of_a_matter(tags: str, matter: int | None) -> str:
    if matter is None or _MEANT.isdisjoint(tags[:matter]):
        return tags
    return tags[:matter] + tags[matter:].translate(_IN_A_MATTER)


def struck_by(tags: str, matter: int | None = None) -> Message | None:
    """Why the last of a title's words for a call means none; None where one is left, or none was there. `matter`: as
    for `standing`."""
    tags, why = _of_a_matter(tags, matter), None
    for one in _TITLE:
        after = tags if one.needs.isdisjoint(tags) else one.pattern.sub(partial(_struck_out, one.struck), tags)
        why = one.why if after != tags else why
        tags = after
    return why if _MEANT.isdisjoint(tags) else None


def _struck_out(struck: re.Pattern[str], found: re.Match[str]) -> str:
    return struck.sub("x", found.group())


_SAYS_CALL = frozenset(TALK + "ΩΨζR6%Δ")
_OTHER_CALL = frozenset("FBαDXØ")
_SENTENCE: tuple[_Strike, ...] = (
    # "Das Gespräch findet telefonisch statt"
    _strike("N", r"Θ[^:]*N(?=$|[,!:-])", "N"),
    _strike("~", rf"[{_NOUNS}]~[^{_NOUNS}mkRrλ(]|[sqtτμd]~k", _NOUNS),
    _strike("O", rf"[{_NOUNS}R]:?O", _NOUNS),
    _strike("N", rf"N[^{TALK},():-]{{0,2}}[{_NOUNS}Rr](?:~?[mC])?|r[^-(:]*N[^-(:]*p|[{_RING}]N", TALK),
    # "Telefonische Absprachen sind nicht möglich"
    _strike("N", r"[Pτtπ][^:,]{0,6}N[xe]?$", _RING),
    _strike("A", r"A[^:,]{0,4}[PπV]", "PπV"),
    _strike("Q", r"Q[^:#]*[rRCbtΠρΩ].*", _RING + "CbΠρΩ"),
    _strike('"', r"\"[^\"]*\"", TALK + "#"),
)


def spoken_standing(tags: str) -> str | None:
    """The tags of a sentence without those that mean no call; None where it speaks of none, or of another one."""
    held = frozenset(tags)
    if _SAYS_CALL.isdisjoint(held) or not _OTHER_CALL.isdisjoint(held):
        return None
    for one in _SENTENCE:
        if not one.needs.isdisjoint(held):
            tags = one.pattern.sub(partial(_struck_out, one.struck), tags)
    past = "δ" in held or ("Ω" in held and "l" not in held)
    return None if past and "ß" not in held else tags


_OFF_IN_TEXT = re.compile(r"^[Yy:,!-]*X(?=$|[,:!(zyx-])(?!x?m)|^[^:F]{0,30}[mCVPκπ3][^:F]{0,8}X(?![me])|,X$")
_VOID = re.compile(r"[λsqj][^:]{0,24}Ø|Ø[^:]{0,12}[λsqj]")


def off_in_text(tags: str) -> bool:
    """Whether a sentence says that the appointment does not take place."""
    return "X" in tags and "F" not in tags.partition("X")[0] and _OFF_IN_TEXT.search(tags) is not None


def link_is_void(tags: str) -> bool:
    """Whether a sentence says that nobody joins by the link, and names no new one."""
    return "Ø" in tags and "J" not in tags and _VOID.search(tags) is not None
