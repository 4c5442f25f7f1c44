"""Web origins as a setting lists them, in the spelling that browsers send (RFC 6454: scheme, host, port)."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import urlsplit

__all__ = ["THIS_MACHINE", "parse_hosts", "parse_origins"]

THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_ORIGIN: Final = re.compile(r"https?://(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::[0-9]{1,5})?")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def parse_hosts(listed: str) -> tuple[str, ...]:
    """The host names of a comma list, each once, in lower case. Raises ValueError, as ``parse_origins``."""
    hosts = [entry.strip().lower() for entry in listed.split(",")]
    for number, host in enumerate(hosts, 1):
        if host and not _HOST.fullmatch(host):
            raise ValueError(f"entry {number} must be a host such as www.example.com, without scheme, port and path")
    return tuple(dict.fromkeys(host for host in hosts if host))


def parse_origins(listed: str) -> tuple[str, ...]:
    """The origins of a comma list, each once, in order. Raises ValueError, which counts instead of repeating.

    Host in lower case, the scheme's own port left out, as browsers write ``Origin``: comparing is then exact.
    """
    entries = [entry.strip() for entry in listed.split(",")]
    return tuple(dict.fromkeys(_origin(entry, number) for number, entry in enumerate(entries, 1) if entry))


def _origin(entry: str, number: int) -> str:
    wrong = ValueError(
        f"entry {number} must be an origin such as https://shop.example or https://shop.example:8443, without a path "
        "(http:// for this machine only)"
    )
    if not _ORIGIN.fullmatch(entry.lower()):
        raise wrong
    try:
        parts = urlsplit(entry.lower())
        host, port = parts.hostname or "", parts.port
        name = f"[{IPv6Address(host).compressed}]" if ":" in host else host
    except ValueError:
        raise wrong from None
    if port == 0 or (parts.scheme == "http" and name.strip("[]") not in THIS_MACHINE):
        raise wrong
    shown_port = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{name}{shown_port}"
