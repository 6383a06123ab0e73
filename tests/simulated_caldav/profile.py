"""How servers differ from one another, and from the RFCs: one field a peculiarity. The defaults are a server without
any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of server. Times are seconds."""

    name: str
    software: str = ""
    """What the Server header says; "": nothing."""

    # --- the way in ---
    entrance: str = "/dav/"
    """The path that the user is told. This and the next two may hold `{username}`."""
    principal: str = "/dav/principals/{username}/"
    home: str = "/dav/calendars/{username}/"
    well_known: Literal["redirect", "absent", "astray"] = "redirect"
    """`astray`: it leads to where no calendars are."""
    tells_principal: bool = True
    challenges: bool = True
    """A 401 says how to log in (RFC 9110 11.6.1)."""
    entrance_is_open: bool = False
    """PROPFIND on the entrance is answered without a log-in, and then says nothing of the user."""
    mailboxes: bool = False
    """The home holds an inbox and an outbox for invitations."""
    tells_names: bool = True
    tells_components: bool = True
    tells_reports: bool = True
    missing: int = 404
    """The status of an object that is not there."""
    missing_collection: int = 404
    missing_in_207: bool = False
    """PROPFIND on what is missing is a multistatus with a 404 in it."""
    at_signs: Literal["one", "encoded"] = "one"
    """`encoded`: objects whose names hold a `@` are there under `%40` only."""

    # --- calendars ---
    mkcalendar: Literal["yes", "no", "extended MKCOL", "empty 207"] = "yes"
    made_under: Literal["its path", "its name", "a number", "an alias"] = "its path"
    """Where a calendar that was made is listed. Under the path that it was made at, `its name` and `an alias` go on to
    answer for the collection, and `an alias` for its objects as well."""
    keeps_name: bool = True
    """The display name is set as the calendar is made."""
    keeps_color: bool = True
    made_components: Literal["as asked", "all", "VEVENT"] = "as asked"
    mixes: bool = True
    """Events and tasks may share a calendar."""
    makes_by_itself: bool = False
    """PUT to a calendar that is not there makes it."""
    enforces_components: bool = True
    tasks: bool = True
    deletes_calendars: bool = True
    frees_names: bool = True
    """The path of a deleted calendar can be had again."""
    write_delay: float = 0.0
    """From the answer to a PUT or DELETE until it can be seen."""
    make_delay: float = 0.0
    delete_delay: float = 0.0
    """Of a calendar."""
    proppatch_delay: float = 0.0

    # --- objects ---
    heeds_if_none_match: bool = True
    heeds_if_match_on_put: bool = True
    """Where nothing stands: whether If-Match is refused then."""
    heeds_if_match_on_delete: bool = True
    needs_if_match: bool = False
    """To overwrite."""
    put_etag: Literal["strong", "weak", "absent", "unquoted", "percent"] = "strong"
    weak_etags: bool = False
    """Everywhere."""
    tells_etags: bool = True
    """In listings; else never."""
    rewrites: Literal["no", "form", "text"] = "no"
    """`form`: the same in another order. `text`: properties are changed and dropped. The ETag that was told is that of
    what is stored."""
    uid_twice: Literal["stored", "refused"] = "refused"
    """In one calendar."""
    uid_refusal: tuple[int, str] = (403, "c:no-uid-conflict")
    """Status and condition."""
    uid_elsewhere: Literal["stored", "refused"] = "stored"
    """In another calendar of the account."""
    remembers_deleted_uids: bool = False
    """They cannot be written again: there is a bin."""

    # --- reports ---
    sync: Literal["yes", "no", "empty"] = "yes"
    """`empty`: a multistatus without anything."""
    sync_refusal: int = 403
    tokens: Literal["counting", "clock"] = "counting"
    """`clock`: whole seconds, and changes within one of them are told apart by nobody."""
    bad_token: Literal["refused", "everything", "nothing"] = "refused"
    bad_token_status: int = 403
    deleted: Literal["row", "untold", "teapot"] = "row"
    """What a sync-collection says of what was deleted; `teapot`: 418 as its status."""
    lists_itself: bool = False
    """The collection is a row of its own sync-collection."""
    multiget_missing: Literal["row", "left out", "all fail"] = "row"
    searches: bool = True
    """A time range in a calendar-query is looked at; else nothing is found."""
    search_series: bool = True
    """With the occurrences of a series."""
    filters_components: bool = True
    search_delay: float = 0.0
    """Until a calendar-query finds what was written."""

    # --- pace ---
    pace: tuple[int, float] | None = None
    """So many requests within so many seconds, then 429."""
    retry_after: bool = True
