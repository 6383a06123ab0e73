"""Microsoft Graph (v1.0), the calendars and tasks of one user, as strict as its reference."""

from tests.fakes.graph.service import GraphService, graph_service

__all__ = ["GraphService", "graph_service"]
