"""Identities by client certificates that a trusted proxy verified.

The proxy sets two headers: X-Client-Cert-Verify (SUCCESS) and X-Client-Cert-Pem (the certificate, percent-encoded).  From any
other peer both are ignored.  An identity is the SPIFFE id of the certificate, or CN= and its common name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cryptography import x509

from zkctl.errors import UsageError
from zkctl.runtime.printable import printable

if TYPE_CHECKING:
    from starlette.requests import Request

VERIFY, PEM = "x-client-cert-verify", "x-client-cert-pem"
_VERIFIED = "SUCCESS"
_MAX_PEM = 12_288  # bytes of the header
_SPIFFE = "spiffe://"
_IDENTITY = re.compile(r"spiffe://[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*|CN=[\x20-\x7e]{1,64}")


def check_identity(text: str) -> None:
    """Check that an identity is spiffe://DOMAIN/PATH or CN=NAME.  Raises: UsageError."""
    if len(text) > 255 or not _IDENTITY.fullmatch(text):
        raise UsageError(
            "the identity of the client certificate is malformed: expected spiffe://DOMAIN/PATH or"
            f" CN=NAME, got {printable(text, 80)!r}"
        )


@lru_cache
def networks_of(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of the setting trusted_proxies.  Raises: UsageError."""
    found = []
    for text in texts:
        try:
            found.append(ip_network(text))
        except ValueError:
            raise UsageError(
                "a network of trusted_proxies is malformed: expected an address or a network,"
                f" got {printable(text, 60)!r}",
                hint="write for example 10.0.0.0/8",
            ) from None
    return tuple(found)


def identity_of(request: Request, trusted: tuple[str, ...]) -> str | None:
    """Return the identity of a request's certificate; None without one that a trusted proxy verified."""
    headers = request.headers
    if not trusted or PEM not in headers or not is_trusted_peer(request, trusted):
        return None
    verified, pems = headers.getlist(VERIFY), headers.getlist(PEM)
    if verified != [_VERIFIED] or len(pems) != 1 or len(pems[0]) > _MAX_PEM:
        return None
    try:
        certificate = x509.load_pem_x509_certificate(unquote(pems[0]).encode())
        identity = _identity(certificate)
    except (ValueError, x509.DuplicateExtension):
        return None
    return identity if identity and _IDENTITY.fullmatch(identity) else None


def is_trusted_peer(request: Request, trusted: tuple[str, ...]) -> bool:
    """Return whether a request comes from a proxy of the setting trusted_proxies."""
    try:
        peer = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in network for network in networks_of(trusted))


def _identity(certificate: x509.Certificate) -> str | None:
    """Return the one SPIFFE id, or the one common name of a certificate without such an id."""
    ids = [each for each in _uris(certificate) if each.startswith(_SPIFFE)]
    if ids:
        return ids[0] if len(ids) == 1 else None
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return f"CN={names[0].value!s}" if len(names) == 1 else None


def _uris(certificate: x509.Certificate) -> Sequence[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return extension.value.get_values_for_type(x509.UniformResourceIdentifier)
