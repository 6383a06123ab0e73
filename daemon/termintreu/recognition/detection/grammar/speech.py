"""What a sentence of a description says of how people meet: tables of patterns over tags; see `grammar`.

A sentence that speaks of another call (to cancel, to ask, of somebody who is on the way, of what was) says nothing.
"""

from __future__ import annotations

import re

from termintreu.model import msg
from termintreu.recognition.detection.grammar.signs import Sign
from termintreu.recognition.detection.grammar.states import spoken_standing
from termintreu.recognition.detection.grammar.tokens import Tagged


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_BY_PHONE = "(?:τ|v[axy]{0,2}[tτμ])"
_ANY = "[^:]"
"""Within one part of a sentence."""
_RINGS = "CtbψΠρ"
_VIDEO = _any(
    "V(?!~)",
    "[sqj]~?[mCPπkλ]",
    "v[axy]{0,2}[sqj]",
    rf"9{_ANY}*v[axy]{{0,2}}d|v[axy]{{0,2}}d(?={_ANY}*[9Θ])|mv[axy]{{0,2}}d",
    "[9Θ]:[axy]{0,2}[dosqjV]",
    "[od]~?[mC]",
    "[sqjd]~?λ",
    r"m[^,:]*(?<!A)o(?=$|[,!-])|^y*o(?=$|[,!-])",
    rf"9{_ANY}*o(?=$|[,!v0T:y-])|o{_ANY}*9",
    rf"7{_ANY}{{0,4}}[sqjd]",
    rf"Θ{_ANY}*o(?=x?(?:$|[,!-]))",
    "^[sq](?=[WhgK])",
)
_WILL_CALL = _any(
    # "Frau Kern ruft Sie an", "ich klingle bei Ihnen durch", "wir rufen im Rathaus an"
    rf"r{_ANY}*?2{_ANY}*?p",
    rf"1r{_ANY}*?p|r1{_ANY}*?p",
    rf"r{_ANY}*?[i8]{_ANY}*?p|[xghfcK]r{_ANY}*?p",
    r"^[y,]*r[^:8]*?p|,[xy]*r[^:8]*?p",
    # "wird Sie anrufen", "Sie werden angerufen", "will be called"
    rf"l{_ANY}*2{_ANY}*R",
    rf"l{_ANY}*Ω|Ωl",
    # "will call you", "calls you back", "Dr. Kern will call"
    rf"[{_RINGS}]y?2",
    r"(?:h|g|f|[xgh]x|[lx]l)l?[yx]?[Cb](?=$|[,vzT0y!(-])",
    rf"[xghf3]l[{_RINGS}](?=$|[,vzT0y!(-])",
    # "give you a ring", "you will get a call"
    r"ζ[23i]a?[yx]?[γCbΨπt]",
    rf"4{_ANY}{{0,8}}[PπCκΨγ]",
    # "meldet sich telefonisch"
    rf"6(?!2)[^:%]*#|6{_ANY}*{_BY_PHONE}|{_BY_PHONE}{_ANY}*6",
    "[Πρ][i8]",
)
_NO_SIGN_OF_CALL = _any(r"(?:^|[,y!-])r2y*8")
"""Rufen Sie uns an: a firm that can be rung."""
_PHONE = _any(
    # "ring me", "bittet um Rückruf"
    "[Cbt]i",
    rf"ß{_ANY}*[PRCπκbtΨγΩ]|Ψ{_ANY}*ß",
    # "Telefontermin", "phone interview"
    "[Pπκ](?!~)",
    # "besprechen wir am Telefon", "Form: telefonisch", "By phone."
    rf"[9Θσm]{_ANY}*{_BY_PHONE}(?!:?#)|{_BY_PHONE}(?!:?#){_ANY}*[9m]",
    "[9Θ]:[axy]{0,2}[τtCΨμ]",
    rf"^y*{_BY_PHONE}(?=$|[,!W-]|x?#)",
    rf"{_BY_PHONE}W[hgK]|l{_ANY}*{_BY_PHONE}(?=$|[,!])",
    # "mit Frau Seidl telefonieren", "Kern anrufen: 030 ...", "phone Dana", "call him at 555 ..."
    rf"W{_ANY}*R|R{_ANY}*1|1{_ANY}*R|l{_ANY}*R|8{_ANY}*R|^[ye3]*R(?=:?$|[hgKfz])|^y*3R|R:?#",
    "[%Δ]2?[yxe]{0,2}:?#|#y?%",
    "^[lye3]*[tbC](?=[hgK])|l[tbC](?=[hgKf])",
    r"^y*[CtbR]a?[^:,vlr28i(-]{1,5},?[vx]?#|^y*C(?:vx?|x|z)?[0T]",
    "^P(?=,|W[hgKf])",
    "^[ya]*[hgKf]x{0,2}R(?=$|[,z#xv])",
)


def speech_sign(sentence: Tagged) -> Sign | None:
    """What a sentence says; None where it says nothing of a call."""
    tags = spoken_standing(sentence.tags)
    if tags is None:
        return None
    video = _VIDEO.search(tags)
    if video:
        place = next((at for at in range(*video.span()) if tags[at] in "sqj"), None)
        vendor = None if place is None else sentence.vendor(place)
        return Sign(kind="video", reason=msg("the description speaks of a video call"), vendor=vendor)
    if "ƒ" in tags:
        return None
    if _WILL_CALL.search(tags) and not _NO_SIGN_OF_CALL.search(tags):
        return Sign(kind="phone", reason=msg("the description says that somebody will call"))
    if _PHONE.search(tags):
        return Sign(kind="phone", reason=msg("the description speaks of a phone call"))
    return None
