"""Where passwords come from: systemd credentials, the environment, a private file, a command, a keyring. No secret
is in a message, a log or a representation.
"""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from termintreu.config import Config
from termintreu.config.problems import Problem
from termintreu.config.schema import Secret, SecretRef
from termintreu.model.errors import ConfigError

COMMAND_TIMEOUT = 60.0
"""Seconds; long enough for a password manager to ask for its own."""

_LARGEST = 64 * 1024
"""Bytes; a file that is larger is no password."""


class SecretError(ConfigError):
    """A secret cannot be read. Other accounts may still work."""

    def __init__(self, message: str) -> None:
        super().__init__([message])


def resolve(
    secret: Secret | None, *, username: str | None, environ: Mapping[str, str], timeout: float = COMMAND_TIMEOUT
) -> str | None:
    """The secret's value, without its trailing line break; None where none is configured.

    Args:
        secret: where it comes from.
        username: the account's log-in name, which a keyring looks up.
        environ: the environment, also of a command.
        timeout: seconds a command gets.

    Raises SecretError with one sentence that says what to do.
    """
    if secret is None:
        return None
    if isinstance(secret, SecretStr):
        return secret.get_secret_value()
    place, value = _fetch(secret, username, environ, timeout)
    if not value:
        raise SecretError(f"the password from {place} is empty")
    if "\0" in value or "\n" in value:
        raise SecretError(f"the password from {place} is not one line of text")
    return value


def lacking(config: Config, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Secrets that cannot be had, each with its place in the configuration, as far as that shows without reading one.

    Nothing is said of a credential, which is there within the service only, nor of what a command or a keyring gives.
    """
    for path, secret in _all(config):
        try:
            if isinstance(secret, SecretRef) and secret.env is not None:
                _variable(secret.env, environ)
            elif isinstance(secret, SecretRef) and secret.file is not None:
                _private_file(secret.file, environ)
        except SecretError as error:
            yield Problem(path=path, text=str(error))


def credentials(config: Config) -> tuple[str, ...]:
    """The names of the systemd credentials that a configuration uses, each once."""
    used = (secret for _, secret in _all(config))
    names = (secret.credential for secret in used if isinstance(secret, SecretRef))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _all(config: Config) -> list[tuple[tuple[str | int, ...], Secret | None]]:
    """Every secret, with its place in the configuration."""
    return [
        *((("sources", place, "password"), source.password) for place, source in enumerate(config.sources)),
        *((("sources", place, "client", "secret"), secret) for place, secret in enumerate(client_secrets(config))),
        (("target", "password"), config.target.password),
        (("state", "password"), config.state.password),
        *((("address_books", place, "password"), book.password) for place, book in enumerate(config.address_books)),
        *((("call_logs", place, "password"), log.password) for place, log in enumerate(config.call_logs)),
        *((("alerts", "urls", place), url) for place, url in enumerate(config.alerts.urls)),
        (("alerts", "heartbeat"), config.alerts.heartbeat),
    ]


def client_secrets(config: Config) -> list[Secret | None]:
    """The secret of each source's OAuth client; None where there is none."""
    return [None if source.client is None else source.client.secret for source in config.sources]


def _fetch(secret: SecretRef, username: str | None, environ: Mapping[str, str], timeout: float) -> tuple[str, str]:
    """Where it came from, for messages, and the secret."""
    if secret.credential is not None:
        return f'credential "{secret.credential}"', _credential(secret.credential, environ)
    if secret.env is not None:
        return f'env "{secret.env}"', _line(environ[_variable(secret.env, environ)])
    if secret.file is not None:
        place = f'file "{secret.file}"'
        return place, _read(_private_file(secret.file, environ), place)
    if secret.command is not None:
        return f'command "{secret.command[0] if secret.command else ""}"', _command(secret.command, environ, timeout)
    return f'keyring "{secret.keyring}"', _keyring(secret.keyring or "", username)


def _credential(name: str, environ: Mapping[str, str]) -> str:
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretError(
            f'the password from credential "{name}": $CREDENTIALS_DIRECTORY is not set; '
            f"systemd sets it for a unit with LoadCredential={name}:/a/file"
        )
    if "/" in name or name in {"", ".", ".."}:
        raise SecretError("the name of a credential is one file name, without a slash")
    return _read(Path(folder) / name, f'credential "{name}"')


def _variable(name: str, environ: Mapping[str, str]) -> str:
    """The name, if the variable is set."""
    if name not in environ:
        raise SecretError(f'the password from env "{name}": there is no such environment variable')
    return name


def _private_file(path: str, environ: Mapping[str, str]) -> Path:
    """The path of the file, if only its owner can read it."""
    home = environ.get("HOME", "")
    place = Path(home + path[1:]) if home and path.startswith("~/") else Path(path).expanduser()
    try:
        open_to_others = place.stat().st_mode & 0o077
    except OSError as error:
        raise SecretError(f'the password from file "{path}": {error.strerror or "the system refused"}') from error
    if open_to_others:
        raise SecretError(f'the password from file "{path}": others can read or change it; chmod 600 {path}')
    if not os.access(place, os.R_OK):
        raise SecretError(f'the password from file "{path}": {os.strerror(errno.EACCES)}')
    return place


def _read(path: Path, place: str) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise SecretError(f"the password from {place}: {error.strerror or 'the system refused'}") from error
    if len(content) > _LARGEST:
        raise SecretError(f"the password from {place}: the file is too large for one")
    return _text(content, place)


def _command(command: list[str], environ: Mapping[str, str], timeout: float) -> str:
    place = f'command "{command[0] if command else ""}"'
    try:
        done = subprocess.run(  # noqa: S603 - the user's own configuration names it, and no shell reads it
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    # The original errors hold the arguments and what was printed, which may be secret: none of them is chained.
    except subprocess.TimeoutExpired:
        raise SecretError(f"the password from {place}: no answer within {timeout:g} s") from None
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SecretError(f"the password from {place}: cannot be run: {reason or 'a wrong argument'}") from None
    if done.returncode:
        raise SecretError(f"the password from {place}: it failed with exit code {done.returncode}")
    return _text(done.stdout.partition(b"\n")[0], place)


def _keyring(service: str, username: str | None) -> str:
    place = f'keyring "{service}"'
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        raise SecretError(
            f"the password from {place}: the keyring package is missing; pip install 'termintreu[keyring]'"
        ) from None
    if not username:
        raise SecretError(f"the password from {place}: the account needs a username to look it up with")
    try:
        found = keyring.get_password(service, username)
    except Exception as error:  # noqa: BLE001 - every desktop's keyring has errors of its own
        raise SecretError(f"the password from {place}: the keyring refused ({type(error).__name__})") from None
    if found is None:
        raise SecretError(f"the password from {place}: nothing is stored there for this username")
    return _line(str(found))


def _text(content: bytes, place: str) -> str:
    try:
        return _line(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SecretError(f"the password from {place}: it is not text (UTF-8)") from None


def _line(text: str) -> str:
    return text.rstrip("\r\n")
