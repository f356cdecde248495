from pathlib import Path

import pytest

from harness.errors import DocumentError
from harness.mock.credentials import load_clients
from harness.mock.settings import Rate
from tests.products import FRAME, PRODUCTS

WHOLE = """
clients:
  - client_id: clinic
    client_secret: made-up-secret
    organisation: north
    roles: [provider]
    submitter_ids: ["000111"]
    tax_ids: ["000000000"]
    products: [dental, medical]
    rate_limit: 20/m
  - client_id: bare
    client_secret: another-made-up-secret
  - client_id: clerk
    client_secret: a-third-made-up-secret
    products: [prior-auth]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "clients.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_client_has_what_the_file_says(tmp_path: Path) -> None:
    clinic, _, _ = load_clients(written(tmp_path, WHOLE), FRAME)

    assert (clinic.client_id, clinic.client_secret) == ("clinic", "made-up-secret")
    assert clinic.organisation == "north"
    assert clinic.roles == {"provider"}
    assert clinic.submitter_ids == ("000111",)
    assert clinic.tax_ids == ("000000000",)
    assert clinic.products == {"dental", "medical"}
    assert clinic.rate == Rate(20, 60)


def test_a_client_of_which_little_is_said_may_do_everything_for_itself(tmp_path: Path) -> None:
    _, bare, _ = load_clients(written(tmp_path, WHOLE), FRAME)

    assert bare.organisation == "bare"
    assert bare.roles == {"provider", "payer"}
    assert bare.products == set(PRODUCTS.names)
    assert bare.submitter_ids == ()
    assert bare.rate is None


def test_a_client_without_the_dental_product_has_no_role_there(tmp_path: Path) -> None:
    _, _, clerk = load_clients(written(tmp_path, WHOLE), FRAME)

    assert clerk.roles == frozenset()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clients: []", "names no clients"),
        ("[]", "names no clients"),
        ("clients: [{client_id: a}]", "1: client_secret has to be text"),
        ("clients: [{client_id: 7, client_secret: b}]", "Quote what looks like a number"),
        ("clients: [{client_id: a, client_secret: ''}]", "client_secret has to be text"),
        ("clients: [{client_id: a, client_secret: b, role: [payer]}]", "Did you mean 'roles'"),
        ("clients: [{client_id: a, client_secret: b, roles: [payr]}]", "Did you mean 'payer'"),
        ("clients: [{client_id: a, client_secret: b, tax_ids: [1]}]", "list of texts"),
        ("clients: [{client_id: a, client_secret: b, rate_limit: fast}]", "'fast' is no rate"),
        (
            "clients: [{client_id: a, client_secret: b, rate_limit: 5}]",
            "1:56: rate_limit has to be",
        ),
        (
            "clients: [{client_id: a, client_secret: b}, {client_id: a, client_secret: c}]",
            "names the client 'a' twice",
        ),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(DocumentError) as raised:
        load_clients(path, FRAME)

    assert str(raised.value).startswith(f"{path}:1:")
    assert message in str(raised.value)


def test_a_message_never_repeats_a_secret(tmp_path: Path) -> None:
    path = written(tmp_path, f"clients: [{{client_id: a, client_secret: {'s3cret' * 40}}}]")

    with pytest.raises(DocumentError) as raised:
        load_clients(path, FRAME)

    assert "s3cret" not in str(raised.value)
