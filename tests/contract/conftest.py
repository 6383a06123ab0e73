"""The servers that connectors are tested against."""

from tests.servers import dav_server, radicale, xandikos

__all__ = ["dav_server", "radicale", "xandikos"]
