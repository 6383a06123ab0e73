"""Runs a command under the restrictions of systemd/termintreu.service, as near to them as a process can bring itself:
`confined.py WRITABLE... -- COMMAND...`; `confined.py --try` ends with 0 where that is possible (root, Linux, systemd).

The unit itself is read for the system calls, the address families and the switches, so that both never part.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import struct
import subprocess
import sys
from pathlib import Path

UNIT = Path(__file__).parents[2] / "systemd" / "termintreu.service"
HEADERS = ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}

PR_CAPBSET_DROP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE = 24, 22, 38, 65
CLONE_NEWNS, MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 1, 32, 4096, 16384, 1 << 18
LOAD, EQUAL, RETURN, ALLOW, ERRNO = 0x20, 0x15, 0x06, 0x7FFF0000, 0x50000
AUDIT_ARCH_X86_64, EPERM, EAFNOSUPPORT = 0xC000003E, 1, 97

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def prctl(option: int, value: int, what: str, pointer: object = None) -> None:
    checked(libc.prctl(option, ctypes.c_ulong(value), pointer or ctypes.c_ulong(0), 0, 0), what)


def unit() -> dict[str, list[str]]:
    """The [Service] section; each directive with all its values."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text().partition("[Service]")[2].partition("[Install]")[0].splitlines():
        if "=" in line and not line.startswith("#"):
            found.setdefault(line.partition("=")[0], []).append(line.partition("=")[2])
    return found


def names_of(group: str) -> set[str]:
    """The system calls of a systemd group."""
    shown = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    names: set[str] = set()
    for line in shown.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            names |= names_of(word)
        elif word and not word.startswith("#"):
            names.add(word)
    return names


def allowed_calls(filters: list[str]) -> set[int]:
    allowed: set[str] = set()
    for line in filters:
        names = set().union(*(names_of(group) for group in line.lstrip("~").split()))
        allowed = allowed - names if line.startswith("~") else allowed | names
    header = next(Path(each).read_text() for each in HEADERS if Path(each).exists())
    numbers = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", header)}
    return {numbers[name] for name in allowed & numbers.keys()}


def seccomp(calls: set[int], families: list[int]) -> bytes:
    """A filter program: these system calls, sockets of these families, EPERM for all else."""
    socket_call = 41
    program = [
        (LOAD, 0, 0, 4),
        (EQUAL, 1, 0, AUDIT_ARCH_X86_64),
        (RETURN, 0, 0, ERRNO | EPERM),
        (LOAD, 0, 0, 0),
        (EQUAL, 0, 2 + 2 * len(families), socket_call),
        (LOAD, 0, 0, 16),
    ]
    for family in families:
        program += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    program.append((RETURN, 0, 0, ERRNO | EAFNOSUPPORT))
    for number in sorted(calls):
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    program.append((RETURN, 0, 0, ERRNO | EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def mount(place: str, flags: int, source: str | None = None) -> None:
    checked(
        libc.mount(source.encode() if source else None, place.encode(), None, ctypes.c_ulong(flags), None),
        f"mount {place}",
    )


def read_only_but(writable: list[str]) -> None:
    """ProtectSystem=strict."""
    checked(libc.unshare(CLONE_NEWNS), "unshare")
    mount("/", MS_REC | MS_PRIVATE)
    for place in writable:
        mount(place, MS_BIND | MS_REC, place)
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    for point in points:
        if point not in writable and not point.startswith(("/proc", "/sys", "/dev")):
            mount(point, MS_REMOUNT | MS_BIND | MS_RDONLY)


def confine(writable: list[str]) -> None:
    if platform.machine() != "x86_64":
        raise OSError("the filter knows x86_64 only")
    service = unit()
    families = [FAMILIES[name] for name in service["RestrictAddressFamilies"][0].split()]
    program = seccomp(allowed_calls(service["SystemCallFilter"]), families)
    read_only_but(writable)
    if service["CapabilityBoundingSet"] == [""]:
        for capability in range(int(Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
            prctl(PR_CAPBSET_DROP, capability, "drop a capability")
    os.umask(int(service["UMask"][0], 8))
    prctl(PR_SET_NO_NEW_PRIVS, 1, "no new privileges")
    if service["MemoryDenyWriteExecute"] == ["yes"]:
        prctl(PR_SET_MDWE, 1, "deny memory to write and run")
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("=H6xQ", len(program) // 8, ctypes.addressof(buffer)))
    prctl(PR_SET_SECCOMP, 2, "seccomp", ctypes.byref(header))


def main() -> None:
    trying = sys.argv[1:] == ["--try"]
    split = len(sys.argv) if trying else sys.argv.index("--")
    try:
        confine([] if trying else sys.argv[1:split])
    except (OSError, StopIteration, subprocess.SubprocessError) as error:
        sys.exit(f"cannot be confined here: {error}")
    if not trying:
        os.execv(sys.argv[split + 1], sys.argv[split + 1 :])


if __name__ == "__main__":
    main()
