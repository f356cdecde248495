"""Word a certificate as an in-toto statement, sign and open it (DSSE with Ed25519), and list files with their digests."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.jsonvalue import Json, items, members, text
from harness.outcome import Status
from harness.verdict.certificate import CERTIFICATE, REPORT
from harness.verdict.model import Judged

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

_CLAIMED = (
    *(
        "kind",
        "certified",
        "conformant",
        "serial",
        "issuer",
        "signed_by",
        "subject",
        "judged",
        "verdict",
        "reason",
    ),
    *("scope", "profile", "started", "issued", "expires", "harness_version"),
)
# What could not be judged has not passed, and in-toto knows nothing between.
_FAILED = (Status.FAIL, Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)


def statement(
    certificate: Mapping[str, Json], judged: Sequence[Judged], digests: Mapping[str, str]
) -> dict[str, object]:
    """Return the statement over the named files (in-toto test-result v0.1)."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in digests.items()
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": result(certificate),
            "configuration": _configuration(certificate),
            "certificate": claims(certificate),
            "passedTests": _names(judged, Status.PASS),
            "warnedTests": _names(judged, Status.WARN, Status.WAIVED),
            "failedTests": _names(judged, *_FAILED),
        },
    }


def result(certificate: Mapping[str, Json]) -> str:
    """Return PASSED, WARNED for a specimen and where it rests on waivers, else FAILED.

    What is unclear has not passed, and whoever reads nothing but this word must not take a run
    against our own mock for one against a server.
    """
    if certificate["conformant"] is not True or certificate["kind"] == REPORT:
        return "FAILED"
    is_plain = certificate["kind"] == CERTIFICATE and certificate["verdict"] == "CONFORMANT"
    return "PASSED" if is_plain else "WARNED"


def claims(certificate: Mapping[str, Json]) -> dict[str, object]:
    """Return what the signature vouches for in words; `harness verify` prints nothing else."""
    return {name: certificate[name] for name in _CLAIMED}


def _configuration(certificate: Mapping[str, Json]) -> list[object]:
    documents = [members(item) for item in items(certificate["documents"])]
    sets = [members(item) for item in items(certificate["requirement_sets"])]
    named = [
        *((f"openapi/{text(document['api'])}", document) for document in documents),
        *((f"requirements/{text(other['name'])}", other) for other in sets),
    ]
    return [{"name": name, "digest": {"sha256": item["sha256"]}} for name, item in named]


def _names(judged: Sequence[Judged], *statuses: Status) -> list[str]:
    return [candidate.planned.case for candidate in judged if candidate.status in statuses]


# Two spaces, as `sha256sum --check` reads it.
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def sha256(raw: bytes) -> str:
    """Return the digest in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the digest of each file, ordered by path."""
    # In a fixed order, so that one content has one manifest.
    return {path: sha256(files[path]) for path in sorted(files)}


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of some files."""
    return "".join(f"{digest}  {path}\n" for path, digest in digests(files).items()).encode()


def read_manifest(raw: bytes) -> dict[str, str]:
    """Return digest by path. Raises ValueError for anything that `manifest_of` does not write."""
    lines = raw.decode("utf-8").splitlines()
    found = {}
    for line in lines:
        pair = _LINE.fullmatch(line)
        # A path that stands there twice could be checked against the wrong digest.
        if pair is None or pair[2] in found:
            raise ValueError(f"not a line of a manifest: {line[:80]}")
        found[pair[2]] = pair[1]
    return found


PAYLOAD_TYPE = "application/vnd.in-toto+json"


class BadEnvelope(ValueError):
    """The envelope was not sealed with this key, or is not as it was sealed."""


# Signing the type along with the payload keeps one from being passed off as another.
def pae(payload_type: str, payload: bytes) -> bytes:
    """Return what is signed (DSSE 1.0, pre-authentication encoding)."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(key: Ed25519PublicKey) -> str:
    """Return the fingerprint of a key, to be compared by people too."""
    raw = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # Of the DER form, which `openssl pkey -pubin -outform DER | sha256sum` gives as well.
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
        # Strict: without `validate` characters that are no base64 would be skipped.
        payload = base64.b64decode(text(fields["payload"]), validate=True)
        # One signature is what we write; more would be of people that nobody asked about.
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
    # The same spelling each time, which `unsealed` compares byte by byte.
    return json.dumps(envelope, indent=2).encode() + b"\n"
