"""Sign a statement and open it again: DSSE with Ed25519."""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.jsonvalue import items, members, text

PAYLOAD_TYPE = "application/vnd.in-toto+json"


class BadEnvelope(ValueError):
    """The envelope was not sealed with this key, or is not as it was sealed."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed (DSSE 1.0, pre-authentication encoding)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(key: Ed25519PublicKey) -> str:
    """Return the fingerprint of a key, to be compared by people too."""
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def seal(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the envelope of a payload."""
    signature = key.sign(pae(PAYLOAD_TYPE, payload))
    return _envelope(payload, signature, key_id(key.public_key()))


def unsealed(envelope: bytes, key: Ed25519PublicKey) -> bytes:
    """Return the payload. Raises BadEnvelope for a wrong key and for a single changed byte."""
    payload, signature = _parts(envelope)
    try:
        key.verify(signature, pae(PAYLOAD_TYPE, payload))
    except InvalidSignature:
        raise BadEnvelope("the signature is not of this key and this statement") from None
    # JSON and base64 spell the same in many ways; only the way it was sealed is let pass.
    if envelope != _envelope(payload, signature, key_id(key)):
        raise BadEnvelope("the envelope is not written as it was sealed")
    return payload


def payload_of(envelope: bytes) -> bytes:
    """Return the payload without asking who sealed it. Raises BadEnvelope."""
    return _parts(envelope)[0]


def _parts(envelope: bytes) -> tuple[bytes, bytes]:
    try:
        fields = members(json.loads(envelope))
        payload = base64.b64decode(text(fields["payload"]), validate=True)
        signed = members(items(fields["signatures"])[0])
        return payload, base64.b64decode(text(signed["sig"]), validate=True)
    except (ValueError, KeyError, IndexError, RecursionError):
        raise BadEnvelope("this is not a DSSE envelope") from None


def _envelope(payload: bytes, signature: bytes, keyid: str) -> bytes:
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": keyid, "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(envelope, indent=2).encode() + b"\n"
