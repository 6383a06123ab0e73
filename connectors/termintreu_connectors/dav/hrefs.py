"""Hrefs: compared decoded, sent as the server spells them. Servers spell one href in several ways (`%40` and `@`,
`%2b` and `+`), may use `%2F` within a name, and may answer with paths or with whole URLs. No I/O.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin, urlsplit

from termintreu.model.errors import InvalidAnswer
from termintreu_connectors.http_errors import host_of
from termintreu_connectors.http_urls import may_send_login, origin

_PLAIN = re.compile(r"/[A-Za-z0-9_.~/-]*")
"""What is spelled in one way only."""


class Hrefs:
    """One account's hrefs: decoded paths outside, URLs on the wire."""

    def __init__(self, url: str) -> None:
        """`url`: any URL of the account, for its scheme, host and port."""
        self._spelled: dict[str, str] = {}
        self.move(url)

    def read(self, href: str, asked: str) -> str:
        """The decoded path of an href in the answer to a request for the URL `asked`, its spelling remembered."""
        if _PLAIN.fullmatch(href):
            return href
        raw = _path(href, asked)
        folder, name = _parted(raw)
        decoded = unquote(raw)
        if name and quote(unquote(name)) != name:
            self._spelled[decoded] = raw
        if folder and quote(unquote(folder)) != folder:
            self._spelled[unquote(folder)] = folder
        return decoded

    def follow(self, href: str, asked: str) -> str:
        """The URL for an href, on another of the provider's hosts if it names one (iCloud); such a host is kept."""
        target = _joined(asked, href)
        if origin(target) != origin(self._base) and may_send_login(self._base, target):
            self.move(target)
        return self.url(self.read(href, asked))

    def move(self, url: str) -> None:
        """Ask where this URL stands from now on (a redirect led there)."""
        self._base = url
        self._root = urljoin(url, "/")

    def wire(self, path: str) -> str:
        """The encoded path to be sent for a decoded one."""
        if not self._spelled and _PLAIN.fullmatch(path):
            return path
        if path in self._spelled:
            return self._spelled[path]
        folder, name = _parted(path)
        return self._spelled.get(folder, quote(folder)) + quote(name)

    def url(self, path: str) -> str:
        """The URL to be asked for a decoded path."""
        return self._root + self.wire(path).removeprefix("/")


def _path(href: str, asked: str) -> str:
    """The encoded path of an href, absolute. A path may hold "//" and, against the rules, "?" or "#"."""
    if href.startswith("/"):
        return href
    path = urlsplit(_joined(asked, href)).path or "/"
    if not path.startswith("/"):
        raise InvalidAnswer(f"{host_of(asked)}: the answer has an href that is no path")
    return path


def _joined(asked: str, href: str) -> str:
    try:
        return urljoin(asked, href)
    except ValueError as failure:
        raise InvalidAnswer(f"{host_of(asked)}: the answer has an href that cannot be read") from failure


def _parted(path: str) -> tuple[str, str]:
    """Folder with its closing slash, and name; a folder's own name is part of the folder."""
    cut = path.rfind("/") + 1
    return path[:cut], path[cut:]
