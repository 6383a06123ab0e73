"""Configuration: what it may hold (`schema`), how it is read and checked (`check`), where secrets come from."""

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
