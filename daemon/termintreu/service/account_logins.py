"""What the accounts of one profile log in with. A log-in that is renewed is one object for all accounts that use it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from termintreu.config import Config, SourceConfig
from termintreu.config.log_ins import Borrower, kept_log_ins, lender
from termintreu.config.secrets import resolve

if TYPE_CHECKING:
    from termintreu_connectors.kept_login import KeptLogin


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLogin:
    """For one account; nothing at all where it is asked without."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    kept: KeptLogin | None = None


class AccountLogins:
    """See the module."""

    def __init__(self, config: Config, profile: str) -> None:
        self._config = config
        self._profile = profile
        self._sources = kept_log_ins(config)
        self._kept: dict[str, KeptLogin] = {}

    def of(self, name: str, wanted: SourceConfig | Borrower) -> AccountLogin:
        """The log-in of the account of that name. Raises SecretError where it cannot be read."""
        source = self._sources.get(name)
        if source is not None:
            return AccountLogin(kept=self._kept_for(source))
        owner = wanted if isinstance(wanted, SourceConfig) else lender(wanted, self._config) or wanted
        password = resolve(owner.password, username=owner.username, environ=os.environ)
        return AccountLogin(username=owner.username, password=password)

    def _kept_for(self, source: SourceConfig) -> KeptLogin:
        if source.name not in self._kept:
            from termintreu.service.logins import kept_login  # noqa: PLC0415 - only who needs it pays for it

            self._kept[source.name] = kept_login(source, self._config, self._profile)
        return self._kept[source.name]
