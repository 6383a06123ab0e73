"""Telephone numbers in free text: where digits stand, what they are not, and what they are in E.164.

Runs of digits are looked for first and judged by what stands around them; only what is left goes to phonenumbers,
and only so often (`_MAX_PARSED`): a text of nothing but digits must not cost more than a long one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

from termintreu.model.regions import region_in
from termintreu.recognition.detection.lines import fold
from termintreu.recognition.detection.number_words import (
    CONFERENCE_ID,
    COUNTED,
    FAX,
    FOREIGN_ID,
    MASKED,
    NUMBER_OF_PHONE,
    PHONE_LABEL,
    PLAIN_LABEL,
    UNIT_AFTER,
)

_MAX_PARSED = 40

_DIGIT = re.compile(r"\d")
_NUMBER = r"(?:\+\s?|\(\+?|\d)[\d()\[\] .\u00a0/–·-]{4,30}?\d"
_ENOUGH = re.compile(_NUMBER)
_RUN = re.compile(
    rf"(?<![\w@=#/$€£%&-])(?<!\d[.,:])(?P<tel>tel:\s{{0,2}})?(?P<number>{_NUMBER})"
    r"(?=$|[^\d()\[\] .\u00a0/–·-]|[ .)(\]/–·-]{1,4}(?:$|[^\d()+ ./–·-]))"
)
_TEL = re.compile(
    (
        r"(?:tel|callto):(?P<body>(?:%2B|\+|%28|%20|"
        r"[\d().\- /]){4,40}(?:;[\w=+%-]{1,40})?)(?P<dtmf>(?:[,;px*#wW]|%2C|%23|%3B|%2A|\d){0,60})"
    ),
    re.IGNORECASE,
)
_DTMF = re.compile(r"^ ?(?:[,;]{1,6}|[xXp]{1,2} ?(?=\d)|\s?(?:ext\.?|x) ?)[*0-9#, ]*")
_LABEL_SIGN = re.compile(
    r"(?:toll(?:[- ]free)?|(?:dial|call)[- ]?in|phone|tel|bridge|number)\.?:? ?(?P<sign>#)(?= ?[\d(+])", re.IGNORECASE
)
"""Toll-free #800...": the sign means "number"."""
_CODE_AFTER = re.compile(r"^(.{6,24}\d) ?/ ?\d(?: ?\d){2,9}$")
"""A number and, behind a stroke, what is dialled after it."""
_CODE_ENDED = re.compile(r"^(.{6,24}\d)(?: ?[(/] ?| [–-] )\d(?: ?\d){2,9} ?$")
"""A number and a code that "#" ends, parted from it: "030 23125 111 (4711#)"."""
_EXTENSION = r"(?:durchwahl|dw|klappe|kl|nebenstelle|nst|apparat|app)[.:]?\s?-?\s?(\d{1,5})(?!\d)"
_EXTENSION_AFTER = re.compile(rf"\s?[(,]?\s?{_EXTENSION}")
_EXTENSION_BEFORE = re.compile(rf"(?<!\w){_EXTENSION}[\s,):/-]{{1,4}}$")
_OPERATOR = re.compile(r"[ /-]{1,3}0$")
"""The 0 behind a stroke by which a switchboard answers; an extension takes its place."""
_CLEAN = re.compile(r"[^\d+]")
_TRUNK = re.compile(r"\(\s?0\s?\)")
_EXIT = re.compile(r"^(?:\+00|00|\+0(?=0))(?=\s?[1-9(])")


_NATIONAL_US = re.compile(r"^(?:1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]{1,2}[2-9]\d{2}[ .-]\d{4}$")
_NATIONAL_FR = re.compile(r"^0[1-9](?:[ .-]\d{2}){4}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A number as it stands in a text."""

    e164: str
    start: int
    end: int
    """Places in the text that was searched; `end` includes digits dialled after it."""
    pin: str | None = None
    """Digits dialled after the number (",,123456#")."""
    labelled: bool = False
    """A word for telephone stands before it, or it is a tel: URI."""
    plus: bool = False
    """Written with its country code."""
    parted: bool = False
    """Written with its area apart, as nothing but telephone numbers are."""


def parse_number(text: str, country: str) -> str | None:
    """One written number in E.164, or None.

    Args:
        text: the number and nothing else, as people write it: "+49 (0)30 901820", "030/901820", "tel:%2B49...".
        country: two letters (ISO 3166-1): where a number without a country code is from.
    """
    text = unquote(text.strip()[:100]) if "%" in text else text.strip()[:100]
    match = _TEL.match(text)
    body = (match.group("body") if match else text).partition(";")[0]
    if sum(character.isdigit() for character in body) > 17 or re.search(r"[A-Za-zÀ-ÿ@]{2,}", body):
        return None
    return _e164(body, country, sure=True)


@lru_cache(maxsize=256)
def _e164(body: str, country: str, *, sure: bool) -> str | None:
    """E.164 where the number can exist. `sure`: a number is meant, so possible is enough when it has a country code.

    An invitation names each number several times, and phonenumbers is slow: the last ones are remembered.
    """
    body = body.partition(";")[0]
    body = _TRUNK.sub("", body) if re.search(r"^\s?(?:\(?\+|00)", body) else body
    digits = _CLEAN.sub("", body)
    digits = digits[0] + digits[1:].replace("+", "") if digits else ""
    exit_code = _EXIT.match(digits)
    if exit_code:
        digits = "+" + digits[exit_code.end() :]
    try:
        number = phonenumbers.parse(digits, None if digits.startswith("+") else country)
    except phonenumbers.NumberParseException:
        return None
    accepted = phonenumbers.is_valid_number(number) or (
        ((sure and digits.startswith("+")) or _whole(digits, country)) and phonenumbers.is_possible_number(number)
    )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if accepted else None


_WHOLE = {"GB": 11}
"""Digits of a national number with its 0, where all have as many: it is one, whether or not its range is in use."""


def _whole(digits: str, country: str) -> bool:
    return digits.startswith("0") and len(digits) == _WHOLE.get(country)


def find_numbers(text: str, country: str) -> tuple[str, ...]:
    """Every telephone number in a free text, in E.164, each once, in the order of the text."""
    return tuple(dict.fromkeys(found.e164 for found in written_numbers(text, country)))


def written_numbers(text: str, country: str, *, alone: bool = False) -> tuple[Written, ...]:
    """The numbers in a text, with their places and the digits dialled after them.

    Args:
        text: one line or many, plain.
        country: the user's, for numbers without a country code.
        alone: the text is a place for a number (LOCATION): one without a label counts, too.
    """
    if not _DIGIT.search(text):
        return ()
    found = list(_tel_uris(text, country))
    taken = [(number.start, number.end) for number in found]
    if "#" in text:
        text = _LABEL_SIGN.sub(lambda match: match.group(0)[:-1] + " ", text)
    if not _ENOUGH.search(text):
        return tuple(found)  # nor in a part of it
    masked = MASKED.sub(lambda match: "\x00" * len(match.group(0)), text)
    for start, end in taken:
        masked = masked[:start] + "\x00" * (end - start) + masked[end:]
    folded = fold(masked)
    parsed = 0
    for match in _RUN.finditer(masked):
        if parsed >= _MAX_PARSED:
            break
        number, cost = _judge(masked, folded, match, country, alone=alone)
        parsed += cost
        if number is not None:
            found.append(number)
    return tuple(sorted(found, key=lambda number: number.start))


def _tel_uris(text: str, country: str) -> list[Written]:
    found = []
    for match in _TEL.finditer(text):
        body = unquote(match.group("body"))
        plus = body.lstrip(" (").startswith(("+", "00"))
        e164, _ = _with_region(body.strip(), country, None, labelled=True, plus=plus)
        if e164 is not None:
            pin = pin_of(unquote(match.group("dtmf")))
            found.append(
                Written(e164=e164, start=match.start(), end=match.end(), pin=pin, labelled=True, plus="+" in body)
            )
        if len(found) >= _MAX_PARSED:
            break
    return found


def _judge(masked: str, folded: str, match: re.Match[str], country: str, *, alone: bool) -> tuple[Written | None, int]:
    """One run of digits: the number it is, if any, and how many times phonenumbers was asked."""
    start, end = match.start("number") + _bracket_of_others(match.group("number")), match.end("number")
    ended = _CODE_ENDED.match(masked[start:end]) if masked[end : end + 2].lstrip().startswith("#") else None
    end = start + ended.end(1) if ended else end
    body = masked[start:end].strip()
    digits = _CLEAN.sub("", body)
    line_start = folded.rfind("\n", 0, start) + 1
    line_end = folded.find("\n", end)
    line_end = len(folded) if line_end < 0 else line_end
    before = folded[max(line_start, start - 60) : start]
    after = folded[end : min(line_end, end + 40)]
    count = len(digits.lstrip("+"))
    if not 6 <= count <= (26 if _CODE_AFTER.match(body) else 16) or _foreign(before, body) or UNIT_AFTER.match(after):
        return None, 0
    dtmf = _DTMF.match(masked[end : end + 60])
    pin = pin_of(dtmf.group(0)) if dtmf else None
    ends_with_code = pin is None and ended is None and after.lstrip().startswith("#")
    if ends_with_code and not digits.startswith("+") and not _CODE_AFTER.match(body):
        return None, 0
    labelled = bool(match.group("tel")) or bool(PHONE_LABEL.search(before)) or bool(PLAIN_LABEL.search(before))
    plus = body.startswith(("+", "(+")) or bool(re.match(r"00 ?[1-9]", body))
    region = None if plus else region_in(folded[line_start:start]) or region_in(folded[end:line_end])
    e164, cost = _with_region(body, country, region, labelled=labelled or alone, plus=plus)
    code_after = _CODE_AFTER.match(body) if e164 is None else None
    if code_after:
        e164, _ = _with_region(code_after.group(1), country, region, labelled=labelled or alone, plus=plus)
        end, dtmf, pin = start + code_after.end(1), None, None
        cost *= 2
    if e164 is None:
        return None, cost
    extended = None if plus and pin else _with_extension(e164, body, before, after)
    if extended is not None:
        e164, end, dtmf, pin = extended[0], end + extended[1], None, None
        cost += 1
    last = end + (dtmf.end() if dtmf and pin else 0)
    parted = bool(_PARTED.match(body) or _NATIONAL_US.match(body))
    return Written(e164=e164, start=start, end=last, pin=pin, labelled=labelled, plus=plus, parted=parted), cost


def _bracket_of_others(body: str) -> int:
    """Where a number begins behind a bracket that was opened before its digits: "(floor 2) 030 ..."."""
    closed = body.find(")")
    if closed < 0 or "(" in body[:closed]:
        return 0
    return len(body) - len(body[closed + 1 :].lstrip())


def _foreign(before: str, body: str) -> bool:
    """Whether the words before digits say that these are no telephone number."""
    if body.startswith(("+", "(+")):
        return bool(FAX.search(before))
    if NUMBER_OF_PHONE.search(before):
        return False
    if FOREIGN_ID.search(before):
        return True
    if len(_CLEAN.sub("", body)) >= _SHORTEST_WITH_AREA and (
        _PARTED if CONFERENCE_ID.search(before) else _TRUNK_FIRST
    ).match(body):
        return False
    return bool(CONFERENCE_ID.search(before) or COUNTED.search(before))


_TRUNK_FIRST = re.compile(r"^\(?0\d")

_PARTED = re.compile(r"^\(?0\d{1,5}\)? ?[/ –-] ?\d")
"""A number whose area stands apart, as people write them."""
_SHORTEST_WITH_AREA = 8


_EXTENDED = ("+49", "+43", "+41")
"""Countries where an extension is dialled as the number's end."""


def _with_extension(e164: str, body: str, before: str, after: str) -> tuple[str, int] | None:
    """The number with the extension that is named behind or before it, and how many characters behind it name one.

    Behind, it is appended; a 0 for the switchboard gives way to it. Before, it only counts where there is such a 0.
    """
    if not e164.startswith(_EXTENDED):
        return None
    operator = _OPERATOR.search(body) is not None
    trunk = e164[:-1] if operator else e164
    behind = _EXTENSION_AFTER.match(after)
    found = behind or (_EXTENSION_BEFORE.search(before) if operator else None)
    if found is None:
        return None
    whole = _e164(trunk + found.group(1), "", sure=False)
    return (whole, behind.end() if behind else 0) if whole else None


def _with_region(body: str, country: str, region: str | None, *, labelled: bool, plus: bool) -> tuple[str | None, int]:
    """The number by its own country code, the country named on its line, the user's, or a national way of writing."""
    if plus:
        return _e164(body, region or country, sure=True), 1
    if region is not None:
        found = _e164(body, region, sure=False)
        if found is not None:
            return found, 1
        if not labelled and body[0] != "0" and not _NATIONAL_US.match(body):
            return None, 1
    digits = _CLEAN.sub("", body)
    american = bool(_NATIONAL_US.match(body))
    if american and country not in _NANP:
        return _e164(body, "US", sure=False) or (_e164("+1" + body.removeprefix("1"), "US", sure=True)), 2
    if not american and not _dialable(digits, country):
        return None, 0
    own = _e164(body, country, sure=False) if labelled or american or _reads_national(body) else None
    if own is None and _NATIONAL_FR.match(body):
        return _e164(body, "FR", sure=False), 2
    return own, 1


def _dialable(digits: str, country: str) -> bool:
    """Whether digits without a country code begin as a whole number of that country must (0 in most of Europe)."""
    return phonenumbers.ndd_prefix_for_region(country, True) != "0" or digits.startswith("0")


_NANP = frozenset({"US", "CA", "PR", "JM", "DO", "BS", "BB", "TT"})


def _reads_national(body: str) -> bool:
    """Whether digits without a label are written as one writes a number: a trunk 0, and no full stops."""
    return bool(re.match(r"^\(?0\d", body)) and "." not in body


def pin_of(dtmf: str) -> str | None:
    """The conference's own code in what is dialled after a number (",,123456#,,,,*0#", ",,*01*123%23%23*01*")."""
    groups = [group for group in re.findall(r"\d+", unquote(dtmf)) if len(group) >= 3]
    return groups[0] if groups and re.search(r"[,;#*xXpwW]|ext", dtmf) else None
