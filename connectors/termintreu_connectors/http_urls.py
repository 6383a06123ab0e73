"""What may be done with a URL: where its log-in may go, and whether it may be asked at all. No I/O."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from termintreu.model.errors import Forbidden
from termintreu_connectors.http_digest import Credentials

_PORTS = {"https": 443, "http": 80}


def over_https(url: str) -> str:
    """The same address; webcal(s), which apps write for calendars, is https."""
    scheme, separator, rest = url.strip().partition("://")
    return f"https://{rest}" if separator and scheme.lower() in {"webcal", "webcals"} else url


def split_credentials(url: str) -> tuple[str, Credentials | None]:
    """A URL without its user part, with https in the place of webcal, and the log-in that stood there."""
    parts = urlsplit(over_https(url))
    user, _, place = parts.netloc.rpartition("@")
    if not user:
        return over_https(url), None
    name, _, password = user.partition(":")
    plain = urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))
    return plain, Credentials(username=unquote(name), password=unquote(password))


def bare_domain(text: str) -> str | None:
    """The domain, in lower case, of a domain or mail address that stands where a URL may stand; None of a URL."""
    if "://" in text:
        return None
    return text.strip().rpartition("@")[2].strip().rstrip(".").lower()


@lru_cache(maxsize=256)
def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL, comparable: lower case, the usual port filled in."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = 0
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower().rstrip("."), port if port is not None else _PORTS.get(scheme, 0)


def may_send_login(home: str, url: str) -> bool:
    """Whether the log-in of `home` may go to `url`: same scheme, host and port, or both are iCloud's over TLS."""
    ours, theirs = origin(home), origin(url)
    return ours == theirs or all(
        scheme == "https" and port == 443 and (host == "icloud.com" or host.endswith(".icloud.com"))
        for scheme, host, port in (ours, theirs)
    )


def checked_url(url: str, base: str = "") -> str:
    """The URL without user part and fragment. Raises Forbidden where it is none that may be asked.

    `base`: the URL that sent us there. What came over TLS never goes on in the clear.
    """
    try:
        plain, _ = split_credentials(urljoin(base, over_https(url)))
        scheme, host, port = origin(plain)
        parts = urlsplit(plain)
    except ValueError:
        scheme, host, port = "", "", 0
    if scheme not in _PORTS or not host or not port:
        raise Forbidden("An address that is neither https nor http was refused")
    if scheme == "http" and origin(base)[0] == "https":
        raise Forbidden("A redirect from https to http was refused")
    return urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))
