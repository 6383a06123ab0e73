"""What people type when they are asked where their calendar is, and when they work. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from termintreu.config.providers import Provider, by_domain, by_key, by_url
from termintreu.config.values import parse_span

_HOST = re.compile(
    r"(?P<host>[\w-]+(\.[\w-]+)+|localhost|\[[0-9A-Fa-f:]+\])(?P<port>:\d{1,5})?(?P<path>/\S*)?", re.ASCII
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = {
    **{word: day for day, word in enumerate(("mo", "di", "mi", "do", "fr", "sa", "so"))},
    **{word: day for day, word in enumerate(("mo", "tu", "we", "th", "fr", "sa", "su"))},
}
"""The first two letters of each day, in both languages."""
_WITH_DAYS = re.compile(r"(?P<first>[^\W\d]+)\.?\s*(?:(?:-|–|to|bis)\s*(?P<last>[^\W\d]+)\.?)?\s*:?\s+(?P<spans>\d.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, as it was answered so far."""

    type: str = "caldav"
    """As the configuration has it."""
    place: str = ""
    """An address, a domain, a mail address, or a folder."""
    username: str = ""
    password: str = field(default="", repr=False)
    """As typed; it is stored in a file of its own."""
    reference: Mapping[str, object] | None = None
    """Where the password comes from, as the configuration has it; instead of `password`."""
    client_id: str = ""
    """Of the OAuth client; "" where it logs in otherwise."""
    client_secret: str = field(default="", repr=False)
    """As typed; it is stored in a file of its own."""

    @property
    def is_private_feed(self) -> bool:
        """Whether it is a feed whose very address says that it stands on this machine or in a network of one's own."""
        try:
            host = (urlsplit(self.place).hostname or "").lower()
        except ValueError:
            return False
        return self.type == "ics" and (host == "localhost" or _is_private(host))

    @property
    def has_login(self) -> bool:
        """Whether it is one that a log-in is asked for."""
        return self.type not in {"ics", "vdir"}

    @property
    def keeps_login(self) -> bool:
        """Whether it is one whose log-in `termintreu login` obtains, if the server wants one."""
        return self.has_login and not self.names_login

    @property
    def names_login(self) -> bool:
        """Whether a user name or a password was given, or is known to come from somewhere."""
        return bool(self.username or self.password or self.reference)


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def account_of(text: str) -> Account | Provider | None:
    """What somebody means who was asked for their calendar: an account, a provider (of which more is to be asked), or
    nothing that could be one (None).

    "cloud.example.com" is a host, whatever folders there are; a folder begins with "/", "~" or ".".
    """
    word = text.strip()
    if (named := by_key(word)) is not None:
        return named
    if "://" in word:
        return _url(word)
    if word.startswith(("/", "~", ".")):
        return Account(type="vdir", place=word)
    if "@" in word:
        name, _, domain = word.rpartition("@")
        if not name or not _HOST.fullmatch(domain):
            return None
        provider = by_domain(domain)
        if provider is not None and not provider.writable:
            return provider
        return Account(place=word, username=word)
    found = _HOST.fullmatch(word)
    if found is None:
        return None
    provider = by_domain(found["host"])
    if provider is not None and not provider.writable:
        return provider
    return Account(place=word if not (found["port"] or found["path"] or found["host"][0] == "[") else f"https://{word}")


def _url(text: str) -> Account | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in {"https", "http", "webcal", "webcals"} or not parts.hostname:
        return None
    provider = by_url(text)
    feed = parts.scheme.lower().startswith("webcal") or PurePosixPath(parts.path).suffix.lower() == ".ics"
    return Account(type="ics" if feed or (provider is not None and not provider.writable) else "caldav", place=text)


def addresses(account: Account, provider: Provider | None) -> Iterator[str]:
    """The addresses at which an account may be, the likeliest first: what was said, then what the table of providers
    says of its domain, then the host itself."""
    if account.type != "caldav" or ("://" in account.place and "{" not in account.place):
        yield account.place
        return
    if "{" in account.place and provider is not None:
        yield provider.address_of(account.username)
        return
    yield account.place
    host = account.place.rpartition("@")[2]
    known = provider or by_domain(host)
    if known is not None and (address := known.address_of(account.username or account.place, host)):
        yield address
    if "@" not in account.place:
        yield f"https://{host}/"


def entrances(account: Account, provider: Provider | None) -> Iterator[str]:
    """The whole addresses at which an account's server may offer a log-in."""
    whole = [address for address in addresses(account, provider) if "://" in address]
    if "://" not in account.place:
        whole.append(f"https://{account.place.rpartition('@')[2]}/")
    yield from dict.fromkeys(whole)


def hours_of(text: str) -> dict[str, tuple[str, ...]] | None:
    """Working hours by day: "09:00-12:30, 13:30-17:30" from Monday to Friday, or "Mo-Do 9:00-17:00; Fr 9:00-14:00".
    None where they cannot be understood."""
    hours: dict[str, tuple[str, ...]] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        named = _WITH_DAYS.fullmatch(part)
        days = range(5) if named is None else _days(named["first"], named["last"] or named["first"])
        spans = _spans(part if named is None else named["spans"])
        if not days or not spans:
            return None
        hours |= {_DAYS[day]: spans for day in days}
    return hours or None


def _days(first: str, last: str) -> range:
    begin, end = (_WORDS.get(word[:2].lower()) for word in (first, last))
    return range(0) if begin is None or end is None else range(begin, end + 1)


def _spans(text: str) -> tuple[str, ...]:
    spans = tuple(re.sub(r"\s*[-–]\s*", "-", span.strip()) for span in text.split(","))
    try:
        for span in spans:
            parse_span(span)
    except ValueError:
        return ()
    return spans
