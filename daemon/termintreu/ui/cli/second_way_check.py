"""`termintreu doctor`, for [alerts]: one message by each way there is, and one heartbeat."""

from __future__ import annotations

from termintreu.model import Message, msg
from termintreu.model.ports import SecondWay
from termintreu.model.texts import Texts
from termintreu.ui.cli.check_result import CheckResult

_ACCOUNT = "[alerts]"


async def second_way_results(way: SecondWay, texts: Texts) -> list[CheckResult]:
    """What became of each. No address is in it: it holds the key to what is behind it."""
    title, body = msg("A message to try this way"), msg("termintreu doctor has sent it. There is nothing to do.")
    tried = await way.tried(texts.render(title), texts.render(body))
    return [_result(name, why, texts) for name, why in tried]


def _result(name: str, why: str, texts: Texts) -> CheckResult:
    if why and name == "desktop":
        # A session has a bus also where nobody sees a desktop.
        return _of(name, texts, texts.render(msg("no desktop shows messages here")))
    if not why:
        answered = msg("it has answered") if name == "heartbeat" else msg("sent; see whether it has arrived")
        return _of(name, texts, texts.render(answered))
    mend = msg("correct [alerts] heartbeat") if name == "heartbeat" else msg("correct [alerts] urls")
    return _of(name, texts, texts.error(why), texts.render(mend))


def _of(name: str, texts: Texts, found: str, do: str | None = None) -> CheckResult:
    return CheckResult(account=_ACCOUNT, step=texts.render(_step(name)), ok=do is None, found=found, do=do)


def _step(name: str) -> Message:
    match name:
        case "heartbeat":
            return msg("heartbeat")
        case "desktop":
            return msg("a message on the desktop")
        case "urls":
            return msg("a message")
    return msg("a message by {way}", way=name)
