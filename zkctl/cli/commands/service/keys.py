"""The commands `zkctl service keys`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from zkctl.cli.command import CommandGroup, command
from zkctl.cli.commands.service.options import ServiceFile, read_settings
from zkctl.cli.output import Answer
from zkctl.cli.parameters import Argument, Option

if TYPE_CHECKING:
    from zkctl.service.proving.api_keys import ApiKey, IssuedKey

_DAY_S = 24 * 3600

Tenant = Annotated[
    str, Option("--tenant", metavar="NAME", help="The tenant, whose jobs and limits it shares.")
]
Subject = Annotated[
    str,
    Option(
        "--subject",
        metavar="DID",
        help="The user of the key [default: the certificate, else the tenant].",
    ),
]
Scope = Annotated[
    list[str],
    Option("--scope", metavar="SCOPE", help="prove, verify, registry or admin; repeatable."),
]
Days = Annotated[
    int | None,
    Option("--days", metavar="N", min=1, max=36500, help="The life of the key [default: no end]."),
]
RateClass = Annotated[
    str,
    Option("--rate-class", metavar="NAME", help="The class of rate limits: low, standard, high."),
]
Certificate = Annotated[
    str,
    Option(
        "--certificate",
        metavar="IDENTITY",
        help="spiffe://DOMAIN/PATH or CN=NAME: this client certificate stands for the key.",
    ),
]
Overlap = Annotated[
    float | None,
    Option("--overlap", metavar="SECONDS", min=0, help="The rest of its life [default: 24 hours]."),
]
KeyId = Annotated[str, Argument(metavar="KEYID", help="The eight characters after zk_live_.")]


def register(group: CommandGroup) -> None:
    """Add these commands to the group `keys`."""
    command(group, "create")(create)
    command(group, "list")(list_keys)
    command(group, "rotate")(rotate)
    command(group, "revoke")(revoke)


def create(
    tenant: Tenant,
    scope: Scope,
    subject: Subject = "",
    days: Days = None,
    rate_class: RateClass = "standard",
    certificate: Certificate = "",
    config: ServiceFile = None,
) -> Answer:
    """Make an API key and print it once.

    The database keeps a keyed digest: a lost key cannot be shown again. With
    --certificate no key is printed: a proxy that verified the certificate asks.

    Example:
        zkctl service keys create --tenant shop --scope verify --scope prove
    """
    from zkctl.service.proving.key_operations import KeyOperations, NewKey

    lifetime_s = None if days is None else float(days * _DAY_S)
    new = NewKey(
        tenant, subject or certificate or tenant, tuple(scope), rate_class, lifetime_s, certificate
    )
    return _issued(KeyOperations(read_settings(config)).create(new))


def list_keys(config: ServiceFile = None) -> Answer:
    """List the API keys with their tenants, scopes and ends.

    Example:
        zkctl service keys list
    """
    from zkctl.service.proving.key_operations import KeyOperations

    keys = [_shown(each) for each in KeyOperations(read_settings(config)).all()]
    return Answer({"keys": keys}, text=None if keys else "no keys")


def rotate(key_id: KeyId, overlap: Overlap = None, config: ServiceFile = None) -> Answer:
    """Replace an API key; the old one ends after the overlap.

    Example:
        zkctl service keys rotate k1a2b3c4
    """
    from zkctl.service.proving.key_operations import KeyOperations

    return _issued(KeyOperations(read_settings(config)).rotate(key_id, overlap))


def revoke(key_id: KeyId, config: ServiceFile = None) -> Answer:
    """Revoke an API key, which is refused within 5 seconds.

    Example:
        zkctl service keys revoke k1a2b3c4
    """
    from zkctl.service.proving.key_operations import KeyOperations

    return Answer(_shown(KeyOperations(read_settings(config)).revoke(key_id)))


def _issued(issued: IssuedKey) -> Answer:
    return Answer({"key": issued.text or None, **_shown(issued.key)})


def _shown(key: ApiKey) -> dict[str, Any]:
    now = datetime.now(UTC).timestamp()
    ended = key.expires_at is not None and key.expires_at <= now
    state = "revoked" if key.revoked_at is not None else "expired" if ended else "active"
    return {
        "id": key.id,
        "state": state,
        "environment": key.environment,
        "tenant": key.tenant,
        "subject": key.subject,
        "scopes": sorted(key.scopes),
        "rate_class": key.rate_class,
        "expires": _date(key.expires_at),
        "replaced_by": key.replaced_by,
    }


def _date(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
