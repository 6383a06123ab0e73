"""The numbers of `/metrics`, in the text format of Prometheus. Nothing personal: numbers, and sources' names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import get_args

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from termintreu import __version__
from termintreu.model import SourceState
from termintreu.service.board import Board
from termintreu.service.figures import BUCKETS, Figures

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Collector):
    """Collects metrics from the board on each request."""

    def __init__(self, board: Board, healthy: Callable[[], bool], clock: Callable[[], datetime]) -> None:
        """`clock` gives the moment (UTC)."""
        self._clock = clock
        self._board = board
        self._healthy = healthy
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Every metric family."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Nothing: metrics are made on request."""
        found = self._board.figures
        yield InfoMetricFamily("termintreu_build", "The program", {"version": __version__})
        yield GaugeMetricFamily("termintreu_healthy", "1 while cycles are tried and end", int(self._healthy()))
        yield from self._counts()
        yield from _of_all(found)
        if not self._board.several:
            for one in found:
                yield from _of_sources(one, self._clock())

    def _counts(self) -> Iterator[Metric]:
        tally = self._board.tally
        cycles = CounterMetricFamily("termintreu_cycles", "Cycles since the start", labels=["result"])
        cycles.add_metric(["done"], tally.done)
        cycles.add_metric(["failed"], tally.failed)
        yield cycles
        lengths = HistogramMetricFamily("termintreu_cycle_seconds", "How long cycles took")
        buckets, so_far = [], 0
        for bound in (*BUCKETS, float("inf")):
            so_far += tally.lengths.get(bound, 0)
            buckets.append(("+Inf" if bound == float("inf") else str(bound), so_far))
        lengths.add_metric([], buckets, tally.seconds)
        yield lengths
        labels = ["action", "item", "result"]
        writes = CounterMetricFamily("termintreu_writes", "Writes into our own calendars", labels=labels)
        for key, count in sorted(tally.writes.items()):
            writes.add_metric(key, count)
        yield writes
        requests = CounterMetricFamily("termintreu_requests", "Requests to servers", labels=["source"])
        for source, count in sorted(tally.requests.items()):
            requests.add_metric([source], count)
        yield requests


def _of_all(found: list[Figures]) -> Iterator[Metric]:
    yield GaugeMetricFamily("termintreu_people", "People with a cycle behind them", len(found))
    if found:
        latest = max(one.at for one in found)
        text = "When the last cycle was"
        yield GaugeMetricFamily("termintreu_last_cycle_timestamp_seconds", text, latest.timestamp())
    yield GaugeMetricFamily("termintreu_calls_ahead", "Calls that are to come", sum(one.calls for one in found))
    threatened = sum(one.threatened for one in found)
    yield GaugeMetricFamily("termintreu_calls_threatened", "Of these, threatened ones", threatened)
    findings: Counter[tuple[str, str]] = Counter()
    for one in found:
        findings.update(one.findings)
    open_ones = GaugeMetricFamily("termintreu_findings", "Findings of calls to come", labels=["rule", "severity"])
    for key, count in sorted(findings.items()):
        open_ones.add_metric(key, count)
    yield open_ones
    rejected = sum(one.rejected for one in found)
    yield GaugeMetricFamily("termintreu_rejected_entries", "Entries that could not be read", rejected)
    blind = sum(one.blind for one in found)
    yield GaugeMetricFamily("termintreu_blind", "Sources that are not seen, and told of", blind)
    held_back = sum(one.held_back for one in found)
    yield GaugeMetricFamily("termintreu_held_back", "Reasons why something was not written", held_back)


def _of_sources(found: Figures, now: datetime) -> Iterator[Metric]:
    states = GaugeMetricFamily("termintreu_source_state", "1 for the state that holds", labels=["source", "state"])
    read = GaugeMetricFamily(
        "termintreu_source_read_timestamp_seconds", "Nothing of it is older than that", labels=["source"]
    )
    age = GaugeMetricFamily("termintreu_source_age_seconds", "How old its last whole answer is", labels=["source"])
    for source in found.sources:
        for state in get_args(SourceState):
            states.add_metric([source.name, state], int(state == source.state))
        if source.read_at is not None:
            read.add_metric([source.name], source.read_at.timestamp())
            age.add_metric([source.name], max(0.0, (now - source.read_at).total_seconds()))
    yield states
    yield age
    yield read
