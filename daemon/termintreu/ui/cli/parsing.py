"""The parser of the command line in the reader's language: argparse builds help and errors from English sentences, and
here they are translated when they are shown. A command that shows none pays nothing for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from termintreu.model.texts.catalogue import Language


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks the reader's language."""

    def __init__(self, *arguments: Any, language: Callable[[], Language] = lambda: "en", **options: Any) -> None:
        """As ArgumentParser; `language` is asked when something is shown."""
        super().__init__(*arguments, **options)
        self._language = language

    def format_usage(self) -> str:
        """As ArgumentParser, whose formatters that show nothing (argparse makes one an argument) need no language."""
        self.formatter_class = partial(_Formatter, language=self._language)
        return super().format_usage()

    def format_help(self) -> str:
        """As ArgumentParser; see `format_usage`."""
        self.formatter_class = partial(_Formatter, language=self._language)
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Print usage and error, and exit with 2."""
        from termintreu.model.texts.catalogue import catalogue  # noqa: PLC0415 - see above
        from termintreu.model.texts.errors import translated  # noqa: PLC0415 - see above

        language = self._language()
        told = f"{self.prog}: {catalogue(language).get('error')}: {translated(message, language)}\n"
        self.exit(2, self.format_usage() + told)


class _Formatter(argparse.HelpFormatter):
    """Translates each sentence, heading and placeholder as it is added."""

    def __init__(self, *arguments: Any, language: Callable[[], Language], **options: Any) -> None:
        super().__init__(*arguments, **options)
        from termintreu.model.texts.catalogue import catalogue  # noqa: PLC0415 - see above

        self._say = catalogue(language()).get

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._say("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and self._say(heading))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and self._say(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and self._say(action.help)

    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Callable[[int], tuple[str, ...]]:
        words = super()._metavar_formatter(action, default_metavar)
        return lambda size: tuple(map(self._say, words(size)))
