"""The shapes of bodies: exactly these members, of these types.  Answers are here for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_MAX_TIME = 1 << 53
Decimal = Annotated[str, Field(pattern="^(0|[1-9][0-9]{0,77})$", description="An integer.")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern="^[A-Za-z0-9_.-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Base64 = Annotated[str, Field(min_length=1, max_length=65_536, pattern="^[A-Za-z0-9_-]+$")]
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
