"""What argparse itself says, for the catalogues. Nobody imports this: `parsing` has the English words from argparse."""

from __future__ import annotations

from termintreu.model.message import msg

OF_ARGPARSE = (
    msg("usage: "),
    msg("options"),
    msg("positional arguments"),
    msg("show this help message and exit"),
    msg("show program's version number and exit"),
    msg("error"),
)
