"""The way of `termintreu init` to the user: what is said, and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from termintreu.model import Message, msg
from termintreu.model.errors import TermintreuError
from termintreu.model.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The way to the user."""

    texts: Texts
    say: Callable[[str], None]
    """Shows one line."""
    prompt: Callable[[str, str, bool], str]
    """Asks: question, default, whether the answer is hidden."""
    can_keep_login: bool = True
    """Whether a log-in that is obtained here is found again by whoever runs the daemon."""

    def ask(self, question: Message, default: str = "") -> str:
        """The answer, without blanks around it."""
        return self.prompt(self.texts.render(question), default, False).strip()

    def in_language(self, language: str) -> Talk:
        """The same in the language that was asked for."""
        return replace(self, texts=Texts(language="de" if language == "de" else "en", zone=self.texts.zone))

    def secret(self, question: Message) -> str:
        """An answer that is not shown."""
        return self.prompt(self.texts.render(question), "", True)

    def agrees(self, question: Message, *, default: bool) -> bool:
        """Yes or no, by the language's letters."""
        yes, no = self.texts.render(msg("y/n")).split("/")
        shown = f"{self.texts.render(question)} ({yes}/{no})"
        return self.prompt(shown, yes if default else no, False).strip().lower()[:1] == yes

    def tell(self, text: Message) -> None:
        """A sentence."""
        self.say(self.texts.render(text))

    def failed(self, error: TermintreuError) -> None:
        """What went wrong, before it is asked again."""
        self.say(f"{self.texts.render(msg('That did not work'))}: {self.texts.error(str(error))}")
