"""A FRITZ!Box's TR-064 side on loopback: what fritzconnection asks for on its way to the call list (AVM,
X_contactSCPD), and the list itself. A test sets `calls` (the XML) and what else it needs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_DESCRIPTION = """<?xml version="1.0"?>
<root xmlns="urn:dslforum-org:device-1-0">
<specVersion><major>1</major><minor>0</minor></specVersion>
<systemVersion><HW>226</HW><Major>154</Major><Minor>8</Minor><Patch>2</Patch><Buildnumber>1</Buildnumber>
<Display>154.08.02</Display></systemVersion>
<device><deviceType>urn:dslforum-org:device:InternetGatewayDevice:1</deviceType>
<friendlyName>FRITZ!Box 7590</friendlyName><modelName>FRITZ!Box 7590</modelName>
<serviceList><service><serviceType>urn:dslforum-org:service:X_AVM-DE_OnTel:1</serviceType>
<serviceId>urn:X_AVM-DE_OnTel-com:serviceId:X_AVM-DE_OnTel1</serviceId>
<controlURL>/upnp/control/x_contact</controlURL><eventSubURL>/upnp/control/x_contact</eventSubURL>
<SCPDURL>/x_contactSCPD.xml</SCPDURL></service></serviceList></device></root>"""
_ACTIONS = """<?xml version="1.0"?>
<scpd xmlns="urn:dslforum-org:service-1-0"><specVersion><major>1</major><minor>0</minor></specVersion>
<actionList><action><name>GetCallList</name><argumentList><argument><name>NewCallListURL</name>
<direction>out</direction><relatedStateVariable>CallListURL</relatedStateVariable></argument></argumentList></action>
</actionList><serviceStateTable><stateVariable sendEvents="no"><name>CallListURL</name><dataType>string</dataType>
<defaultValue></defaultValue></stateVariable></serviceStateTable></scpd>"""
_ANSWER = """<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<u:GetCallListResponse xmlns:u="urn:dslforum-org:service:X_AVM-DE_OnTel:1">
<NewCallListURL>{url}</NewCallListURL></u:GetCallListResponse></s:Body></s:Envelope>"""


def call_xml(
    number: int, kind: int, date: str, other: str, duration: str, *, device: str = "Fon 1", port: int = 1
) -> str:
    """One <Call>, as a box lists it; `date` is "23.11.26 10:00"."""
    out = kind in {3, 11}
    caller, called = ("SIP: 97911585", other) if out else (other, "SIP: 97911585")
    own = "<CallerNumber>97911585</CallerNumber>" if out else "<CalledNumber>97911585</CalledNumber>"
    return (
        f"<Call><Id>{number}</Id><Type>{kind}</Type><Caller>{caller}</Caller><Called>{called}</Called>{own}"
        f"<Name></Name><Numbertype>sip</Numbertype><Device>{device}</Device><Port>{port}</Port><Date>{date}</Date>"
        f"<Duration>{duration}</Duration><Count></Count><Path /></Call>"
    )


def call_list(*calls: str) -> str:
    """The whole list; the newest call stands first."""
    return f'<?xml version="1.0" encoding="UTF-8"?><root><timestamp>1</timestamp>{"".join(calls)}</root>'


@dataclass
class Box:
    """One box."""

    url: str = ""
    calls: str = call_list()
    refuses: bool = False
    """The log-in is wrong."""
    list_host: str | None = None
    """The machine whose address it gives for the list; its own."""
    asked: list[str] = field(default_factory=list)
    """Paths of the requests, in order."""

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        self.asked.append(path)
        if path.startswith("/tr64desc.xml"):
            return 200, "text/xml", _DESCRIPTION
        if path.startswith("/x_contactSCPD.xml"):
            return 200, "text/xml", _ACTIONS
        if path.startswith("/upnp/control/x_contact"):
            if self.refuses:
                return 401, "text/html", "<HTML><BODY>401 Unauthorized (ERR_NONE)</BODY></HTML>"
            base = self.url if self.list_host is None else f"http://{self.list_host}:49000"
            return 200, "text/xml", _ANSWER.format(url=f"{base}/calllist.lua?sid=0123456789abcdef")
        if path.startswith("/calllist.lua"):
            return 200, "text/xml", self.calls
        return 404, "text/html", "<html><body>not found</body></html>"


@contextmanager
def fritz_box() -> Iterator[Box]:
    """A box that listens on loopback."""
    box = Box()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, body = box.answer(self.path)
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _reply

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
