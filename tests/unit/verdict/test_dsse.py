import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from harness.verdict.statement import BadEnvelope, key_id, pae, payload_of, seal, unsealed

KEY = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)


def test_what_is_signed_is_what_the_specification_says() -> None:
    # The example of the DSSE protocol, section "Test vectors".
    assert (
        pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@given(st.binary(max_size=200))
def test_what_was_sealed_is_opened(payload: bytes) -> None:
    envelope = seal(payload, KEY)

    assert unsealed(envelope, KEY.public_key()) == payload
    assert payload_of(envelope) == payload


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(BadEnvelope, match="not of this key"):
        unsealed(seal(b"{}", KEY), OTHER.public_key())


@given(st.data())
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    envelope = bytearray(seal(b'{"a":1}', KEY))
    at = data.draw(st.integers(0, len(envelope) - 1))
    envelope[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(BadEnvelope):
        unsealed(bytes(envelope), KEY.public_key())


@pytest.mark.parametrize(
    "respell",
    [
        pytest.param(lambda e: json.dumps(json.loads(e)).encode(), id="white_space"),
        pytest.param(lambda e: e + b"\n", id="line_more"),
        pytest.param(lambda e: e.replace(key_id(KEY.public_key()).encode(), b"x"), id="key_id"),
    ],
)
def test_another_spelling_of_the_same_envelope_is_noticed(respell: object) -> None:
    envelope = respell(seal(b"{}", KEY))  # type: ignore[operator]  # a function of bytes

    with pytest.raises(BadEnvelope, match="not written as it was sealed"):
        unsealed(envelope, KEY.public_key())


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'{"payload":"e30="}', id="unsigned"),
        pytest.param(b'{"payload":"e30=","signatures":[]}', id="no_signature"),
        pytest.param(b'{"payload":"?","signatures":[{"sig":""}]}', id="no_base64"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_what_is_no_envelope_is_refused(raw: bytes) -> None:
    with pytest.raises(BadEnvelope, match="not a DSSE envelope"):
        unsealed(raw, KEY.public_key())


def test_an_empty_signature_is_refused() -> None:
    raw = json.dumps(
        {"payload": base64.b64encode(b"{}").decode(), "signatures": [{"sig": ""}]}
    ).encode()

    with pytest.raises(BadEnvelope, match="not of this key"):
        unsealed(raw, KEY.public_key())
