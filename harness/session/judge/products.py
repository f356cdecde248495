"""Find the products whose clients can be judged, with their scenarios and requirement ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from harness.errors import ConfigurationError, NothingSelected, UnknownName
from harness.judge.load import Known, ScenarioSet, load_scenarios
from harness.judge.operations import Route, routes_of
from harness.judge.product import ClientProduct
from harness.judge.scenario import Expectation, Scenario
from harness.openapi import requirements
from harness.openapi.bundled import bundled_document
from harness.products.registry import installed
from harness.resources import shipped

SHARED = "platform"
FOLDER = "scenarios"


@dataclass(frozen=True, slots=True)
class Judged:
    """One product ready to be judged: its scenarios and the operations that its clients call."""

    product: ClientProduct
    routes: tuple[Route, ...]
    scenarios: tuple[Scenario, ...]
    always: tuple[Expectation, ...]


def judged_products(names: Sequence[str] = (), only: Sequence[str] = ()) -> tuple[Judged, ...]:
    """Load the scenarios of products. Raises UnknownName, NothingSelected, DocumentError."""
    known = _client_products()
    for name in names:
        if name not in known:
            raise UnknownName(None, kind="product", name=name, known=tuple(known))
    found = tuple(_judged(each, only) for each in known.values() if not names or each.name in names)
    chosen = tuple(each for each in found if each.scenarios)
    if not chosen:
        raise NothingSelected(
            f"no scenario fits '{','.join(only)}'.", advice="See them with: harness judge list"
        )
    return chosen


@cache
def _client_products() -> Mapping[str, ClientProduct]:
    """Return the products whose clients can be judged. Raises ConfigurationError."""
    found = {}
    for product in installed().all:
        clients = product.clients()
        if clients is None:
            continue
        if not isinstance(clients, ClientProduct):
            raise ConfigurationError(
                f"the clients of '{product.name}' are a {type(clients).__name__}.",
                advice="Let Product.clients return a harness.judge.product.ClientProduct.",
            )
        found[product.name] = clients
    return found


def known_for(product: ClientProduct) -> Known:
    """Return the names that scenarios of a product may use."""
    routes = routes_of(bundled_document(name) for name in product.documents)
    rules = requirements.load(file_name=requirements.CLIENT_FILE_NAME)
    return Known(rules, routes, product.generators, product.main)


def client_product(name: str) -> ClientProduct:
    """Return a product whose clients can be judged. Raises UnknownName."""
    known = _client_products()
    if name not in known:
        raise UnknownName(None, kind="product", name=name, known=tuple(known))
    return known[name]


def _judged(product: ClientProduct, only: Sequence[str]) -> Judged:
    known = known_for(product)
    own = _loaded(product.name, product.name, known)
    shared = _loaded(SHARED, product.name, known)
    scenarios = (*shared.scenarios, *own.scenarios)
    wanted = tuple(each for each in scenarios if _is_wanted(each.id, only))
    return Judged(product, tuple(known.routes), wanted, (*shared.always, *own.always))


def _loaded(folder: str, product: str, known: Known) -> ScenarioSet:
    return load_scenarios(shipped("specs") / folder / FOLDER, product, known)


def _is_wanted(scenario: str, only: Sequence[str]) -> bool:
    if not only:
        return True
    return any(
        scenario == each or scenario.startswith(f"{each}/") or fnmatchcase(scenario, each)
        for each in only
    )
