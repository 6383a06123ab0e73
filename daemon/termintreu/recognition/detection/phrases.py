"""What titles, places and descriptions say about how people meet: tables from `vocabulary`, applied in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from termintreu.model import Message, msg
from termintreu.recognition.detection import not_calls, sentences
from termintreu.recognition.detection import vocabulary as v
from termintreu.recognition.detection.text import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign that an occurrence is a call."""

    kind: Literal["phone", "video"]
    reason: Message
    """No foreign text."""
    vendor: str | None = None


_NOT = v.union(not_calls.NOT_CALLS_EN, not_calls.NOT_CALLS_DE, not_calls.NOT_CALLS_OTHER)
_ABOUT = v.union(not_calls.ABOUT_CALLS)
_PHONE = v.union(v.PHONE_STRONG, after=r"(?![a-z])")
_VIDEO = v.union(v.VIDEO_STRONG)
_ADDRESS = re.compile(r"https?://\S+")
_FIRST = v.union(v.PHONE_FIRST, before=rf"^\W{{0,4}}(?:[\[(][^\])]{{1,30}}[\])]\W{{0,3}})?{v.SHORT}", after=r"(?!\w)")
_LAST = v.union(v.PHONE_LAST, before=r"", after=r"\W{0,2}$")
_LONGEST_KNOWN = 1_000
"""Characters of a line that is remembered."""
_LINKS = re.compile(
    r"^ ?(?:with|w/|to|from|re|about|and|on|at|mit|via|zu[rm]?|wg|wegen|avec|con|met|com|by|per|in|for|regarding|back|"
    r"uber|ueber|am|um|bzgl|bei|the|my|our|mom|mum|dad|me|us|over|before|after|heute|morgen|today|"
    r"tomorrow|x|vs|oder|or|und|der|die|das|intern)(?!\w)"
)


def _vendor_of(found: str) -> str | None:
    for pattern, name in v.VENDORS.items():
        if re.fullmatch(pattern, found):
            return name
    return None


def in_summary(line: Line) -> Sign | None:
    """What a title says: the words of calls, less those that only look so, and less what is done about calls."""
    said = _NOT.sub(lambda match: "\x00" * len(match.group(0)), line.folded)
    if _ABOUT.search(line.folded):
        return None
    online = v.TITLE_ONLINE.search(said) and v.PEOPLE_MEET.search(said)
    if online or _VIDEO.search(said) or v.VIDEO_SIGN.search(said):
        return Sign(kind="video", reason=msg("the title says video call"))
    match = v.VIDEO_VENDOR.search(said)
    if match and match.group("d") and not line.text[match.end() :].lstrip()[:1].isupper():
        match = None
    if match and not v.ABOUT_SERVICE.search(line.folded):
        name = next(filter(None, match.groups()))
        return Sign(kind="video", reason=msg("the title names a video service"), vendor=_vendor_of(name))
    messenger = v.MESSENGER_CALL.search(said)
    if messenger:
        kind: Literal["phone", "video"] = "video" if messenger.group("v") else "phone"
        return Sign(kind=kind, reason=msg("the title says that a messenger is used"))
    if v.PHONE_SIGN.search(said) or _PHONE.search(said) or _FIRST.search(said) or _LAST.search(said) or _ruft_an(said):
        return Sign(kind="phone", reason=msg("the title says phone call"))
    for match in v.CALL_WORD.finditer(said):
        if match.group(0) in ("recall", "oncall", "rollcall", "outcall", "overcall", "catcall", "miscall", "pascall"):
            continue
        if v.NO_CALL_BEFORE.search(said[: match.start()]) or "\x00" in said[match.end() : match.end() + 1]:
            continue
        if not _compound(line, said, match):
            return Sign(kind="phone", reason=msg("the title says call"))
    return None


def _compound(line: Line, said: str, match: re.Match[str]) -> bool:
    """Whether a noun follows that makes another thing of the call ("call detection"): not before a name."""
    following = line.text[match.end() :].lstrip()[:1]
    ahead = said[: match.start()].strip()
    return bool(ahead) and ahead[-1] not in ":-" and following.islower() and not _LINKS.match(said[match.end() :])


def _ruft_an(said: str) -> bool:
    return bool(re.search(r"(?<!\w)(?:ruft?|rufe|rufen)(?!\w).{0,60}(?<!\w)(?:an|zuruck|zurueck)(?!\w)", said))


def in_location(line: Line, summary: Line, *, alone: bool) -> Sign | None:
    """What a place says that is none ("Telefon", "Zoom", "online")."""
    said = _ADDRESS.sub(" ", line.folded).strip()
    if not said or v.PLACE_PHONE_NEVER.search(said):
        return None
    if _NOT.sub("", said).strip(" -:,.") == "" and not re.search(r"conf\w* call", said):
        return None
    if v.PLACE_PHONE_FIRST.search(said) and not re.search(r"(?:str\.|straße|strasse|street|road|\d{5} \w)", said):
        return Sign(kind="phone", reason=msg("the place says phone"))
    video = v.PLACE_VIDEO_ANYWHERE.search(said)
    vendor = v.PLACE_VENDOR.search(said)
    if video or vendor:
        name = vendor.group("a") if vendor else video.group(0) if video else ""
        known = _vendor_of(name) or next(
            (label for p, label in v.VENDORS.items() if re.search(rf"(?<!\w)(?:{p})(?!\w)", name)), None
        )
        return Sign(kind="video", reason=msg("the place names a video service"), vendor=known)
    if v.PLACE_PHONE_ANYWHERE.search(said):
        return Sign(kind="phone", reason=msg("the place says phone"))
    if v.PLACE_ONLINE.match(said) and (not alone or v.PEOPLE_MEET.search(summary.folded)):
        return Sign(kind="video", reason=msg("the place says online"))
    return None


def in_body(lines: tuple[Line, ...]) -> Sign | None:
    """What a description says of how people meet; lines about other calls (to cancel, to ask) do not count."""
    phone: Sign | None = None
    for line in lines:
        sign = (_known_line if len(line.folded) <= _LONGEST_KNOWN else _in_line)(line.folded)
        if sign is not None and sign.kind == "video":
            return sign
        phone = phone or sign
    return phone


def _in_line(folded: str) -> Sign | None:
    said = _ADDRESS.sub(" ", folded)
    if sentences.WATCHED.search(said):
        return None
    # Few lines say any of this: only of those it is asked whether they speak of another call.
    if sentences.BODY_VIDEO.search(said) and not _conditional(said):
        name = re.search(rf"(?<!\w){v.VENDOR}(?!\w)", said)
        return Sign(
            kind="video",
            reason=msg("the description speaks of a video call"),
            vendor=_vendor_of(name.group(0)) if name else None,
        )
    if sentences.READER_IS_CALLED.search(said) or sentences.READER_IS_TO_DIAL_ME.search(said):
        reason = msg("the description says that somebody will call")
    elif sentences.BODY_PHONE.search(_NOT.sub("", said)) and not _ABOUT.search(folded):
        reason = msg("the description speaks of a phone call")
    else:
        return None
    return None if _conditional(said) else Sign(kind="phone", reason=reason)


_known_line = lru_cache(maxsize=1024)(_in_line)
"""Invitations say the same things in many events."""


def _conditional(folded: str) -> bool:
    return bool(sentences.CONDITION.search(folded))
