"""Where people have their calendars: one entry for each provider. `init` offers them, `check` and `doctor` name their
traps, and a table of the documentation is made from them. Pure.

What stands here comes from the providers' documentation, from the quirks that the library caldav has collected
(`caldav.compatibility_hints`) and from trackers; no test asks them. A new provider is one more entry of `PROVIDERS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote, urlsplit

from termintreu.model.message import Message, msg


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One place where calendars are."""

    key: str
    """Lasting, in lower case."""
    name: str
    """As people know it."""
    type: str = "caldav"
    """Of the source: "caldav", or "ics" where only a feed is to be had."""
    url: str = ""
    """The server's address; "{username}" stands for the log-in name, "{host}" for a server of one's own. Empty where
    each person has another one."""
    books: str = ""
    """The address books' address (CardDAV), where it is another one."""
    domains: tuple[str, ...] = ()
    """Domains of the mail addresses there."""
    hosts: tuple[str, ...] = ()
    """Hosts that stand for it in addresses, with all below them; besides those in `url` and `books`."""
    user: Message | None = None
    """What the log-in name is."""
    password: Message | None = None
    """Where the password is made."""
    address: Message | None = None
    """Where the address is found, if each person has another one."""
    notes: tuple[Message, ...] = ()
    """What to know of it, one sentence each."""
    logs_in_by_browser: bool = False
    """A log-in with a browser may be had there."""
    makes_calendars: bool = True
    """False: calendars are made by hand there, and found by their names."""
    poll: timedelta | None = None
    """The shortest time between two polls that its pace allows; None where none is known."""

    @property
    def writable(self) -> bool:
        """Whether reminders can be written there."""
        return self.type != "ics"

    def address_of(self, username: str, host: str = "") -> str:
        """The server's address for a log-in name; "" where it is not known."""
        if "{host}" in self.url and not host:
            return ""
        return self.url.format(username=quote(username, safe="@"), host=host)


_MAIL = msg("your whole e-mail address")
_READ_ONLY = msg("The feed is only read; reminders are written elsewhere: into a folder, or to a CalDAV server.")
_BY_HAND = msg(
    "Calendars cannot be made from outside: make two on its web page, with the names of [target] reminders and tasks."
)
_SLOW = msg("It takes one request every 2 seconds: leave `poll` at 5 minutes or more where there are many calendars.")
_UNITED = msg("your e-mail password; with two-factor log-in, an application-specific one (My account, Security)")
_FAULTS = msg("A task that was ticked cannot be opened again.")

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        key="nextcloud",
        name="Nextcloud",
        url="https://{host}/remote.php/dav/",
        user=msg("the name that you log in with"),
        password=msg("an app password (Settings, Security, Devices & sessions)"),
        address=msg("the address of its web page"),
        logs_in_by_browser=True,
        notes=(msg("A deleted calendar stays in its trash bin, and its name with it, until that is emptied."),),
    ),
    Provider(
        key="icloud",
        name="iCloud",
        url="https://caldav.icloud.com/",
        books="https://contacts.icloud.com/",
        domains=("icloud.com", "me.com", "mac.com"),
        hosts=("icloud.com",),
        user=msg("the e-mail address of your Apple account"),
        password=msg("an app-specific password (account.apple.com, Sign-In and Security); the main one is refused"),
        notes=(msg("Tasks are apart: where it takes none, they become events that begin with a box."),),
    ),
    Provider(
        key="mailbox",
        name="mailbox.org",
        url="https://dav.mailbox.org/",
        domains=("mailbox.org",),
        user=_MAIL,
        password=msg("your password; with two-factor log-in, an application password (All settings, Security)"),
        notes=(msg("Tasks stand in a list of their own, as ours do."),),
    ),
    Provider(
        key="posteo",
        name="Posteo",
        url="https://posteo.de:8443/",
        domains=("posteo.de", "posteo.net", "posteo.org", "posteo.eu", "posteo.at", "posteo.ch"),
        user=_MAIL,
        password=msg("the password of your mailbox"),
        notes=(_BY_HAND, msg("Each poll lists all of it.")),
        makes_calendars=False,
    ),
    Provider(
        key="gmx",
        name="GMX",
        url="https://caldav.gmx.net/begenda/dav/{username}/",
        books="https://carddav.gmx.net/",
        domains=("gmx.de", "gmx.net", "gmx.at", "gmx.ch"),
        user=_MAIL,
        password=_UNITED,
        notes=(_SLOW, _FAULTS, msg("Each poll lists all of it.")),
        poll=timedelta(minutes=1),
    ),
    Provider(
        key="webde",
        name="web.de",
        url="https://caldav.web.de/begenda/dav/{username}/",
        books="https://carddav.web.de/",
        domains=("web.de",),
        user=_MAIL,
        password=_UNITED,
        notes=(_SLOW, _FAULTS, msg("Each poll lists all of it.")),
        poll=timedelta(minutes=1),
    ),
    Provider(
        key="fastmail",
        name="Fastmail",
        url="https://caldav.fastmail.com/",
        books="https://carddav.fastmail.com/",
        domains=("fastmail.com", "fastmail.fm"),
        user=_MAIL,
        password=msg("an app password (Settings, Privacy & Security, Manage app passwords)"),
        notes=(msg("A UID may stand once in an account; ours are new ones."),),
    ),
    Provider(
        key="google",
        name="Google",
        type="ics",
        domains=("gmail.com", "googlemail.com"),
        hosts=("calendar.google.com", "apidata.googleusercontent.com"),
        address=msg("the secret address in iCal format (Settings, your calendar, Integrate calendar)"),
        notes=(
            msg("By a log-in it is read at once, and written to (docs/google.md)."),
            _READ_ONLY,
            msg("Changes may show in the feed some hours later."),
        ),
    ),
    Provider(
        key="microsoft",
        name="Microsoft 365, Outlook.com",
        type="ics",
        domains=("outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "live.de", "msn.com"),
        hosts=("outlook.live.com", "outlook.office365.com", "outlook.office.com"),
        address=msg("the published ICS link (Settings, Calendar, Shared calendars, Publish a calendar)"),
        notes=(
            msg("By a log-in it is read at once, and written to (docs/microsoft.md)."),
            _READ_ONLY,
            msg("Changes may show in the feed some hours later."),
        ),
    ),
)
"""Nothing is said of a provider's log-in pages beyond where they are."""


def by_key(key: str) -> Provider | None:
    """The provider of that key, or of that name in any case."""
    word = key.strip().casefold()
    return next((one for one in PROVIDERS if word in {one.key, one.name.casefold()}), None)


def by_domain(domain: str) -> Provider | None:
    """The provider whose mail addresses end so."""
    word = domain.strip().rstrip(".").lower()
    return next((one for one in PROVIDERS if word in one.domains), None)


def by_url(url: str) -> Provider | None:
    """The provider whose server an address, a domain or a mail address leads to; None where it is nobody known."""
    if "://" not in url:
        return by_domain(url.rpartition("@")[2])
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    return next((one for one in PROVIDERS if _is_of(host, one)), None) or _by_path(parts.path)


def _is_of(host: str, provider: Provider) -> bool:
    own = {urlsplit(url).hostname for url in (provider.url, provider.books) if url}
    return host in own or any(host == each or host.endswith(f".{each}") for each in provider.hosts)


def _by_path(path: str) -> Provider | None:
    """Nextcloud stands on hosts of any name, and has a path of its own."""
    return by_key("nextcloud") if re.search(r"/remote\.php/(dav|caldav|carddav)(/|$)", path) else None
