"""Key-encryption keys: in a file, in a PKCS#11 token, in Vault's transit engine, or in AWS KMS.

A KEK wraps the data key (DEK) of one address.  `context` is bound to the wrapped key: it opens in no other place.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from zkctl.errors import EnvironmentProblem, FormatError, IntegrityError, UsageError
from zkctl.runtime.printable import printable
from zkctl.service.proving.data.kek_faults import needed_package, not_opened
from zkctl.service.proving.data.kms_kek import KmsKek
from zkctl.storage.private import open_private_file, read_mounted_secret

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
_MAX_FILE = 1024
_TIMEOUT_SECONDS = 5


class KeyEncryptionKey(Protocol):
    """An open KEK.  `kek_id` stands beside each key that it wrapped."""

    kek_id: str

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return the wrapped key."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError for a key of another KEK or context."""


def open_kek(text: str, environ: Mapping[str, str]) -> KeyEncryptionKey:
    """Open the KEK that a setting names: file:PATH, pkcs11:URI (RFC 7512), vault:URL/MOUNT/KEY or aws-kms:KEY.

    Raises: UsageError for another form; EnvironmentProblem for a missing extra, file, token or server.
    """
    kind, _, rest = text.partition(":")
    if kind == "file" and rest:
        return FileKek(Path(rest))
    if kind == "pkcs11" and rest:
        return TokenKek(rest, environ)
    if kind == "vault" and rest:
        return VaultKek(rest, environ)
    if kind == "aws-kms" and rest:
        return KmsKek(rest)
    raise UsageError(
        "the key-encryption key has an unknown form: expected file:, pkcs11:, vault: or aws-kms:",
        hint="write ZKCTL_KEK=file:/path/to/kek",
    )


def make_kek_file(path: Path) -> None:
    """Make the file of a new KEK that only its owner can read.  Raises: EnvironmentProblem if it exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(open_private_file(path, flags), "wb") as file:
        file.write(os.urandom(KEY_BYTES).hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


class KekRing:
    """A KEK and the one before it: new keys are wrapped by the first, keys of either are opened."""

    def __init__(self, kek: KeyEncryptionKey, previous: KeyEncryptionKey) -> None:
        self.kek_id, self._kek, self._previous = kek.kek_id, kek, previous
        self.kek_ids = (kek.kek_id, previous.kek_id)

    def named(self, kek_id: str) -> KeyEncryptionKey:
        """Return the KEK of an id in `kek_ids`, this ring where both have the id: one that is remote is not asked in vain."""
        if self.kek_ids == (kek_id, kek_id):
            return self
        return self._kek if kek_id == self.kek_id else self._previous

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return the key wrapped by the first KEK."""
        return self._kek.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError."""
        try:
            return self._kek.unwrap(wrapped, context)
        except IntegrityError:
            return self._previous.unwrap(wrapped, context)


class FileKek:
    """A KEK of 32 bytes in a file of 64 hexadecimal digits; AES-256-GCM."""

    def __init__(self, path: Path) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            key = bytes.fromhex(read_mounted_secret(path, _MAX_FILE).decode("ascii").strip())
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise FormatError(
                f"the key-encryption key has a wrong form: expected {2 * KEY_BYTES} hexadecimal digits",
                where=printable(path),
            )
        self._cipher = AESGCM(key)
        self.kek_id = f"file:{_id_of(key)}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError."""
        from cryptography.exceptions import InvalidTag

        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise not_opened() from None


class TokenKek:
    """A KEK that stays in a PKCS#11 token: AES-256-GCM by the token.

    The URI has token, object, and module-path; the PIN comes from ZKCTL_KEK_PIN or the file ZKCTL_KEK_PIN_FILE.
    """

    def __init__(self, uri: str, environ: Mapping[str, str]) -> None:
        path, _, query = uri.partition("?")
        attributes = _attributes(path, ";") | _attributes(query, "&")
        missing = [name for name in ("token", "object", "module-path") if name not in attributes]
        if missing:
            raise UsageError(f"the PKCS#11 URI of the key-encryption key lacks {missing[0]}")
        pkcs11 = needed_package("pkcs11", "hsm")
        self._library, self._lock = pkcs11, threading.Lock()
        label = attributes["object"]
        try:
            library = pkcs11.lib(attributes["module-path"])
            token = library.get_token(token_label=attributes["token"])
            session = token.open(user_pin=secret_of(environ, "ZKCTL_KEK_PIN"))
            self._key = session.get_key(object_class=pkcs11.ObjectClass.SECRET_KEY, label=label)
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as problem:
            raise EnvironmentProblem(
                f"the key-encryption key cannot be opened in the token: {type(problem).__name__}"
            ) from None
        self.kek_id = f"pkcs11:{attributes['token']}:{label}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._call("encrypt", key, nonce, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError."""
        try:
            return self._call("decrypt", wrapped[NONCE_BYTES:], wrapped[:NONCE_BYTES], context)
        except self._library.PKCS11Error:
            raise not_opened() from None

    def _call(self, name: str, content: bytes, nonce: bytes, context: bytes) -> bytes:
        parameters = self._library.GCMParams(nonce, context, 8 * TAG_BYTES)
        with self._lock:  # a session serves one thread at a time
            return bytes(
                getattr(self._key, name)(
                    content, mechanism=self._library.Mechanism.AES_GCM, mechanism_param=parameters
                )
            )


class VaultKek:
    """A KEK that stays in Vault: the transit engine's encrypt and decrypt, with associated data.

    The token comes from VAULT_TOKEN or the file VAULT_TOKEN_FILE.
    """

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        mount, _, name = parts.path.strip("/").rpartition("/")
        if parts.scheme not in ("http", "https") or not mount or not name:
            raise UsageError(
                "the address of the key-encryption key in Vault has a wrong form:"
                " expected vault:https://HOST:PORT/MOUNT/KEY"
            )
        hvac = needed_package("hvac", "vault")
        self._mount, self._name = mount, name
        self._errors = (hvac.exceptions.VaultError, OSError)
        self._client = hvac.Client(
            url=f"{parts.scheme}://{parts.netloc}",
            token=secret_of(environ, "VAULT_TOKEN"),
            timeout=_TIMEOUT_SECONDS,
        )
        self._invalid = hvac.exceptions.InvalidRequest
        self.kek_id = f"vault:{mount}/{name}"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return Vault's ciphertext, which names the version of the key."""
        answer = self._call(
            "encrypt_data", plaintext=_base64(key), associated_data=_base64(context)
        )
        return str(answer["ciphertext"]).encode()

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key.  Raises: IntegrityError; EnvironmentProblem if Vault does not answer."""
        try:
            answer = self._call(
                "decrypt_data",
                ciphertext=wrapped.decode("ascii", "replace"),
                associated_data=_base64(context),
            )
        except self._invalid:
            raise not_opened() from None
        return base64.b64decode(answer["plaintext"])

    def _call(self, name: str, **values: str) -> Mapping[str, Any]:
        transit = self._client.secrets.transit
        try:
            answer = getattr(transit, name)(name=self._name, mount_point=self._mount, **values)
        except self._invalid:
            raise
        except self._errors as problem:
            raise EnvironmentProblem(
                f"the key-encryption key cannot be used in Vault: {type(problem).__name__}"
            ) from None
        found: Mapping[str, Any] = answer["data"]
        return found


def secret_of(environ: Mapping[str, str], name: str) -> str:
    """Return a secret of the environment, or of the file that NAME_FILE names.  Raises: EnvironmentProblem."""
    if file := environ.get(f"{name}_FILE"):
        return read_mounted_secret(Path(file), _MAX_FILE).decode("utf-8", "replace").strip()
    if name not in environ:
        raise EnvironmentProblem(f"{name} is not set", hint=f"set {name}_FILE to a file with it")
    return environ[name]


def _attributes(text: str, separator: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(separator) if each)
    return {name: unquote(value) for name, _, value in pairs}


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"zkctl kek id 1|" + key).hexdigest()[:16]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
