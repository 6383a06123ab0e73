"""What the user taught, for `termintreu taught`: which series and titles are calls, or none. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from termintreu.model import Lesson, Message, TaughtWord, msg
from termintreu.model.names import fold
from termintreu.model.texts import Texts, clean
from termintreu.recognition.teaching import taught_titles
from termintreu.ui.cli.rating_lines import table

_WORDS: Mapping[TaughtWord, Message] = {"skip": msg("no call"), "call": msg("a call")}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtTitle:
    """The lessons about one title of one source, or about one series."""

    lessons: tuple[Lesson, ...]
    """By when they were learned; one at least."""
    word: TaughtWord
    """What the last one says."""
    is_general: bool
    """Whether it holds for every appointment with the title."""

    @property
    def title(self) -> str:
        """Foreign; "" where it is not kept any more."""
        return next((one.title for one in reversed(self.lessons) if one.title), "")

    @property
    def source(self) -> str:
        """Where the appointments stand."""
        return self.lessons[-1].source


def taught(lessons: Iterable[Lesson]) -> tuple[TaughtTitle, ...]:
    """What holds, by title."""
    standing = [one for one in lessons if one.status == "standing"]
    titles = taught_titles(standing)
    groups: dict[str, list[Lesson]] = {}
    for one in sorted(standing, key=lambda one: (one.said_at, one.anchor, one.uid)):
        groups.setdefault(one.fingerprint or f"uid:{one.uid}", []).append(one)
    found = [
        TaughtTitle(lessons=tuple(said), word=said[-1].word, is_general=place in titles)
        for place, said in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (fold(one.title), one.source)))


def matching(found: Iterable[TaughtTitle], text: str) -> list[TaughtTitle]:
    """Those whose title is a text, or whose UID; else those whose title holds it. Neither case nor umlauts matter."""
    known = list(found)
    wanted = fold(text).strip()
    exact = [one for one in known if fold(one.title) == wanted or text in _uids(one)]
    return exact or [one for one in known if wanted and wanted in fold(one.title)]


def lines(found: Collection[TaughtTitle], texts: Texts) -> Iterator[Text]:
    """A table: a line for each."""
    labels = (msg("title"), msg("source"), msg("is"), msg("holds for"), msg("since"))
    yield from table(
        [
            [Text(texts.render(label), style="bold") for label in labels],
            *(
                [
                    Text(clean(one.title) or texts.render(msg("(title no longer kept)"))),
                    Text(clean(one.source, 30)),
                    Text(texts.render(_WORDS[one.word])),
                    Text(texts.render(_extent(one))),
                    Text(texts.day(one.lessons[0].said_at, year=True)),
                ]
                for one in found
            ),
        ]
    )


def as_json(found: Iterable[TaughtTitle], texts: Texts) -> list[dict[str, Any]]:
    """The list of `taught --json`."""
    return [
        {
            "title": one.title,
            "source": one.source,
            "word": one.word,
            "holds_for": "title" if one.is_general else "series",
            "uids": list(_uids(one)),
            "since": one.lessons[0].said_at.astimezone(texts.zone).isoformat(),
        }
        for one in found
    ]


def _extent(one: TaughtTitle) -> Message:
    if one.is_general:
        return msg("all with that title")
    return msg("{count:appointment|appointments}, with all of its series", count=len(one.lessons))


def _uids(one: TaughtTitle) -> tuple[str, ...]:
    return tuple(lesson.uid for lesson in one.lessons)
