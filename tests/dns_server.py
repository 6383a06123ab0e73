"""A name server on loopback that answers from a table."""

from __future__ import annotations

import socket
import threading
from typing import Literal

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Mood = Literal["well", "silent", "failing", "garbled"]


class DnsServer:
    """Answers UDP questions; `with DnsServer() as server: server.record("_caldavs._tcp.example.com.", "SRV", ...)`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        """Name and type of each question."""
        self.mood: Mood = "well"
        self._records: dict[tuple[str, str], list[str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.nameservers: list[tuple[str, int]] = [self._socket.getsockname()]

    def record(self, name: str, kind: str, *texts: str) -> None:
        """Texts as in a zone file."""
        self._records[name.lower(), kind] = list(texts)

    def __enter__(self) -> DnsServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())

    def _serve(self) -> None:
        with self._socket:
            while True:
                data, whence = self._socket.recvfrom(65_535)
                if not data:
                    return
                answer = self._answer(data)
                if answer:
                    self._socket.sendto(answer, whence)

    def _answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text().lower(), question.rdtype.name
        self.asked.append((name, kind))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if self.mood == "silent":
            return b""
        if self.mood == "garbled":
            return data[:2] + b"\xff" * 40
        if self.mood == "failing":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in self._records:
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, self._records[name, kind]))
        elif not any(known == name for known, _ in self._records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()
