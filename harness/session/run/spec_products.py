"""Let a run test the OpenAPI documents that a user names, each as a product of its own."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from harness.config import Environment, Settings
from harness.errors import ConfigurationError
from harness.jsonvalue import MISSING, lookup
from harness.mock.document.security import TOKEN as MOCK_TOKEN
from harness.mock.document.security import USER as MOCK_USER
from harness.mock.frame import Frame
from harness.product import Products
from harness.products.document import document_at, document_product, name_of
from harness.products.mocks import frame, frame_of
from harness.rules.document.access import PASSWORD, TOKEN, USER, AccessPlan
from harness.settings import is_loopback
from harness.settings_file import DocumentSettings, document_settings, find

# Each document is a product with a mock and rules of its own, and costs as much.
MOST_DOCUMENTS = 20


@contextmanager
def frame_for(specs: Sequence[Path]) -> Iterator[Frame]:
    """Yield the mock of the named documents, or of the installed products where none is named."""
    if not specs:
        yield frame()
        return
    with tempfile.TemporaryDirectory(prefix="harness-specs-") as folder:
        named = (document_product(document_at(each), Path(folder), AccessPlan()) for each in specs)
        yield frame_of(Products(tuple(named)))


@contextmanager
def with_documents(settings: Settings, specs: Sequence[Path]) -> Iterator[Settings]:
    """Yield settings whose products are the named documents, and no other.

    Raises ConfigurationError, DocumentError.
    """
    if len(specs) > MOST_DOCUMENTS:
        raise ConfigurationError(f"more than {MOST_DOCUMENTS} documents in one run.")
    specs = tuple(document_at(each) for each in specs)
    known = document_settings(settings.file_folder)
    with tempfile.TemporaryDirectory(prefix="harness-specs-") as folder:
        plans = {path: _plan(path, settings, known) for path in specs}
        products = Products(
            tuple(document_product(path, Path(folder), plan) for path, plan in plans.items())
        )
        secrets = tuple(secret for plan in plans.values() for secret in plan.secrets)
        yield replace(
            settings,
            environment=_spared(settings),
            products=products,
            apis=products.names,
            secrets=secrets,
            # Workflows belong to products that this run does not have.
            workflows=(),
            specs=specs,
        )


def _spared(settings: Settings) -> Environment:
    """Return the environment; what is not on this machine is changed only where `harness.yaml` says so.

    A document says what can be called, and nothing of whose data it would change.
    """
    environment = settings.environment
    # By the name of its settings, since a URL that was given makes it custom.
    name = environment.settings_of or environment.name
    place = f"/environments/{name}/capabilities/writes_allowed"
    file = find(settings.file_folder)
    is_said = file is not None and lookup(file.data, place) is not MISSING
    if not environment.base_url or is_loopback(environment) or is_said:
        return environment
    capabilities = replace(environment.capabilities, writes_allowed=False)
    return replace(environment, capabilities=capabilities)


def _plan(path: Path, settings: Settings, known: Mapping[str, DocumentSettings]) -> AccessPlan:
    own = known.get(name_of(path), DocumentSettings())
    # Our own mock takes credentials of its own where the user has set none.
    is_ours = not settings.environment.base_url
    return AccessPlan(
        token=_variable(settings, own.token_variable or f"HARNESS_{TOKEN}")
        or (MOCK_TOKEN if is_ours else ""),
        user=_variable(settings, own.user_variable or f"HARNESS_{USER}")
        or (MOCK_USER if is_ours else ""),
        password=_variable(settings, own.password_variable or f"HARNESS_{PASSWORD}")
        or (MOCK_TOKEN if is_ours else ""),
        scheme=own.scheme,
        parameters=own.parameters,
        members=own.members,
        left_out=own.left_out,
    )


def _variable(settings: Settings, name: str) -> str:
    return settings.variables.get(name, "").strip()
