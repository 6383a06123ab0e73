"""The contract of a room, for import-linter: what the modules of a part of the program may import, and nothing else.

It is an allowlist: a room names the other rooms and the outside packages that it needs. Modules of the standard library
that only compute (`PLAIN`: no clock, files, network, processes or randomness) need not be named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

# fmt: off
PLAIN = frozenset(
    {
        "__future__", "abc", "base64", "binascii", "bisect", "calendar", "codecs", "collections", "contextlib",
        "copy", "csv", "dataclasses", "datetime", "difflib", "email", "enum", "fnmatch", "functools",
        "graphlib", "hashlib", "heapq", "html", "io", "ipaddress", "itertools", "json", "math", "operator",
        "re", "statistics", "string", "struct", "textwrap", "types", "typing", "unicodedata", "urllib", "uuid",
        "zlib", "zoneinfo",
    }
)
# fmt: on
_VERSION = "termintreu"
"""The package itself holds its version and nothing else."""


class RoomContract(Contract):
    """Kept where `modules` import only each other, `rooms`, `packages` and what is plain."""

    type_name = "room"

    modules: Any = fields.ListField(subfield=fields.StringField())
    """With all below them."""
    apart: Any = fields.ListField(subfield=fields.StringField(), required=False)
    """Modules among them that have a contract of their own."""
    rooms: Any = fields.ListField(subfield=fields.StringField(), required=False)
    packages: Any = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of the room; a name in the contract that does not exist breaks it, too."""
        modules, apart = list(self.modules), list(self.apart or ())
        allowed = [*modules, *(self.rooms or ()), *(self.packages or ())]
        found = [
            (importer, imported, _lines(graph, importer, imported))
            for importer in sorted(graph.modules)
            if _is_below(importer, modules) and not _is_below(importer, apart)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported not in PLAIN and imported != _VERSION and not _is_below(imported, allowed)
        ]
        unknown = [name for name in (*modules, *apart, *(self.rooms or ())) if name not in graph.modules]
        return ContractCheck(kept=not found and not unknown, metadata={"found": found, "unknown": unknown})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import is not allowed, and where it stands."""
        for name in check.metadata["unknown"]:
            output.print_error(f"{name} does not exist.")
        for importer, imported, lines in check.metadata["found"]:
            output.print_error(f"{importer} may not import {imported} (line {lines}).")


def _lines(graph: ImportGraph, importer: str, imported: str) -> str:
    details = graph.get_import_details(importer=importer, imported=imported)
    return ", ".join(str(detail["line_number"]) for detail in details)


def _is_below(module: str, places: Iterable[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)
