"""A log-in with a browser while `termintreu init` asks: what the server offers, as `termintreu login` does it, and what
the account is then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from termintreu.config.profiles import ONLY
from termintreu.model import Message, msg
from termintreu.model.errors import ConnectorError
from termintreu.ui.cli.browser_person import BrowserPerson, has_display
from termintreu.ui.cli.commands.context import run_to_end
from termintreu.ui.cli.init import SOURCE
from termintreu.ui.cli.init_places import Account
from termintreu.ui.cli.init_talk import Talk
from termintreu.ui.cli.init_trial import config_of, source_of

if TYPE_CHECKING:
    from termintreu.service import logins

_CLIENT = "termintreu"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """An account whose log-in is kept."""

    account: Account
    places: Sequence[str]
    """The addresses where its calendars may be."""


def log_in(talk: Talk, known: Account, entrances: Iterable[str], name: str) -> LoggedIn | None:
    """Log in with a browser; None where the server offers no such way. Raises TermintreuError.

    Args:
        talk: the way to the user.
        known: the account, whose address is one of `entrances`.
        entrances: whole addresses where its server may be.
        name: of the account that the log-in is kept for.
    """
    from termintreu.service import logins  # noqa: PLC0415 - only who needs it pays for it

    place, offer = _offered(replace(known, username=""), entrances, name)
    if offer is None:
        return None
    account = replace(known, place=place, username="")
    how: logins.How = "browser"
    if offer.way == "oauth":
        if name != SOURCE:
            talk.tell(msg("It logs in by OAuth, which only an account that is read can do."))
            return None
        account, how = _client(talk, account), _how(talk, offer)
    source = source_of(account, name)
    run_to_end(logins.log_in(source, config_of(source), ONLY, how, BrowserPerson(how, talk.texts)))
    return LoggedIn(account=account, places=offer.places)


def _offered(account: Account, entrances: Iterable[str], name: str) -> tuple[str, logins.Offer | None]:
    """The first address whose server offers something. Raises ConnectorError where none could be asked."""
    from termintreu.service import logins  # noqa: PLC0415 - as above

    failures: list[ConnectorError] = []
    asked = 0
    for place in entrances:
        try:
            offer = run_to_end(logins.offered(source_of(replace(account, place=place), name)))
        except ConnectorError as error:
            failures.append(error)
            continue
        asked += 1
        if offer is not None:
            return place, offer
    if failures and not asked:
        raise failures[0]
    return account.place, None


def _client(talk: Talk, account: Account) -> Account:
    """How this program is registered with the server."""
    client = talk.ask(msg("Id of the client, as it is registered with that server"), account.client_id or _CLIENT)
    secret = talk.secret(msg("The client's secret (empty: it has none)"))
    return replace(account, client_id=client, client_secret=secret)


def _how(talk: Talk, offer: logins.Offer) -> logins.How:
    texts: dict[logins.How, Message] = {
        "browser": msg("on this machine"),
        "paste": msg("on another machine: the address where it ends is pasted here"),
        "device": msg("on any device: a code is typed there"),
    }
    ways = [way for way in texts if way != "device" or offer.has_device]
    for number, way in enumerate(ways, 1):
        talk.say(f"{number:3}  {talk.texts.render(texts[way])}")
    usual = 1 if has_display() else len(ways)
    said = talk.ask(msg("Where is the browser that you log in with?"), str(usual))
    return ways[int(said) - 1] if said.isdecimal() and 1 <= int(said) <= len(ways) else ways[usual - 1]
