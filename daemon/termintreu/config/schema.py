"""Every option there is: one field each, with its default and one sentence. The example file, the JSON Schema and
the manual are generated from here. No file is read here, and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
    model_validator,
)
from pydantic.fields import FieldInfo

from termintreu.config.values import ClockOrNone, CollectionName, Duration, Lead, Listen, Span, ZoneName
from termintreu.model.texts.catalogue import DEFAULT_LANGUAGE


class Section(BaseModel):
    """A table of the configuration: unknown keys are errors, inputs never stand in messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def options(cls) -> Mapping[str, FieldInfo]:
        """The fields by the key that the file has for them: a word of Python's own ("from") is no attribute."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}


class SecretRef(Section):
    """Where a secret comes from; exactly one key."""

    credential: str | None = Field(default=None, min_length=1)
    """Name of a systemd credential (LoadCredential=), read from $CREDENTIALS_DIRECTORY."""
    env: str | None = Field(default=None, min_length=1)
    """Name of an environment variable."""
    file: str | None = Field(default=None, min_length=1)
    """Path of a file that only you can read (mode 0600)."""
    command: list[str] | None = Field(default=None, min_length=1)
    """A command and its arguments; the first line it prints is the secret."""
    keyring: str | None = Field(default=None, min_length=1)
    """Service name in the desktop's keyring; the account's username is looked up there."""

    @model_validator(mode="after")
    def _exactly_one(self) -> SecretRef:
        if sum(value is not None for value in self.model_dump().values()) != 1:
            raise ValueError("exactly one of credential, env, file, command, keyring is wanted")
        return self


Secret = SecretRef | SecretStr

SecretUrl = SecretRef | Annotated[SecretStr, WithJsonSchema({"type": "string", "pattern": r"^https?://"})]
"""An address whose knowledge is the key to what is behind it."""


class WorkingHours(Section):
    """Your working hours; a missing day is a day off."""

    mon: list[Span] = []
    """Monday, as spans such as "09:00-12:30"."""
    tue: list[Span] = []
    """Tuesday."""
    wed: list[Span] = []
    """Wednesday."""
    thu: list[Span] = []
    """Thursday."""
    fri: list[Span] = []
    """Friday."""
    sat: list[Span] = []
    """Saturday."""
    sun: list[Span] = []
    """Sunday."""

    def of(self, weekday: int) -> list[tuple[time, time]]:
        """The spans of a weekday (Monday is 0), sorted."""
        days = (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)
        return sorted(days[weekday])


def _office_hours() -> WorkingHours:
    office: Any = ["09:00-17:00"]
    return WorkingHours(mon=office, tue=office, wed=office, thu=office, fri=office)


class MeConfig(Section):
    """Who you are."""

    name: str = ""
    """Your name, as it stands in invitations."""
    emails: list[str] = []
    """Your addresses: they tell which attendee is you."""
    phones: list[str] = []
    """Your own numbers: never taken for the number to call."""
    region: str = Field(default="DE", pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    """For numbers without a country code, and for public holidays: "DE", or "DE-BY" for a state's."""
    working_hours: WorkingHours = Field(default_factory=_office_hours)
    """Your working hours; a missing day is a day off. Default: those that your CalDAV server keeps (in Nextcloud:
    "Availability"), else Monday to Friday, 09:00-17:00."""

    @property
    def country(self) -> str:
        """The region's country, as phonenumbers and holidays name it."""
        return self.region.partition("-")[0]


class ClientConfig(Section):
    """An OAuth client, as the provider registered it."""

    id: str = Field(min_length=1)
    """Its id."""
    secret: Secret | None = None
    """Its secret, given like a password; a public client has none."""
    tenant: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]{1,100}$")
    """Whose users log in (microsoft): "common", "organizations", "consumers", or a directory's id or domain; default:
    "common"."""


INLINE: tuple[type[Section], ...] = (SecretRef, ClientConfig)
"""Sections that are written on one line, as the value of an option."""


APIS = frozenset({"google", "microsoft"})
"""Types of sources that are services with an API of their own."""


class SourceConfig(Section):
    """One account, feed or folder that is read."""

    name: str = Field(min_length=1, max_length=64, pattern=r"^[\w .+-]+$")
    """A name of your choice: it appears in logs and lists."""
    type: Literal["caldav", "ics", "vdir", "google", "microsoft"]
    """"caldav", "ics" (a feed), "vdir" (a folder of .ics files, or one .ics file), "google" (Google Calendar) or
    "microsoft" (Microsoft 365, Outlook.com)."""
    url: str | None = None
    """Address of the server or feed (caldav, ics)."""
    path: str | None = None
    """Folder or file (vdir)."""
    username: str | None = None
    """Log-in name."""
    password: Secret | None = None
    """Where the password comes from: { credential = "..." }, { env = "..." }, { file = "..." }, { command = [...] }
    or { keyring = "..." }. A plain string works, and is warned about."""
    auth: Literal["password", "oauth"] = "password"
    """"oauth": the server wants tokens (caldav); `termintreu login` obtains them. A caldav source without username and
    password is asked without a log-in; where the server wants one, `termintreu login` gets it from a Nextcloud."""
    client: ClientConfig | None = None
    """The OAuth client: { id = "...", secret = { file = "..." } } (auth "oauth", google, microsoft)."""
    issuer: str | None = None
    """Address of the authorization server (auth "oauth", google, microsoft); default: what the server names, else the
    server itself, or the provider's own."""
    base: str | None = None
    """The API's root, in place of the provider's own (google, microsoft): for national clouds, and tests."""
    calendars: list[str] = []
    """Display names, patterns such as "Sales*", or hrefs. Default: every one that holds events."""
    poll: Duration | None = None
    """How often it is asked; default: the schedule's."""
    allow_private: bool = False
    """The server may stand on a private or loopback address, and be plain http there (always so for caldav on
    loopback). This holds for the host in `url`, on any port: another host that it redirects to must be a public one."""
    visits: bool = False
    """Treat appointments with a place in this source as visits to be reminded of, too."""
    not_mine: list[str] = []
    """Of a calendar that several people share: titles or categories, or patterns such as "LB *", of entries that are
    somebody else's. They are no calls, no appointments and no absences of yours."""
    private: bool = False
    """A calendar of private life: working hours, holidays and absence are no fault there."""

    @model_validator(mode="after")
    def _place(self) -> SourceConfig:
        if self.is_api:
            return self._of_api()
        wanted, other = ("path", "url") if self.type == "vdir" else ("url", "path")
        if getattr(self, wanted) is None:
            raise ValueError(f'a source of type "{self.type}" needs {wanted}')
        if getattr(self, other) is not None:
            raise ValueError(f'a source of type "{self.type}" takes {wanted}, not {other}')
        if self.base is not None:
            raise ValueError(f'a source of type "{self.type}" takes {wanted}, not base')
        return self

    def _of_api(self) -> SourceConfig:
        if self.client is None:
            raise ValueError(f'a source of type "{self.type}" needs client = {{ id = "..." }}')
        for key in ("url", "path", "username", "password"):
            if getattr(self, key) is not None:
                raise ValueError(f'a source of type "{self.type}" takes client, not {key}')
        return self

    @model_validator(mode="after")
    def _login(self) -> SourceConfig:
        if self.is_api:
            return self
        if self.auth == "oauth":
            if self.type != "caldav":
                raise ValueError(f'auth = "oauth" is for sources of type "caldav", not "{self.type}"')
            if self.client is None:
                raise ValueError('auth = "oauth" needs client = { id = "..." }')
            if self.username is not None or self.password is not None:
                raise ValueError('auth = "oauth" takes client, not username and password')
        elif self.client is not None or self.issuer is not None:
            raise ValueError(f'{"client" if self.client is not None else "issuer"} goes with auth = "oauth"')
        return self

    @property
    def keeps_login(self) -> bool:
        """Whether `termintreu login` obtains what it logs in with."""
        return self.uses_oauth or (self.type == "caldav" and self.username is None and self.password is None)

    @property
    def uses_oauth(self) -> bool:
        """Whether it logs in with tokens."""
        return self.auth == "oauth" or self.is_api

    @property
    def is_api(self) -> bool:
        """Whether a service is asked by an API of its own."""
        return self.type in APIS


class TargetConfig(Section):
    """Where reminders and tasks are written."""

    source: str | None = None
    """Name of a source whose account is written to (no feed); or give type, url, username, password / path."""
    type: Literal["caldav", "vdir"] | None = None
    """"caldav" or "vdir", where no source is named."""
    url: str | None = None
    """Address of the server (caldav)."""
    path: str | None = None
    """Folder (vdir); it is made where it is missing and the folder around it is there."""
    username: str | None = None
    """Log-in name."""
    password: Secret | None = None
    """As for sources."""
    login: str | None = None
    """Name of the source whose log-in is used. Default, where there is no username: the only source on the same server,
    else one of its own (`termintreu login target`)."""
    reminders: CollectionName = "Termintreu"
    """Name of the calendar for reminders: one of its own, which is created where it is missing."""
    tasks: CollectionName = "Termintreu Aufgaben"
    """Name of the task list: another one of its own, created where it is missing."""

    @model_validator(mode="after")
    def _place(self) -> TargetConfig:
        if (self.source is None) == (self.type is None):
            raise ValueError("either source, or type with its url or path, is wanted")
        if self.type is not None and (self.path if self.type == "vdir" else self.url) is None:
            raise ValueError(f'a target of type "{self.type}" needs {"path" if self.type == "vdir" else "url"}')
        return self


class ScheduleConfig(Section):
    """How often, and how far."""

    poll: Duration = timedelta(minutes=5)
    """How often sources are asked."""
    horizon: Duration = timedelta(days=14)
    """How far ahead calls are looked at."""
    lookback: Duration = timedelta(days=7)
    """How far back calls are asked about."""


class RemindersConfig(Section):
    """When reminders stand before a call, and whether they ring."""

    lead: Lead = timedelta(minutes=10)
    """So long before a call its reminder begins; it pops up a minute earlier."""
    strict_lead: Lead = timedelta(minutes=30)
    """The same where the call is critical, the relationship damaged, or the pause before it too short."""
    eve: ClockOrNone = "16:00"
    """When a critical call is reminded of on the day before; "" for not at all."""
    own_alarm: Literal["quiet", "none", "ring"] = "quiet"
    """Where the appointment has an alarm of its own 2 to 60 minutes before it begins, and nothing grave stands against
    it: "quiet" (our reminder stands without an alarm), "none" (there is no reminder) or "ring" (both ring)."""

    @property
    def eve_at(self) -> time | None:
        """The wall time on the day before; None for not at all."""
        return time.fromisoformat(self.eve) if self.eve else None


class TasksConfig(Section):
    """What becomes a task."""

    from_: Literal["info", "advice", "warning", "critical"] = Field(default="warning", alias="from")
    """The severity from which a finding becomes a task; what is below stands in the reminder, the weekly event, `plan`
    and the page."""


class AlertsConfig(Section):
    """What must not fail silently."""

    blind_after: Duration = timedelta(hours=2)
    """A source that could not be read for so long is told of in the calendar; a refused log-in at once."""
    urls: list[Secret] = []
    """A second way to you, for what must not fail: addresses of services as Apprise writes them, given like passwords.
    Needs the extra "alerts". Where a desktop is there, it is told as well."""
    heartbeat: SecretUrl | None = None
    """An address that is asked (GET) after each cycle that could read and write everything: a dead-man's switch
    somewhere else notices when this machine dies. https, or http on this machine."""
    critical: bool = False
    """The second way is also taken for the alarm of a critical call and for a missed call; for nothing else."""
    details: bool = False
    """What goes by the second way may name people and titles. Otherwise it says only what kind of thing it is."""


class StateConfig(Section):
    """What is remembered."""

    path: str | None = None
    """A folder; default $STATE_DIRECTORY, then $XDG_STATE_HOME/termintreu."""
    url: str | None = None
    """Instead of a folder, a PostgreSQL database that several machines share."""
    password: Secret | None = None
    """As for sources (with url)."""
    retention: Duration = timedelta(days=90)
    """How long copies of past events, and the names and texts that were read in them, are kept."""
    outcomes: Duration = timedelta(days=730)
    """How long the bare outcomes of past calls are kept, which ratings rest on: when, with whom (the e-mail address,
    number or name that a contact is known by), how it went; at least as long as "retention"."""


class LimitsConfig(Section):
    """Brakes and caps; the defaults suit a person."""

    new_items_per_cycle: int = Field(default=200, ge=1)
    """At most this many new items for the calls of one source are written in one cycle."""
    new_items_per_day: int = Field(default=500, ge=1)
    """At most this many new items for the calls of one source are written in 24 hours."""
    new_items_per_contact: int = Field(default=40, ge=1)
    """At most this many new items for one contact in one cycle."""
    body: int = Field(default=20_000_000, ge=10_000)
    """Largest answer that is read, in bytes, unpacked."""
    events: int = Field(default=120_000, ge=100)
    """Most events that are read from one feed or collection."""
    appointments: int = Field(default=10_000, ge=100)
    """Most appointments of one source that are looked at, the nearest ones."""
    calls: int = Field(default=1_000, ge=10)
    """Most calls of one source that are looked at, the nearest ones."""
    occurrences: int = Field(default=2_000, ge=10)
    """Most occurrences of one series within the window."""


class ContactConfig(Section):
    """A person you have calls with."""

    name: str
    """Name for display."""
    emails: list[str] = []
    """E-mail addresses; the first one is the contact's key."""
    phones: list[str] = []
    """Numbers; the first one is called."""
    timezone: ZoneName | None = None
    """Where the person is, such as "Europe/Vienna"."""
    critical: bool = False
    """Calls with this person must not fail: stricter care."""


class AddressBookConfig(Section):
    """People you have calls with, in an address book. It is only ever read."""

    type: Literal["vcard", "carddav"]
    """"vcard" (a .vcf file, or a folder of them as vdirsyncer and khard use it) or "carddav" (a server)."""
    name: str | None = Field(default=None, min_length=1, max_length=64, pattern=r"^[\w .+-]+$")
    """A name of your choice; default: the type."""
    path: str | None = None
    """Folder or file (vcard)."""
    url: str | None = None
    """Address of the server (carddav)."""
    username: str | None = None
    """Log-in name (carddav)."""
    password: Secret | None = None
    """As for sources (carddav)."""
    login: str | None = None
    """Name of the source whose log-in is used (carddav). Default, where there is no username: the only source on the
    same server, else one of its own (`termintreu login` with this one's name)."""
    books: list[str] = []
    """Display names, patterns such as "Team*", or hrefs. Default: every one."""
    poll: Duration | None = None
    """How often it is asked; default: the schedule's. A change of a file or folder is seen at once."""
    allow_private: bool = False
    """The server may stand on a private address and be plain http there (always so on loopback). This holds for the
    host in `url`, on any port: another host that it redirects to must be a public one."""

    @model_validator(mode="after")
    def _place(self) -> AddressBookConfig:
        wanted, other = ("path", "url") if self.type == "vcard" else ("url", "path")
        if getattr(self, wanted) is None:
            raise ValueError(f'an address book of type "{self.type}" needs {wanted}')
        if getattr(self, other) is not None:
            raise ValueError(f'an address book of type "{self.type}" takes {wanted}, not {other}')
        return self


class CallLogConfig(Section):
    """A list of calls made and received: evidence of what took place."""

    type: Literal["fritzbox-csv", "fritzbox", "asterisk", "freeswitch", "sms-backup"]
    """Format of the log."""
    name: str | None = None
    """A name of your choice; default: the type."""
    path: str | None = None
    """File, or folder of files."""
    url: str | None = None
    """Address of the FRITZ!Box (type "fritzbox")."""
    username: str | None = None
    """Log-in name (type "fritzbox")."""
    password: Secret | None = None
    """As for sources (type "fritzbox")."""
    encoding: str | None = None
    """Text encoding; default: found out."""
    timezone: ZoneName | None = None
    """Zone of the log's clock; default: yours."""
    columns: list[str] = []
    """Names of the columns, in order, where the format can be configured (freeswitch)."""
    prefixes: list[str] = []
    """Digits dialled before an outside number ("0"), removed before comparing."""


PERSON_PATTERN = r"^[A-Za-z0-9_][\w.@+-]*$"


class PersonConfig(Section):
    """Several people in one file: one such table each, with all that a person's own file may hold."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(min_length=1, max_length=64, pattern=PERSON_PATTERN)
    """Short and lasting: it appears in logs, and what is remembered is kept under it."""


class WebConfig(Section):
    """A page that shows the week, for a browser on this machine. It only ever shows; `/healthz` and `/metrics` stand
    beside it."""

    listen: Listen | None = None
    """Address and port, on loopback only, such as "127.0.0.1:8427"; default: no page. There is no password: whoever
    has an account on this machine can read the page."""


class Config(Section):
    """termintreu's configuration."""

    language: Literal["de", "en"] = DEFAULT_LANGUAGE
    """Of the texts in the calendar, and of all that commands and the page say: "de" or "en". The log is English."""
    timezone: ZoneName | None = None
    """For floating and all-day times; default: the machine's."""
    profiles: str | None = None
    """For several people: a folder with a file like this one for each, such as anna.toml. What this file says then
    holds for all of them, unless their own says otherwise; "state" and "people" stand here only."""
    me: MeConfig = Field(default_factory=MeConfig)
    """Who you are."""
    sources: list[SourceConfig] = Field(min_length=1)
    """What is read."""
    target: TargetConfig
    """Where reminders and tasks are written."""
    schedule: ScheduleConfig = Field(default_factory=ScheduleConfig)
    """How often, and how far."""
    reminders: RemindersConfig = Field(default_factory=RemindersConfig)
    """When reminders stand before a call, and whether they ring."""
    tasks: TasksConfig = Field(default_factory=TasksConfig)
    """What becomes a task."""
    alerts: AlertsConfig = Field(default_factory=AlertsConfig)
    """What must not fail silently."""
    state: StateConfig = Field(default_factory=StateConfig)
    """What is remembered."""
    limits: LimitsConfig = Field(default_factory=LimitsConfig)
    """Brakes and caps."""
    web: WebConfig = Field(default_factory=WebConfig)
    """A page that shows the week, for a browser on this machine."""
    rules: dict[str, Any] = {}
    """`disabled`: names of rules to leave out; `[rules.<name>]`: a rule's parameters. Checked against the rules
    there are by `load`."""
    contacts: list[ContactConfig] = []
    """People you have calls with."""
    address_books: list[AddressBookConfig] = []
    """The same from address books. What `contacts` says of somebody goes before that."""
    call_logs: list[CallLogConfig] = []
    """Evidence."""
    people: list[PersonConfig] = []
    """Several people in one file: one such table each, with all that a person's own file may hold."""

    @model_validator(mode="after")
    def _names(self) -> Config:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are called {twice[0]!r}; names must differ")
        if self.target.source is not None:
            found = [source for source in self.sources if source.name == self.target.source]
            if not found:
                raise ValueError(f"target.source names {self.target.source!r}, but there is no such source")
            if found[0].type == "ics":
                raise ValueError("target.source must be another source than a feed, which cannot be written to")
        return self
