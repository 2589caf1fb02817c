"""A key-encryption key that stays in AWS KMS: Encrypt and Decrypt under a symmetric key, with an encryption context.

Source: AWS KMS API reference, actions DescribeKey, Encrypt and Decrypt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from zkctl.errors import EnvironmentProblem, UsageError
from zkctl.runtime.printable import printable
from zkctl.service.proving.data.kek_faults import needed_package, not_opened

_CONNECT_SECONDS, _READ_SECONDS, _MAX_ATTEMPTS = 2, 5, 2
_FORM, _USAGE = "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"
_OTHER_KEY = frozenset(("IncorrectKeyException", "InvalidCiphertextException"))
_PERMISSIONS = "allow kms:DescribeKey, kms:Encrypt and kms:Decrypt on this key"
_PLACE = "name the key by its ARN, or set AWS_REGION to its region"
_CREDENTIALS = "set credentials that the AWS SDK finds, for example a role"
_HINTS = {
    "AccessDeniedException": _PERMISSIONS,
    "HTTP 403": _PERMISSIONS,
    "NotFoundException": _PLACE,
    "NoRegionError": _PLACE,
    "NoCredentialsError": _CREDENTIALS,
    "PartialCredentialsError": _CREDENTIALS,
    "UnrecognizedClientException": _CREDENTIALS,
    "ExpiredTokenException": _CREDENTIALS,
    "DisabledException": "enable the key",
}


class KmsKek:
    """A symmetric KMS key, named by its ARN, id or alias; `kek_id` has the ARN, so an alias that moves is another KEK.

    Credentials, region and endpoint are those that the AWS SDK finds.
    """

    def __init__(self, name: str) -> None:
        sdk, config = needed_package("boto3", "aws"), needed_package("botocore.config", "aws")
        self._exceptions = needed_package("botocore.exceptions", "aws")
        options = config.Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"total_max_attempts": _MAX_ATTEMPTS, "mode": "standard"},
        )
        try:
            session = sdk.session.Session()
            region = _region_of(name) or session.region_name
            self._client = session.client("kms", region_name=region, config=options)
        except (self._exceptions.BotoCoreError, ValueError) as problem:
            raise _unusable(type(problem).__name__) from None
        found = self._call("describe_key", KeyId=name)["KeyMetadata"]
        _check_key(*(str(found.get(each)) for each in ("KeySpec", "KeyUsage", "KeyState")))
        self._arn = str(found["Arn"])
        self.kek_id = f"aws-kms:{self._arn}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return the ciphertext of KMS.  Raises: EnvironmentProblem if KMS refuses or does not answer."""
        answer = self._call(
            "encrypt", KeyId=self._arn, Plaintext=key, EncryptionContext=_bound_to(context)
        )
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError; EnvironmentProblem if KMS refuses or does not answer."""
        answer = self._call(
            "decrypt",
            KeyId=self._arn,
            CiphertextBlob=wrapped,
            EncryptionContext=_bound_to(context),
        )
        if answer["KeyId"] != self._arn:
            raise not_opened()
        return bytes(answer["Plaintext"])

    def _call(self, action: str, **values: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, action)(**values)
        except self._exceptions.ClientError as problem:
            code = str(problem.response.get("Error", {}).get("Code", ""))
            if action == "decrypt" and code in _OTHER_KEY:
                raise not_opened() from None
            raise _unusable(f"HTTP {code}" if code.isdigit() else code) from None
        except self._exceptions.ParamValidationError:  # as a ciphertext of no bytes
            raise not_opened() from None
        except self._exceptions.BotoCoreError as problem:
            raise _unusable(type(problem).__name__) from None
        return answer


def _check_key(form: str, usage: str, state: str) -> None:
    """Check that a key can wrap.  Raises: UsageError for a key of another kind, EnvironmentProblem for another state."""
    if (form, usage) != (_FORM, _USAGE):
        raise UsageError(
            f"the KMS key cannot wrap keys: expected the kind {_FORM} {_USAGE},"
            f" got {printable(form, 40)} {printable(usage, 40)}"
        )
    if state != "Enabled":
        raise EnvironmentProblem(
            f"the KMS key cannot be used: expected the state Enabled, got {printable(state, 40)}",
            hint="enable the key, or name another one",
        )


def _bound_to(context: bytes) -> dict[str, str]:
    """Return the encryption context: AWS logs it in clear, so a digest stands for tenant, registry and leaf."""
    return {"zkctl": hashlib.sha256(b"zkctl kms context 1|" + context).hexdigest()}


def _region_of(name: str) -> str:
    """Return the region of arn:PARTITION:kms:REGION:ACCOUNT:..., "" for an id or alias."""
    parts = name.split(":")
    return parts[3] if parts[0] == "arn" and len(parts) > 4 else ""


def _unusable(reason: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"the key-encryption key cannot be used in AWS KMS: {printable(reason, 80)}",
        hint=_HINTS.get(reason, "look at the key, its region, and the network to AWS"),
    )
