import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from harness.errors import ConfigurationError, StorageError
from harness.session.certify import keys


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "signing-key.pem"

    first, made = keys.load_or_make(path)
    second, again = keys.load_or_make(path)

    assert (made, again) == (True, False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.public_pem(first) == keys.public_pem(second)


def test_the_public_half_is_read_back(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "public.pem").write_bytes(keys.public_pem(key))

    assert keys.load_trusted(tmp_path / "public.pem") == (
        keys.TrustedKey("public.pem", key.public_key()),
    )


def test_a_file_may_hold_several_keys_each_below_its_owners_name(tmp_path: Path) -> None:
    one, two = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    text = (
        b"# Sample Board\n" + keys.public_pem(one) + b"\n# Another Board\n" + keys.public_pem(two)
    )
    (tmp_path / "issuers.pem").write_bytes(text)

    found = keys.load_trusted(tmp_path / "issuers.pem")

    assert [(each.name, each.key) for each in found] == [
        ("Sample Board", one.public_key()),
        ("Another Board", two.public_key()),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"nonsense", "is not an Ed25519 key in PEM.*openssl genpkey", id="nonsense"),
        pytest.param(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            "is not an Ed25519 key",
            id="another_kind",
        ),
        pytest.param(
            Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
            ),
            "is locked with a password",
            id="locked",
        ),
    ],
)
def test_what_is_no_key_of_ours_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "key.pem").write_bytes(content)

    with pytest.raises(ConfigurationError, match=message):
        keys.load_private(tmp_path / "key.pem")


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"key\.pem cannot be read"):
        keys.load_private(tmp_path / "key.pem")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        keys.load_trusted(tmp_path / "key.pem")


def test_a_private_key_is_no_public_one(tmp_path: Path) -> None:
    keys.load_or_make(tmp_path / "key.pem")

    with pytest.raises(ConfigurationError, match="is not an Ed25519 public key"):
        keys.load_trusted(tmp_path / "key.pem")


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="cannot be written"):
        keys.load_or_make(tmp_path / "file" / "key.pem")
