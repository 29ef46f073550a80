"""Under which names a station answers: another one is a trick of some other page."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from data.errors import StationError
from station.config import LOOPBACK, ServerConfig

ANYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - not to be bound to
"""Addresses to listen at that are no names."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names of a station.

    Attributes:
        names: Names and addresses, small letters.
        domains: What "*." stands before in its certificate.
    """

    names: frozenset[str]
    domains: frozenset[str] = frozenset()

    def know(self, header: str) -> bool:
        """Whether a `Host` header, with or without a port, names the station.

        Example:
            >>> hosts = Hosts(frozenset({"::1", "here"}), frozenset({"port.example"}))
            >>> hosts.know("here:8765"), hosts.know("[::1]:1"), hosts.know("there")
            (True, True, False)
            >>> hosts.know("lane.port.example"), hosts.know("port.example")
            (True, False)
        """
        name = _strip_port(header).lower()
        return name in self.names or name.partition(".")[2] in self.domains


def find_hosts(server: ServerConfig) -> Hosts:
    """The names of a station: its address, this machine's own, its certificate's.

    Args:
        server: How it is reached.

    Raises:
        StationError: If the certificate cannot be read.
    """
    stated = _read_names(server.certificate) if server.certificate else ()
    names = {name.lower() for name in (server.host, *LOOPBACK, *stated)} - ANYWHERE
    domains = {name.removeprefix("*.") for name in names if name.startswith("*.")}
    return Hosts(frozenset(names), frozenset(domains))


def _read_names(certificate: Path) -> tuple[str, ...]:
    try:
        chain = x509.load_pem_x509_certificates(certificate.read_bytes())
        stated = chain[0].extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        )
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        msg = (
            f"The certificate {certificate} cannot be used: {error}. Give a PEM file "
            "whose first certificate states its names (subjectAltName)."
        )
        raise StationError(msg) from error
    addresses = stated.value.get_values_for_type(x509.IPAddress)
    return (
        *stated.value.get_values_for_type(x509.DNSName),
        *(str(address) for address in addresses if isinstance(address, _ADDRESSES)),
    )


def _strip_port(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


_ADDRESSES: Final = (ipaddress.IPv4Address, ipaddress.IPv6Address)
