"""Load the key that signs certificates, or make one that nobody else can read."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from harness.errors import ConfigurationError, StorageError

FILE_NAME = "signing-key.pem"
MAX_BYTES = 64 * 1024
# A block with what stands above it, up to the next BEGIN: that text names the owner.
_PUBLIC = re.compile(
    rb"(?P<above>(?:(?!-----BEGIN).)*)"
    rb"(?P<pem>-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n?)",
    re.DOTALL,
)


def load_private(path: Path) -> Ed25519PrivateKey:
    """Read an Ed25519 key from PEM. Raises ConfigurationError."""
    try:
        key = load_pem_private_key(_read(path), password=None)
    except TypeError:
        # The library raises this for a key that wants a password.
        raise ConfigurationError(
            f"{path} is locked with a password.", advice="Give a key without one."
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise _not_a_key(path, "openssl genpkey -algorithm ed25519 -out KEY.pem") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_a_key(path, "openssl genpkey -algorithm ed25519 -out KEY.pem")
    return key


def load_or_make(path: Path) -> tuple[Ed25519PrivateKey, bool]:
    """Return the key at a path and whether it was made just now, readable by its owner alone."""
    if path.exists():
        return load_private(path), False
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Exclusively, and for its owner alone from the first byte on: no other process can read it,
        # or put another key there.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(pem)
    except OSError as problem:
        raise StorageError(path, problem) from None
    return key, True


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the half that anyone may have."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key that somebody trusts, and whose it is."""

    name: str
    key: Ed25519PublicKey


def load_trusted(path: Path) -> tuple[TrustedKey, ...]:
    """Read the public keys of a PEM file, each with the text above it. Raises ConfigurationError.

    The text names the owner; without one, the name of the file does.
    """
    raw = _read(path)
    blocks = list(_PUBLIC.finditer(raw))
    keys = [(_owner(each["above"]) or path.name, parse_public(each["pem"])) for each in blocks]
    # A private key in such a file was not meant to be handed on.
    if not keys or any(key is None for _, key in keys) or b"PRIVATE KEY" in raw:
        raise _not_a_key(path, "openssl pkey -in KEY.pem -pubout -out PUBLIC.pem", "public ")
    return tuple(TrustedKey(name, key) for name, key in keys if key is not None)


def _owner(above: bytes) -> str:
    # The last line above a block is where a comment on it stands.
    lines = above.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip().lstrip("#").strip() if lines else ""


def parse_public(pem: bytes) -> Ed25519PublicKey | None:
    """Return the key that PEM holds, or None where it holds none of ours."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES)
    except OSError as problem:
        raise ConfigurationError(
            f"{path} cannot be read ({problem.strerror}).", advice="Check the path."
        ) from None


def _not_a_key(path: Path, command: str, kind: str = "") -> ConfigurationError:
    return ConfigurationError(
        f"{path} is not an Ed25519 {kind}key in PEM.", advice=f"Make one with: {command}"
    )
