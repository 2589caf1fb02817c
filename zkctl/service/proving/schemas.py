"""The shapes of bodies: exactly these members, of these types.  Answers are here for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_MAX_TIME = 1 << 53
Decimal = Annotated[str, Field(pattern="^(0|[1-9][0-9]{0,77})$", description="An integer.")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern="^[A-Za-z0-9_.-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Base64 = Annotated[str, Field(min_length=1, max_length=65_536, pattern="^[A-Za-z0-9_-]+$")]
RegistryName = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
RevocationReason = Literal[
    "address_change", "user_request", "invalid", "expired", "security_breach", "user_deletion"
]
Region = Annotated[str, Field(min_length=2, max_length=64)]


class Shape(BaseModel):
    """A JSON object without surprises; members are in camel case."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


class Answer200(BaseModel):
    """A JSON object of an answer."""

    model_config = ConfigDict(alias_generator=to_camel)


class ContextShape(Shape):
    """What a proof is bound to: a verifier, a nonce (decimal), and the time in seconds since 1970 until which it counts."""

    verifier_id: Text
    nonce: Decimal
    expiry: Annotated[int, Field(ge=0, le=_MAX_TIME)]


class GenerateShape(Shape):
    """A request for a proof: one of `pattern` and `circuitId`, one of `pid`, `inputs` and `sealedInputs`."""

    pattern: Name | None = None
    circuit_id: Name | None = None
    pid: Annotated[str, Field(max_length=200)] | None = None
    inputs: dict[str, Any] | None = None
    sealed_inputs: Base64 | None = None
    context: ContextShape | None = None
    scope: Decimal | None = None
    reveal: Annotated[list[Name], Field(max_length=8)] | None = None
    allowed: Annotated[list[Region], Field(max_length=64)] | None = None
    prohibited: Annotated[list[Region], Field(max_length=64)] | None = None
    result_key: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$")] | None = None


class GenerateBatchShape(Shape):
    """Requests for proofs; all are accepted or none."""

    requests: Annotated[list[GenerateShape], Field(min_length=1)]


class ExpectShape(Shape):
    """What the verifier expects of the public signals; `scope` is the value of the signal."""

    context: ContextShape | None = None
    scope: Decimal | None = None
    verifier_id: Text | None = None
    max_root_age_s: Annotated[int, Field(ge=0, le=_MAX_TIME)] | None = None
    consume_nullifier: bool = False


class StatementShape(Shape):
    """A bundle, or a proof of snarkjs with its public signals."""

    proof: str | dict[str, Any]
    public_signals: list[str] | None = None


class VerifyShape(StatementShape):
    """A statement to verify; a bundle names its circuit itself."""

    circuit_id: Name | None = None
    expect: ExpectShape | None = None


class VerifyBatchShape(Shape):
    """Statements of one circuit, and what is expected of each."""

    circuit_id: Name | None = None
    statements: Annotated[list[StatementShape], Field(min_length=1)]
    expect: ExpectShape | None = None


class ChallengeShape(Shape):
    """A request for a nonce that can be used once."""

    verifier_id: Text
    scope: Decimal | None = None
    ttl_s: Annotated[int, Field(ge=1)] = Field(default=300, alias="ttl_s")


# -- answers


class ProofAnswer(Answer200):
    """A proof; with `resultKey` the member `sealedResult` instead of `proof` and `publicSignals`."""

    job_id: str
    state: str
    circuit_id: str
    protocol: str
    curve: str
    proof: str | None = None
    public_signals: list[str] | None = None
    sealed_result: str | None = None
    statement_id: str
    expires_at: str


class JobAnswer(Answer200):
    """A job; `error` if it failed."""

    job_id: str
    state: str
    circuit_id: str
    queued_at: str
    position: int | None = None
    error: str | None = None


class JobsAnswer(Answer200):
    """The jobs of a batch, in its order."""

    jobs: list[JobAnswer]


class ChecksAnswer(Answer200):
    """The results of the checks: ok, failed or not-requested."""

    equation: str
    root: str
    revocation_root: str
    context: str
    nullifier: str


class VerifyAnswer(Answer200):
    """A verdict; `reason` if it is false."""

    valid: bool
    circuit_id: str
    statement_id: str
    reason: str | None = None
    checks: ChecksAnswer
    verified_at: str
    cached: bool


class VerifyBatchAnswer(Answer200):
    """The verdicts in the order of the statements."""

    valid: bool
    results: list[VerifyAnswer]


class ChallengeAnswer(Answer200):
    """A nonce, the time until which it counts, and the context that a proof must have."""

    nonce: str
    expiry: int
    context: str


class AddressShape(Shape):
    """A leaf by its commitments and the holder's public key, as decimal integers."""

    registry: RegistryName
    pid_commitment: Decimal
    fields_commitment: Decimal
    holder_key: Decimal
    version: Annotated[int, Field(ge=0, le=0xFFFF_FFFF)] = 1


class AddressAnswer(Answer200):
    """A leaf and its place in the tree; it counts from the next epoch on."""

    registry: str
    leaf: str
    leaf_index: int


class RevocationShape(Shape):
    """A leaf to revoke; `newLeaf` replaces it after a change of address."""

    registry: RegistryName
    leaf: Decimal
    reason: RevocationReason
    new_leaf: Decimal | None = None


class RevocationAnswer(Answer200):
    """The version of the revocation list from which on the leaf is revoked, and the time in seconds since 1970."""

    registry: str
    leaf: str
    list_version: int
    revoked_at: int


class RootAnswer(Answer200):
    """A signed epoch; without roots if it withdraws an earlier one."""

    registry: str
    epoch: int
    root: str | None
    revocation_root: str | None
    valid_from: str
    leaves: int
    withdrawn: bool
    record: str
    signature: str
    tree_digest: str | None


class RootsAnswer(Answer200):
    """The last epochs of each registry, the newest last."""

    roots: list[RootAnswer]


class FlagShape(BaseModel):
    """The members of the feature flag to change."""

    model_config = ConfigDict(extra="forbid")

    zkp_enabled: bool | None = None
    rollout_percentage: Annotated[float, Field(ge=0, le=100)] | None = None
    whitelist: Annotated[list[Text], Field(max_length=10_000)] | None = None
    shadow: bool | None = None


class FlagAnswer(BaseModel):
    """The whole flag."""

    zkp_enabled: bool
    rollout_percentage: float
    whitelist: list[str]
    shadow: bool
    version: int


class HealthAnswer(BaseModel):
    """The state of the service."""

    status: str
    circuits: str
    database: str


class ProblemAnswer(BaseModel):
    """A problem (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    requestId: str  # noqa: N815  # as it is written
