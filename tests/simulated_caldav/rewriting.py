"""What servers make of an object that is given to them. A VALARM is kept by all of them."""

from __future__ import annotations

from typing import Literal

from tests.simulated_caldav.state import unfolded


def stored_form(rewrites: Literal["no", "form", "text"], data: bytes) -> bytes:
    """What is stored of it."""
    if rewrites == "no":
        return data
    lines = unfolded(data).replace(b"\r\n", b"\n").strip(b"\n").split(b"\n")
    if rewrites == "text":
        lines = [line for line in map(_softened, lines) if line is not None]
    return b"\r\n".join(_reordered(lines)) + b"\r\n"


def _softened(line: bytes) -> bytes | None:
    """As some do: everything is public, durations are spelled anew, and what is empty goes."""
    if line.startswith(b"CLASS:"):
        return b"CLASS:PUBLIC"
    if line.startswith(b"TRIGGER") and line.endswith(b"-PT1M"):
        return line.replace(b"-PT1M", b"-PT60S")
    return None if line.endswith(b":") else line


def _reordered(lines: list[bytes]) -> list[bytes]:
    """The properties of each component by name; components stay in their order."""
    out: list[bytes] = []
    run: list[bytes] = []
    for line in lines:
        if line.startswith((b"BEGIN:", b"END:")):
            out += [*sorted(run), line]
            run = []
        else:
            run.append(line)
    return out + run
