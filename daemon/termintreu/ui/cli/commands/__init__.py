"""What each command does. A command is a function: it takes the parsed arguments, prints, and returns the exit code.

| room | commands |
|---|---|
| `cycles` | run, once, plan, explain, purge |
| `logging_in` | login, logout |
| `setting_up` | demo, init, config, check, doctor |
| `contacts` | rating, answer, export, erase |
| `status` | status |
| `teaching` | taught |
| `service` | service |
| `machines` | worker, scheduler, sync |

No module imports another one of these. They share `context` (configuration, profile, world, time) and `printing`.
"""

from __future__ import annotations

import argparse

Arguments = argparse.Namespace

EXIT_CONFIG = 78
"""The configuration cannot be used (sysexits.h)."""


class UsageError(Exception):
    """The command line cannot be carried out as it is: exit code 2."""
