"""Ratings for a terminal: a table of contacts, and how one rating came about, call by call. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from rich.text import Text

from termintreu.judging.rating import Side
from termintreu.judging.rating_history import Count, RatedCall
from termintreu.judging.relationships import Relationship
from termintreu.model import Message, Outcome, msg
from termintreu.model.texts import Texts, clean

_GAP = "  "
_SYMBOLS: Mapping[str, tuple[str, str]] = {
    "held": ("✓", "green"),
    "late": ("~", "yellow"),
    "missed": ("✗", "bold red"),
    "noshow": ("∅", "magenta"),
    "cancelled": ("–", ""),
    "cancelled_late": ("⊖", "yellow"),
    "moved": ("→", ""),
    "unknown": ("·", "dim"),
}
_OUTCOMES: Mapping[str, Message] = {
    "held": msg("held"),
    "late": msg("late"),
    "missed": msg("missed by us"),
    "noshow": msg("they did not come"),
    "cancelled": msg("called off in time"),
    "cancelled_late": msg("called off late"),
    "moved": msg("moved"),
    "unknown": msg("not known"),
}
_ORIGINS: Mapping[str, Message] = {
    "task": msg("our task"),
    "word": msg("a word in the event"),
    "answer": msg("your answer"),
    "log": msg("the call log"),
    "calendar": msg("the calendar"),
}
_LATELY = 12
_GOOD, _POOR = 0.7, 0.5


def overview_lines(found: Sequence[Relationship], texts: Texts) -> Iterator[Text]:
    """A table: a line for each contact, with the last calls as signs; then what the signs mean."""
    labels = (msg("contact"), msg("ours"), msg("theirs"), msg("since"), msg("a quarter"), msg("the last calls"))
    head = [Text(texts.render(label), style="bold") for label in labels]
    yield from table([head, *(_overview(one, texts) for one in found)], right={1, 2, 4})
    used = dict.fromkeys(entry.outcome for one in found for entry in _lately(one))
    if used:
        signs = (f"{_SYMBOLS[outcome][0]} {texts.render(_OUTCOMES[outcome])}" for outcome in used)
        yield Text()
        yield Text(", ".join(signs), style="dim")


def history_lines(relation: Relationship, texts: Texts) -> Iterator[Text]:
    """One contact: both ratings, then each call and its weight, then how the ratings follow from them."""
    line = Text(_name(relation, texts, 60), style="bold")
    line.append(f"  {clean(relation.key, 80)}", style="dim")
    yield line
    yield Text(_GAP).append(texts.render(summary(relation)))
    yield from (Text(_GAP).append_text(line) for line in entry_lines(relation.rated_calls, texts))
    if relation.has_outcome:
        yield Text(_GAP).append_text(_sum(relation, "ours", texts))
        yield Text(_GAP).append_text(_sum(relation, "theirs", texts))


def outcome_word(outcome: Outcome) -> Message:
    """How a call went, in a word or two."""
    return _OUTCOMES[outcome]


def summary(relation: Relationship) -> Message:
    """Both ratings, and the length and intensity of the relationship."""
    return msg(
        "{ours:percent} ours, {theirs:percent} theirs; since {since:date}, {rate:call|calls} a quarter",
        ours=relation.ours,
        theirs=relation.theirs,
        since=relation.since,
        rate=_rate(relation.calls_per_quarter),
    )


def _rate(calls: float) -> float:
    """To a tenth; a whole number as one, since "1 call" is said otherwise than "1.5 calls"."""
    rounded = round(calls, 1)
    return int(rounded) if rounded.is_integer() else rounded


def entry_lines(rated_calls: Iterable[RatedCall], texts: Texts) -> Iterator[Text]:
    """A table: a line for each call with its outcome, who says so, and what it counts for on either side today."""
    shown = list(rated_calls)
    if not shown:
        return
    labels = (msg("call"), msg("outcome"), msg("according to"), msg("ours"), msg("theirs"), msg("remarks"))
    head = [Text(texts.render(label), style="bold") for label in labels]
    yield from table([head, *(_entry(entry, texts) for entry in shown)], right={3, 4})


def table(rows: Sequence[Sequence[Text]], right: Iterable[int] = ()) -> Iterator[Text]:
    """Rows as lines, each column as wide as its widest cell; the columns `right` are flush right."""
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    to_the_right = frozenset(right)
    for row in rows:
        line = Text()
        for place, cell in enumerate(row):
            blank = " " * (widths[place] - cell.cell_len)
            line.append(_GAP if place else "")
            line.append_text(Text(blank).append_text(cell) if place in to_the_right else cell.copy().append(blank))
        line.rstrip()
        yield line


def _overview(relation: Relationship, texts: Texts) -> list[Text]:
    known = {one.side for entry in relation.rated_calls for one in entry.counts}
    signs = Text()
    for entry in _lately(relation):
        signs.append(*_SYMBOLS[entry.outcome])
    return [
        Text(_name(relation, texts, 40)),
        _percent(relation.ours, texts, known="ours" in known),
        _percent(relation.theirs, texts, known="theirs" in known),
        Text(texts.day(relation.since, year=True)),
        Text(texts.figure(round(relation.calls_per_quarter, 1))),
        signs,
    ]


def _name(relation: Relationship, texts: Texts, limit: int) -> str:
    return clean(relation.label, limit) or texts.render(msg("(nobody is named)"))


def _lately(relation: Relationship) -> Sequence[RatedCall]:
    return relation.rated_calls[-_LATELY:]


def _percent(rating: float, texts: Texts, *, known: bool) -> Text:
    style = "dim" if not known else "green" if rating >= _GOOD else "yellow" if rating >= _POOR else "bold red"
    return Text(texts.percent(rating), style=style)


def _entry(entry: RatedCall, texts: Texts) -> list[Text]:
    origin = "" if entry.origin is None else texts.render(_ORIGINS[entry.origin])
    return [
        Text(texts.moment(entry.at, year=True)),
        Text(texts.render(_OUTCOMES[entry.outcome]), style=_SYMBOLS[entry.outcome][1]),
        Text(origin),
        _cell(entry.count("ours"), texts),
        _cell(entry.count("theirs"), texts),
        Text("; ".join(texts.render(remark) for remark in _remarks(entry)), style="dim"),
    ]


def _cell(count: Count | None, texts: Texts) -> Text:
    """ "+0.86" for what is left of a kept call, "−2.41 / 3" for what is left of a failure that weighed 3."""
    if count is None:
        return Text()
    if count.kept:
        return Text(f"+{texts.figure(count.left)}", style="green")
    whole = f" / {texts.figure(count.weight)}" if texts.figure(count.left) != texts.figure(count.weight) else ""
    return Text(f"−{texts.figure(count.left)}{whole}", style="red")


def _remarks(entry: RatedCall) -> Iterator[Message]:
    if entry.late_minutes is not None:
        yield msg("{late:minutes} late", late=entry.late_minutes)
    if entry.critical:
        yield msg("critical")
    if entry.outcome == "missed" and entry.made_good_at is not None:
        yield msg("made good {when:moment_year}", when=entry.made_good_at)
    elif entry.outcome == "missed":
        yield msg("not made good yet")
    for origin, outcome in entry.overruled:
        yield msg("{origin} says: {outcome}", origin=_ORIGINS[origin], outcome=_OUTCOMES[outcome])


def _sum(relation: Relationship, side: Side, texts: Texts) -> Text:
    kept, failed = (
        sum(one.left for entry in relation.rated_calls for one in entry.counts if one.side == side and one.kept is good)
        for good in (True, False)
    )
    name: Mapping[Literal["ours", "theirs"], Message] = {"ours": msg("ours"), "theirs": msg("theirs")}
    sentence = msg(
        "{side}: (kept {kept} + 1) / (kept {kept} + failed {failed} + 2) = {rating:percent}",
        side=name[side],
        kept=kept,
        failed=failed,
        rating=relation.ours if side == "ours" else relation.theirs,
    )
    return Text(texts.render(sentence), style="dim")
