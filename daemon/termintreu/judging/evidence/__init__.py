"""What the call logs show of each call. Pure: entries and calls come in, evidence and statements go out."""

from termintreu.judging.evidence.claims import excuse_guard
from termintreu.judging.evidence.judging import gather, runs_past, said_by_logs
from termintreu.judging.evidence.wording import shows_anything, what_the_log_shows

__all__ = ["excuse_guard", "gather", "runs_past", "said_by_logs", "shows_anything", "what_the_log_shows"]
