"""The identity of a client certificate, from the headers of a trusted proxy only."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from cryptography import x509
from starlette.requests import Request

from tests.support.client_certificates import certificate_pem
from zkctl.errors import UsageError
from zkctl.service.proving.client_certificates import check_identity, identity_of, networks_of

TRUSTED = ("10.0.0.0/8", "::1")
SPIFFE = "spiffe://example.org/shop"


def request(pem: str, *, peer: str = "10.1.2.3", verify: str = "SUCCESS", n: int = 1) -> Request:
    pairs = [("x-client-cert-verify", verify)] + [("x-client-cert-pem", quote(pem))] * n
    headers = [(name.encode(), value.encode()) for name, value in pairs]
    return Request({"type": "http", "headers": headers, "client": (peer, 1)})


def test_the_spiffe_id_or_else_the_common_name() -> None:
    assert identity_of(request(certificate_pem("shop", uris=(SPIFFE,))), TRUSTED) == SPIFFE
    assert identity_of(request(certificate_pem("shop")), TRUSTED) == "CN=shop"
    other = certificate_pem("shop", uris=("https://example.org",))
    assert identity_of(request(other), TRUSTED) == "CN=shop"
    in_disguise = certificate_pem(SPIFFE)  # a common name is no SPIFFE id
    assert identity_of(request(in_disguise), TRUSTED) == f"CN={SPIFFE}"


def test_several_ids_or_names_are_none() -> None:
    both = certificate_pem("shop", uris=(SPIFFE, f"{SPIFFE}/2"))
    assert identity_of(request(both), TRUSTED) is None
    assert identity_of(request(certificate_pem("shop", "other")), TRUSTED) is None
    assert identity_of(request(certificate_pem()), TRUSTED) is None
    assert identity_of(request(certificate_pem("sh\u00f6p")), TRUSTED) is None


def test_only_a_trusted_proxy_is_believed() -> None:
    pem = certificate_pem("shop")
    for peer in ("10.0.0.1", "::1", "::ffff:10.0.0.1"):
        assert identity_of(request(pem, peer=peer), TRUSTED) == "CN=shop"
    for peer in ("11.0.0.1", "::2", "", "unix:"):
        assert identity_of(request(pem, peer=peer), TRUSTED) is None
    assert identity_of(request(pem), ()) is None


def test_headers_that_are_not_of_the_proxy_alone() -> None:
    pem = certificate_pem("shop")
    for verify in ("", "NONE", "FAILED:expired", "success"):
        assert identity_of(request(pem, verify=verify), TRUSTED) is None
    assert identity_of(request(pem, n=2), TRUSTED) is None
    for broken in ("", "x", pem[:200], pem * 40):
        assert identity_of(request(broken), TRUSTED) is None


def test_a_repeated_extension_is_no_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twice:
        @property
        def extensions(self) -> None:
            raise x509.DuplicateExtension("twice", x509.OID_SUBJECT_ALTERNATIVE_NAME)

    monkeypatch.setattr(x509, "load_pem_x509_certificate", lambda _pem: Twice())
    assert identity_of(request("x"), TRUSTED) is None


def test_identities_and_networks_that_are_malformed() -> None:
    check_identity(SPIFFE)
    check_identity("CN=shop 1")
    for text in ("shop", "CN=", "spiffe://", "spiffe://a/", "CN=" + "x" * 65):
        with pytest.raises(UsageError) as refused:
            check_identity(text)
        assert refused.value.message.startswith(
            "the identity of the client certificate is malformed: expected spiffe://DOMAIN/PATH or CN=NAME, got "
        )
    message = "a network of trusted_proxies is malformed: expected an address or a network, got 'localhost'"
    with pytest.raises(UsageError, match=message):
        networks_of(("localhost",))
