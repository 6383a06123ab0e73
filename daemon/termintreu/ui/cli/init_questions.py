"""What `termintreu init` asks on a terminal: where the calendar is, who one is, when one works. An answer that turns
out wrong is asked again alone, with what was said as the default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from termintreu.config.file import likely_zone
from termintreu.config.providers import PROVIDERS, Provider, by_url
from termintreu.model import Message, msg
from termintreu.model.errors import ConnectorError, TermintreuError, Unauthorized
from termintreu.ui.cli.init import SOURCE, NewConfig, problems_of, untried, words
from termintreu.ui.cli.init_login import log_in
from termintreu.ui.cli.init_places import Account, account_of, addresses, entrances, hours_of
from termintreu.ui.cli.init_talk import Talk
from termintreu.ui.cli.init_trial import FRITZBOX, Found, books_of, calls_of, found, has_fritzbox

_OTHERS = (
    ("caldav", msg("another CalDAV server")),
    ("ics", msg("a feed (ICS): it is only read")),
    ("vdir", msg("a folder of .ics files")),
)
_HOURS = "09:00-12:30, 13:30-17:30"


def asked(given: NewConfig, talk: Talk, *, attempt: bool) -> NewConfig:
    """The whole conversation. `attempt`: accounts are tried before anything is written."""
    there, provider = account(talk, given.account, attempt=attempt)
    known = replace(given, account=there.account)
    if not given.calendars:
        known = replace(known, calendars=_calendars(talk, there))
    if there.account.type == "ics" and given.target is None:
        known = replace(known, target=_target(talk, attempt=attempt))
    known = _me(talk, known)
    talk = talk.in_language(known.language)
    if given.hours is None:
        known = _working_hours(talk, known, there)
    talk.tell(msg("Times will be those of {zone}.", zone=known.timezone or likely_zone(known.region)))
    return _telephone(talk, _books(talk, known, provider)) if attempt else known


def account(talk: Talk, given: Account, *, attempt: bool, only_writable: bool = False) -> tuple[Found, Provider | None]:
    """Ask for an account until it answers. Only what is wrong is asked again."""
    provider = by_url(given.place) if given.place else None
    known, before = given, Account()
    while True:
        if not known.place:
            known, provider = _place(talk, known, before.place, only_writable=only_writable)
        known = _log_in(talk, known, provider, before)
        if not attempt or (known.keeps_login and not talk.can_keep_login):
            known = untried(NewConfig(account=_at_table(known, provider))).account
            return Found(account=known, calendars=()), provider
        try:
            there = _reached(talk, known, provider, "target" if only_writable else SOURCE)
        except TermintreuError as error:
            talk.failed(error)
            before, known = known, _to_ask_again(known, error)
            continue
        provider = provider or by_url(there.account.place)
        for note in provider.notes if provider is not None and provider.writable else ():
            talk.say(f"  {talk.texts.render(note)}")
        return there, provider


def _reached(talk: Talk, known: Account, provider: Provider | None, name: str) -> Found:
    """The account as it answers, logged in with a browser where no user name was given and the server offers that.
    Raises TermintreuError."""
    if known.has_login and not known.password and known.reference is None and _has_browser_login(provider):
        logged_in = log_in(talk, known, entrances(known, provider), name)
        if logged_in is not None:
            return found(logged_in.account, logged_in.places, name)
        talk.tell(msg("No log-in with a browser is offered there."))
    return found(known, addresses(known, provider), name)


def _has_browser_login(provider: Provider | None) -> bool:
    return provider is None or provider.logs_in_by_browser


def _to_ask_again(known: Account, error: TermintreuError) -> Account:
    """Without the answer that was wrong: the log-in; or the place, where the server is not there."""
    if isinstance(error, Unauthorized) or not isinstance(error, ConnectorError):
        return replace(known, username="", password="", reference=None)
    return replace(known, place="")


def _at_table(known: Account, provider: Provider | None) -> Account:
    return replace(known, place=provider.address_of(known.username)) if provider and "{" in known.place else known


def _place(talk: Talk, known: Account, before: str, *, only_writable: bool) -> tuple[Account, Provider | None]:
    """Where the calendar is: by a number of the list, a name or an address."""
    providers = [one for one in PROVIDERS if one.writable or not only_writable]
    others = [(kind, text) for kind, text in _OTHERS if kind != "ics" or not only_writable]
    names = [*(one.name for one in providers), *(talk.texts.render(text) for _, text in others)]
    if not before:
        for number, name in enumerate(names, 1):
            talk.say(f"{number:3}  {name}")
    shown = "" if "{" in before else before
    while True:
        said = talk.ask(msg("Where is your calendar? A number, or an address"), shown)
        chosen: Account | Provider | None
        if said.isdecimal() and 1 <= int(said) <= len(names):
            place = int(said) - 1
            chosen = providers[place] if place < len(providers) else _other(talk, others[place - len(providers)][0])
        else:
            chosen = account_of(said)
        if isinstance(chosen, Provider) and (chosen.writable or not only_writable):
            return _at_provider(talk, chosen, known), chosen
        if isinstance(chosen, Account) and not (only_writable and chosen.type == "ics"):
            return _merged(known, chosen), by_url(chosen.place)
        talk.tell(msg("That is none of them, and no address of a calendar."))


def _merged(known: Account, chosen: Account) -> Account:
    """The new place with the log-in that was given before."""
    place = str(Path(chosen.place).expanduser().resolve()) if chosen.type == "vdir" else chosen.place
    return replace(known, type=chosen.type, place=place, username=known.username or chosen.username)


def _other(talk: Talk, kind: str) -> Account | None:
    if kind == "vdir":
        return Account(type="vdir", place=talk.ask(msg("Which folder?")) or ".")
    if kind == "ics":
        return Account(type="ics", place=_whole(talk.ask(msg("Address of the feed"))))
    said = account_of(talk.ask(msg("Address of the server, or your e-mail address there")))
    return said if isinstance(said, Account) else None


def _whole(address: str) -> str:
    return address if "://" in address else f"https://{address}"


def _at_provider(talk: Talk, provider: Provider, known: Account) -> Account:
    """The account at a provider, as far as its place goes."""
    if provider.address is None:
        return replace(known, type=provider.type, place=provider.url)
    said = talk.ask(msg("{provider}: {what}", provider=provider.name, what=provider.address))
    if provider.type == "ics":
        for note in provider.notes:
            talk.say(f"  {talk.texts.render(note)}")
        return replace(known, type="ics", place=_whole(said))
    chosen = account_of(said)
    return _merged(known, chosen) if isinstance(chosen, Account) else replace(known, place=said)


def _log_in(talk: Talk, known: Account, provider: Provider | None, before: Account) -> Account:
    if not known.has_login:
        return replace(known, username="", password="", reference=None)
    browser = _has_browser_login(provider)
    if not known.username:
        mail = known.place if "@" in known.place and "://" not in known.place else ""
        default = before.username or mail
        question = _user_question(provider, browser=browser and not default)
        known = replace(known, username=talk.ask(question, default))
        if browser and not known.username:
            return known
    if known.reference is None and not known.password:
        hint = provider.password if provider is not None else None
        question = msg("Password (an app password is best)") if hint is None else msg("Password: {hint}", hint=hint)
        if browser:
            question = msg("{question}; nothing: log in with a browser", question=question)
        known = replace(known, password=talk.secret(question))
    return known


def _user_question(provider: Provider | None, *, browser: bool) -> Message:
    hint = provider.user if provider is not None else None
    question = msg("User name there") if hint is None else msg("User name there: {hint}", hint=hint)
    return msg("{question}; nothing: log in with a browser", question=question) if browser else question


def _calendars(talk: Talk, there: Found) -> tuple[str, ...]:
    """Which ones are read; none named: all of them."""
    names = sorted(each.name for each in there.calendars)
    talk.tell(msg("Reached. Calendars there: {names:text}", names=", ".join(names) or msg("none")))
    if len(names) < 2:
        return ()
    every = talk.texts.render(msg("all"))
    said = words(talk.ask(msg("Which of them hold your calls? (names or patterns, with commas between them)"), every))
    return () if said in {(every,), ("all",)} else said


def _target(talk: Talk, *, attempt: bool) -> Account:
    """Where reminders go if the calendar can only be read."""
    talk.tell(msg("Reminders need a place that can be written to: another account, or a folder."))
    there, _ = account(talk, Account(), attempt=attempt, only_writable=True)
    return there.account


def _me(talk: Talk, known: NewConfig) -> NewConfig:
    mail = known.account.username if "@" in known.account.username else ""
    if not known.name:
        known = replace(known, name=talk.ask(msg("Your name, as it stands in invitations")))
    if not known.emails or problems_of(known, "me.emails"):
        question = msg("Your e-mail addresses, with commas between them")
        known = _valid(talk, question, mail, lambda said: replace(known, emails=words(said)), "me.emails")
    question = msg("Your country, or state, for numbers and holidays (DE, DE-BY, AT, ...)")
    known = _valid(talk, question, known.region, lambda said: replace(known, region=said), "me.region")
    return _valid(
        talk, msg("Language (de, en)"), known.language, lambda said: replace(known, language=said), "language"
    )


def _valid(talk: Talk, question: Message, default: str, put: Callable[[str], NewConfig], path: str) -> NewConfig:
    """Ask one question until its answer is one that the configuration takes."""
    while True:
        said = talk.ask(question, default)
        wrong: Sequence[str] = problems_of(put(said), path)
        if not wrong:
            return put(said)
        for problem in wrong:
            talk.say(talk.texts.error(problem))
        default = said


def _working_hours(talk: Talk, known: NewConfig, there: Found) -> NewConfig:
    servers = talk.texts.render(msg("those of the server"))
    default = servers if there.keeps_hours else _HOURS
    while True:
        said = talk.ask(
            msg('When do you work, with the break? From Monday to Friday, or "Mo-Th 9:00-17:00; Fr 9:00-14:00"'),
            default,
        )
        if there.keeps_hours and said == servers:
            return replace(known, hours_of_server=True)
        hours = hours_of(said)
        if hours is not None:
            return replace(known, hours=hours)
        talk.tell(msg('Hours such as "09:00-12:30, 13:30-17:30" are wanted.'))
        default = said


def _books(talk: Talk, known: NewConfig, provider: Provider | None) -> NewConfig:
    """Offered only where there are any."""
    address, names = books_of(known.account, provider)
    if not address:
        return known
    question = msg("Address books there: {names:text}. Read them, to know whom you call?", names=", ".join(names))
    return replace(known, books=address) if talk.agrees(question, default=True) else known


def _telephone(talk: Talk, known: NewConfig) -> NewConfig:
    """Offered only where a FRITZ!Box is."""
    question = msg(
        "A FRITZ!Box is in this network. Is your telephone connected to it? Its list of calls tells which took place."
    )
    if not has_fritzbox() or not talk.agrees(question, default=False):
        return known
    box = Account(type="fritzbox", place=f"https://{FRITZBOX}:49443")
    while True:
        address = talk.ask(msg("Address of the FRITZ!Box"), box.place)
        user = talk.ask(msg("User name there"), box.username)
        box = replace(box, place=address, username=user, password=talk.secret(msg("Password")))
        try:
            talk.tell(msg("{calls:call|calls} in its list", calls=calls_of(box)))
        except ConnectorError as error:
            talk.failed(error)
            if not talk.agrees(msg("Try again?"), default=True):
                return known
        else:
            return replace(known, telephone=box)
