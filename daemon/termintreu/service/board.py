"""What the service tells the page: each person's last cycle, and how the daemon fares. Pure; moments are arguments.

The service writes in its loop, the page reads in a thread of its own. What is put up is never changed, only replaced,
so that nobody has to wait for anybody. Of many people only numbers are kept: a page without a password shows one person
their own week, and nobody somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from termintreu.cycle.report import Report
from termintreu.model.texts import Texts
from termintreu.service.figures import Figures, Tally, figures

OVERDUE = 60.0
"""Seconds after which a turn that should have begun counts as not begun."""

Health = Literal["ok", "hanging", "overdue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """When a person's turns were, in seconds of the monotonic clock."""

    began: float | None = None
    """Of the turn that runs; None while none does."""
    tried: float
    """When the last one ended, well or not; before the first one: when the person was put up."""
    wake: float
    """When the next one is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that the page shows."""

    texts: Texts
    """The reader's language and zone."""
    damaged_below: float = 0.7
    """Our rating under which a relationship counts as damaged."""
    report: Report | None = None
    """Of the last cycle that came to its end; None before the first one."""
    next_look: datetime | None = None
    """UTC."""
    problems: tuple[str, ...] = ()
    """What the daemon itself has to say, such as a configuration that was not taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    pulse: Pulse
    figures: Figures | None = None
    scene: Scene | None = None


@dataclass(slots=True, kw_only=True)
class Board:
    """Where it is put up."""

    problems: Callable[[], tuple[str, ...]] = tuple
    """What the daemon itself has to say."""
    several: bool = False
    """Whether the configuration is for several people."""
    tally: Tally = field(default_factory=Tally)
    _posts: dict[str, _Post] = field(default_factory=dict)

    @property
    def scene(self) -> Scene | None:
        """What the page shows as it is now; None where there is none to be shown."""
        scenes = [post.scene for post in list(self._posts.values()) if post.scene is not None]
        if self.several or len(scenes) != 1:
            return None
        return replace(scenes[0], problems=self.problems())

    @property
    def figures(self) -> list[Figures]:
        """What the last cycles found, of each person who has had one."""
        return [post.figures for post in list(self._posts.values()) if post.figures is not None]

    def health(self, now: float, *, longest: float) -> Health:
        """How the daemon fares at `now` (monotonic seconds); `longest`: seconds that a turn may take.

        Among many a turn can be late because others are at work; nobody is when nothing happens at all.
        """
        pulses = [post.pulse for post in list(self._posts.values())]
        running = [pulse.began for pulse in pulses if pulse.began is not None]
        if running:
            return "ok" if now - min(running) < longest else "hanging"
        due = min((pulse.wake for pulse in pulses), default=now)
        tried = max((pulse.tried for pulse in pulses), default=now)
        return "ok" if now < max(due, tried) + OVERDUE else "overdue"

    def keep(self, names: Iterable[str], *, several: bool) -> None:
        """A configuration is in force: whoever is not in it is taken down."""
        self.several = several
        known = frozenset(names)
        self._posts = {name: post for name, post in self._posts.items() if name in known}

    def turn_began(self, name: str, now: float) -> None:
        """A person's turn begins (monotonic seconds)."""
        post = self._posts.get(name) or _Post(pulse=Pulse(tried=now, wake=now))
        self._posts[name] = replace(post, pulse=replace(post.pulse, began=now))

    def turn_ended(self, name: str, now: float, *, wake: float) -> None:
        """It ended, well or not; the next one is due at `wake` (both monotonic seconds)."""
        self._change(name, pulse=Pulse(tried=now, wake=wake))

    def show(self, name: str, texts: Texts, *, damaged_below: float) -> None:
        """A person's configuration is in force. What was found under the one before stays."""
        post = self._posts.get(name)
        if post is not None and not self.several:
            scene = post.scene or Scene(texts=texts)
            self._change(name, scene=replace(scene, texts=texts, damaged_below=damaged_below))

    def cycled(self, name: str, report: Report | None, *, seconds: float, next_look: datetime) -> None:
        """A cycle ended after so many seconds, with a report (None: it failed; the last good one stays).

        `next_look` is UTC.
        """
        self.tally = self.tally.after(report, seconds, several=self.several)
        post = self._posts.get(name)
        if post is not None and post.scene is not None:
            self._change(name, scene=replace(post.scene, report=report or post.scene.report, next_look=next_look))
        if report is not None:
            self._change(name, figures=figures(report))

    def _change(self, name: str, **changes: Any) -> None:
        """Put up something else for a person, unless they have gone in the middle of a turn."""
        if name in self._posts:
            self._posts[name] = replace(self._posts[name], **changes)
