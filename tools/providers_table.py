"""The table of providers in docs/calendar-apps.md, made from `config/providers.py`; the page around it is written by
hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from termintreu.config.providers import PROVIDERS, Provider
from termintreu.config.values import format_duration
from termintreu.model.texts import Texts

_BEGIN = "<!-- The table is made by `make docs` from config/providers.py. -->\n"
_END = "<!-- The end of the table. -->\n"
_TEXTS = Texts(language="en", zone=ZoneInfo("UTC"))


def page(text: str) -> str:
    """The page with the table as it is now. Raises ValueError where its place is not marked."""
    before, _, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not end:
        raise ValueError("docs/calendar-apps.md: the place of the table of providers is not marked")
    return f"{before}{_BEGIN}{table()}{_END}{after}"


def table() -> str:
    """Markdown, one line a provider."""
    lines = ["| provider | address | log-in | password | what to know |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *map(_line, PROVIDERS), ""])


def _line(provider: Provider) -> str:
    user, password, address = (
        "-" if each is None else _TEXTS.render(each) for each in (provider.user, provider.password, provider.address)
    )
    if provider.logs_in_by_browser:
        user = f"by a link (`termintreu login`); or {user}"
    place = f"`{provider.url}`" if provider.url else address
    notes = [_TEXTS.render(note) for note in provider.notes]
    if provider.poll is not None:
        notes.append(f"`check` warns of a `poll` under {format_duration(provider.poll)}.")
    return f"| {provider.name} | {place} | {user} | {password} | {' '.join(notes)} |"
