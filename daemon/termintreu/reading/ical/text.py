"""From the bytes of a stream to lines and texts (RFC 5545 3.1, 3.3.11): encodings, line ends, folds, escapes. Pure."""

from __future__ import annotations

import re

# Some programs on Windows write two carriage returns; more would make this search quadratic.
_FOLD = re.compile(rb"\r{0,2}\n[ \t]")
_BREAK = re.compile(rb"\n[ \t]")
_FOLDED_HEAD = re.compile(rb"\n[A-Za-z0-9-][^:\n]*+(?:\n[ \t][^:\n]*+)++")
_BLANKS = b" \t"
_ESCAPED = re.compile(r"\\([\\;,nN])")
_ENTRY = re.compile(rb"\nBEGIN:(?:VEVENT|VTODO)", re.IGNORECASE)


def normalized(data: bytes) -> bytes:
    """The stream in an encoding and with line ends that the rest can rely on; each line has a line feed before it."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    return b"\n" + (data if b"\n" in data else data.replace(b"\r", b"\n"))


def with_whole_heads(data: bytes) -> bytes:
    """The same lines, none of them folded before its first colon: so a search for a name finds it.

    A line may be folded anywhere, within its name as well: the old Mozilla calendar folds after each name, KOrganizer
    within some.
    """
    return _FOLDED_HEAD.sub(_joined, data) if _has_folded_head(data) else data


def entries_in(data: bytes) -> int:
    """How many events and tasks begin in a stream; those within text that looks like them count as well."""
    return len(_ENTRY.findall(with_whole_heads(normalized(data))))


def _has_folded_head(data: bytes) -> bool:
    """Few lines are folded, and only what stands before a fold is looked at: that takes half the time of a search for
    folded heads through all lines, which nearly every stream would pay for nothing."""
    for fold in _BREAK.finditer(data):
        at = fold.start()
        begin = data.rfind(b"\n", 0, at) + 1
        if data[begin] not in _BLANKS and data.find(b":", begin, at) < 0:
            return True
    return False


def _joined(head: re.Match[bytes]) -> bytes:
    return unfolded_bytes(head[0])


def unfolded_bytes(data: bytes) -> bytes:
    """Every line on one line."""
    return _FOLD.sub(b"", data)


def unfolded(value: bytes) -> str:
    """A property's raw value as text."""
    return decoded(unfolded_bytes(value) if b"\n" in value else value).strip()


def decoded(raw: bytes) -> str:
    """Text of whatever encoding: UTF-8, else what old exporters on Windows write."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def unescaped(text: str) -> str:
    """A TEXT value (RFC 5545 3.3.11)."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)
