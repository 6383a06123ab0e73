"""Connectors: everything that talks to a server, a feed or a folder. They import model, ports and errors only.

`CONNECTORS` and `ADDRESS_BOOKS` name them by the configuration's `type`. Each module is imported when it is asked for,
so that who reads folders only pays for no HTTP client. To add one: a module, a line here, a subclass of the contract
tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from termintreu.model.ports import Source

if TYPE_CHECKING:
    from termintreu_connectors.kept_login import KeptLogin

BODY = 20_000_000
"""Bytes of the largest answer or file that is read, unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the configuration says of one connector; each takes what concerns it."""

    name: str
    url: str = ""
    path: str = ""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    allow_private: bool = False
    kept: KeptLogin | None = None
    max_body: int = BODY
    trim: Callable[[bytes], bytes] | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Factory:
    """Makes a connector; nothing is sent or read by that."""

    make: Callable[[Options], Source]

    def __call__(
        self,
        *,
        name: str,
        url: str | None = None,
        path: str | None = None,
        username: str | None = None,
        password: str | None = None,
        allow_private: bool = False,
        kept: KeptLogin | None = None,
        max_body: int = BODY,
        trim: Callable[[bytes], bytes] | None = None,
        ours: bool = False,
    ) -> Source:
        """The connector.

        Args:
            name: of the source, for messages.
            url: of the server or feed (caldav, ics, carddav), or the root of an API (default: its own).
            path: of the folder or file (vdir, vcard).
            allow_private: private and loopback addresses, and plain http to them.
            kept: a log-in that `termintreu login` obtains (caldav, carddav, google, microsoft).
            max_body: bytes of the largest answer or file, unpacked.
            trim: what to keep of a card (vcard, carddav); None: all of it.
            ours: nothing but our own collections stands there; a folder (vdir) may be made with the first of them.
        """
        return self.make(
            Options(
                name=name,
                url=url or "",
                path=path or "",
                username=username,
                password=password,
                allow_private=allow_private,
                kept=kept,
                max_body=max_body,
                trim=trim,
                ours=ours,
            )
        )


def _caldav(given: Options) -> Source:
    from termintreu_connectors.caldav import CalDavAccount  # noqa: PLC0415 - only who needs it pays for it
    from termintreu_connectors.http import HttpLimits  # noqa: PLC0415 - as above

    return CalDavAccount(
        given.name,
        given.url,
        given.username,
        given.password,
        allow_private=given.allow_private,
        kept=given.kept,
        limits=HttpLimits(body=given.max_body),
    )


def _ics(given: Options) -> Source:
    from termintreu_connectors.http import HttpLimits  # noqa: PLC0415 - only who needs it pays for it
    from termintreu_connectors.ics_feed import IcsFeed  # noqa: PLC0415 - as above

    return IcsFeed(
        given.name,
        given.url,
        given.username,
        given.password,
        allow_private=given.allow_private,
        limits=HttpLimits(body=given.max_body),
    )


def _vdir(given: Options) -> Source:
    from termintreu_connectors.vdir import VdirFolder  # noqa: PLC0415 - only who needs it pays for it

    return VdirFolder(given.name, given.path, max_body=given.max_body, ours=given.ours)


def _google(given: Options) -> Source:
    from termintreu_connectors.api_account import Pace  # noqa: PLC0415 - only who needs it pays for it
    from termintreu_connectors.apis import APIS  # noqa: PLC0415 - as above
    from termintreu_connectors.google import GoogleAccount  # noqa: PLC0415 - as above
    from termintreu_connectors.http import HttpLimits  # noqa: PLC0415 - as above

    base = given.url or APIS["google"].root
    return GoogleAccount(given.name, given.kept, base=base, pace=Pace(limits=HttpLimits(body=given.max_body)))


def _microsoft(given: Options) -> Source:
    from termintreu_connectors.api_account import Pace  # noqa: PLC0415 - only who needs it pays for it
    from termintreu_connectors.apis import APIS  # noqa: PLC0415 - as above
    from termintreu_connectors.http import HttpLimits  # noqa: PLC0415 - as above
    from termintreu_connectors.microsoft import MicrosoftAccount  # noqa: PLC0415 - as above

    base = given.url or APIS["microsoft"].root
    return MicrosoftAccount(given.name, given.kept, base=base, pace=Pace(limits=HttpLimits(body=given.max_body)))


def _vcard(given: Options) -> Source:
    from termintreu_connectors.vcards import VcardFolder  # noqa: PLC0415 - only who needs it pays for it

    return VcardFolder(given.name, given.path, max_body=given.max_body, trim=given.trim)


def _carddav(given: Options) -> Source:
    from termintreu_connectors.carddav import CardDavAccount  # noqa: PLC0415 - only who needs it pays for it
    from termintreu_connectors.http import HttpLimits  # noqa: PLC0415 - as above

    return CardDavAccount(
        given.name,
        given.url,
        given.username,
        given.password,
        allow_private=given.allow_private,
        kept=given.kept,
        limits=HttpLimits(body=given.max_body),
        trim=given.trim,
    )


CONNECTORS: Mapping[str, Factory] = MappingProxyType(
    {
        "caldav": Factory(_caldav),
        "ics": Factory(_ics),
        "vdir": Factory(_vdir),
        "google": Factory(_google),
        "microsoft": Factory(_microsoft),
    }
)
"""By the configuration's `type`."""

ADDRESS_BOOKS: Mapping[str, Factory] = MappingProxyType({"vcard": Factory(_vcard), "carddav": Factory(_carddav)})
"""By the `type` of an address book in the configuration. They are sources whose collections hold cards."""
