"""Configuration: what it may hold (`schema`), how it is read and checked (`check`), where secrets come from."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from termintreu.config.schema import (
        CallLogConfig,
        Config,
        ContactConfig,
        LimitsConfig,
        MeConfig,
        RemindersConfig,
        ScheduleConfig,
        SourceConfig,
        StateConfig,
        TargetConfig,
        WebConfig,
    )
else:

    def __getattr__(name: str) -> object:
        """Load the schema, and pydantic with it, when it is asked for: help and many an error do without."""
        if name not in __all__:
            raise AttributeError(name)
        from termintreu.config import schema  # noqa: PLC0415 - see above

        return getattr(schema, name)


__all__ = [
    "CallLogConfig",
    "Config",
    "ContactConfig",
    "LimitsConfig",
    "MeConfig",
    "RemindersConfig",
    "ScheduleConfig",
    "SourceConfig",
    "StateConfig",
    "TargetConfig",
    "WebConfig",
]
