"""The demo's screen: the week with what threatens it, what was written, what happened, and where to look. Pure.

It fits a terminal of 80 columns and 24 rows, and uses what a larger one has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text

from termintreu.cycle.report import Report
from termintreu.model import Call, Observed, Severity, msg
from termintreu.model.texts import Texts, clean
from termintreu.planning.planning import is_vague, promised
from termintreu.planning.wording import name_of
from termintreu.service.board import PageContent
from termintreu.ui.demo.happenings import Happening
from termintreu.ui.labels import item_word, moment
from termintreu.ui.web.page import page

_SYMBOL = {"phone": "☎", "video": "▶", "visit": "⌂"}
_STYLE = {Severity.INFO: "dim", Severity.ADVICE: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_MARK = {Severity.INFO: "·", Severity.ADVICE: "→", Severity.WARNING: "!", Severity.CRITICAL: "‼"}
_NAME = 18
"""Columns of a name."""
_LEAST = 3
"""Rows of what was written, and of what happened."""
_HEADED = 3
"""Rows around the calls and above what was written."""
_TOLD = 2
"""Rows above what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where the demo can be looked at, while it runs."""

    server: str
    username: str
    password: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is shown at a moment."""

    texts: Texts
    now: datetime
    """UTC."""
    report: Report | None
    """None before the first look."""
    happenings: Sequence[Happening] = ()
    places: Places | None = None
    """None where the demo ends with this screen, so that nobody is sent to an address that is dead."""


def screen_lines(screen: Screen, *, rows: int = 24) -> list[Text]:
    """The screen, `rows` (at least 24) at the most; lines may be wider than a terminal."""
    texts, places = screen.texts, screen.places
    head = list(_head(screen))
    foot = list(_place_lines(places, texts)) if places is not None else []
    if screen.report is None:
        return [*head, Text(), *foot]
    calls = list(_call_lines(screen.report, screen.now, texts))
    written = list(_item_lines(screen.report, screen.now, texts))
    told = [happening_line(one, texts) for one in screen.happenings]
    free = max(rows, 24) - len(head) - _HEADED - (len(foot) + _TOLD if foot else 0)
    told_rows = max(_LEAST, free // 5) if foot else 0
    call_rows = min(len(calls), free - told_rows - _LEAST)
    lines = [*head, Text(), *_most_pressing(calls, call_rows), Text(), _written_head(screen.report, texts)]
    lines += written[: free - told_rows - call_rows]
    if foot:
        told = told[-told_rows:]
        lines += [Text(), _told_head(texts), *told, *[Text()] * (told_rows - len(told)), *foot]
    return lines


def happening_line(one: Happening, texts: Texts) -> Text:
    """One line of what happened."""
    local = one.at.astimezone(texts.zone)
    line = Text(f"  {local:%H:%M:%S}  ", style="dim")
    line.append(texts.render(one.message), style="bold" if one.by == "you" else "green")
    return line


def _head(screen: Screen) -> Iterator[Text]:
    texts, now = screen.texts, screen.now
    view = page(PageContent(texts=texts, report=screen.report), now)
    line = Text("termintreu demo", style="bold")
    line.append(f"   {texts.moment(now)}", style="not bold dim")
    yield line
    yield Text(view.headline, style="green" if view.calm else "yellow")


def _call_lines(report: Report, now: datetime, texts: Texts) -> Iterator[tuple[bool, Text]]:
    """Calls to come, in order, and whether something stands against each."""
    calls = sorted((call for call in report.calls if call.end > now), key=lambda call: (call.start, call.key))
    width = max((len(texts.moment(call.start)) for call in calls), default=0)
    for call in calls:
        found = report.findings.get(call.key, ())
        when = _when(call, texts)
        line = Text(f"  {when:<{width}}  ")
        # A span is longer than a moment, and takes the room that a short name leaves.
        room = _NAME - max(0, len(when) - width)
        line.append(f"{_SYMBOL[call.kind]} {_cut(name_of(call, texts)):<{room}}", style="bold")
        grave = [one for one in found if one.severity >= Severity.WARNING]
        if found:
            whys = " ".join(texts.render(one.message) for one in grave or found[:1])
            line.append(f"  {_MARK[found[0].severity]} {whys}", style=_STYLE[found[0].severity])
        yield bool(grave), line


def _when(call: Call, texts: Texts) -> str:
    when = promised(call)
    return texts.span(when.start, when.end) if is_vague(call) else texts.moment(call.start)


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def _most_pressing(calls: list[tuple[bool, Text]], rows: int) -> Iterator[Text]:
    """As many as there is room for, in order: those that something stands against are left out last."""
    ranked = sorted(range(len(calls)), key=lambda place: (not calls[place][0], place))
    return (calls[place][1] for place in sorted(ranked[:rows]))


def _standing(report: Report) -> list[Observed]:
    return [item for item in report.observed.values() if not item.done and not item.declined]


def _written_head(report: Report, texts: Texts) -> Text:
    items = _standing(report)
    events = sum(item.component == "VEVENT" for item in items)
    told = msg("Written for them: {n:reminder|reminders}, {m:task|tasks}; the next:", n=events, m=len(items) - events)
    return Text(texts.render(told), style="bold")


def _item_lines(report: Report, now: datetime, texts: Texts) -> Iterator[Text]:
    """Reminders by when they ring, tasks by when they are due."""
    moments = [(item.start if item.component == "VEVENT" else item.due, item) for item in _standing(report)]
    coming = [(at, item) for at, item in moments if at is not None and at > now and item.kind is not None]
    words = {item.uid: texts.render(item_word(item.kind)) for _, item in coming if item.kind is not None}
    width = max(map(len, words.values()), default=0)
    whens = {item.uid: moment(at, now, texts) for at, item in coming}
    column = max(map(len, whens.values()), default=0)
    for _, item in sorted(coming, key=lambda one: (one[0], one[1].uid)):
        style = "green" if item.component == "VEVENT" else "yellow"
        line = Text(f"  {whens[item.uid]:<{column}}  ")
        line.append(f"{words[item.uid]:<{width}}", style=style)
        line.append(f"  {clean(item.summary, 300)}")
        yield line


def _told_head(texts: Texts) -> Text:
    told = msg("Tick or delete something in your calendar app; here is what happens:")
    return Text(texts.render(told), style="bold")


def _place_lines(places: Places, texts: Texts) -> Iterator[Text]:
    user = texts.render(
        msg("user {name:text}, password {password:text}", name=places.username, password=places.password)
    )
    yield Text.assemble("CalDAV  ", (places.server, "bold"), f"   {user}")
    ends = texts.render(msg("Ctrl-C ends the demo."))
    yield Text.assemble(f"{texts.render(msg('Page')):<8}", (places.page, "bold"), "   ", (ends, "dim"))
