"""Before any other module of a process that a test starts: names and addresses beyond this machine are not there."""

import ipaddress
import socket

_asked = socket.getaddrinfo


def _here(host, *arguments, **options):  # type: ignore[no-untyped-def]  # as the one it stands for
    name = host.decode() if isinstance(host, bytes) else host
    try:
        is_here = name in {None, "", "localhost"} or ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        raise socket.gaierror(socket.EAI_NONAME, "a test reaches no other machine")
    return _asked(host, *arguments, **options)


socket.getaddrinfo = _here
