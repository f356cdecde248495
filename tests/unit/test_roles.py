"""Further credentials are found by role: the mock's are built in, others come from variables."""

from pathlib import Path

from harness.config import Credentials, Overrides, mock_credentials
from tests.products import FRAME, PRODUCTS, load

ROLES = ("foreign", "provider", "payer", "outsider")
MOCK_ROLES = {role: mock_credentials(name) for role, name in PRODUCTS.roles.items()}


def test_the_mock_knows_every_built_in_role() -> None:
    clients = {each.client_id: each.client_secret for each in FRAME.clients}

    assert tuple(MOCK_ROLES) == ROLES
    assert all(clients[each.client_id] == each.client_secret for each in MOCK_ROLES.values())


def test_the_mock_environment_has_all_roles(tmp_path: Path) -> None:
    assert tuple(load(Overrides(), folder=tmp_path, environ={}).roles) == ROLES


def test_another_environment_has_the_roles_that_variables_name(tmp_path: Path) -> None:
    variables = {
        "HARNESS_FOREIGN_CLIENT_ID": "them",
        "HARNESS_FOREIGN_CLIENT_SECRET": "their secret",
    }

    settings = load(Overrides(environment="sandbox"), folder=tmp_path, environ=variables)

    assert settings.roles == {"foreign": Credentials("them", "their secret")}


def test_credentials_of_roles_are_not_shown() -> None:
    assert "secret" not in repr(MOCK_ROLES)
