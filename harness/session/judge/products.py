"""Find the products whose clients can be judged, with their scenarios and requirement ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.errors import NothingSelected, UnknownName
from harness.judge.load import Known, ScenarioSet, load_scenarios
from harness.judge.operations import Route, routes_of
from harness.judge.product import ClientProduct
from harness.judge.scenario import Expectation, Scenario
from harness.openapi import requirements
from harness.openapi.bundled import bundled_document
from harness.product import Products, part_of
from harness.products.mocks import frame
from harness.products.registry import installed
from harness.resources import shipped

SHARED = "platform"
FOLDER = "scenarios"
_FIRST = ("token", "health")
"""Groups of the shared scenarios that come before those of the product."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One product ready to be judged: its scenarios and the operations that its clients call."""

    product: ClientProduct
    routes: tuple[Route, ...]
    scenarios: tuple[Scenario, ...]
    always: tuple[Expectation, ...]


def judged_products(names: Sequence[str] = ()) -> tuple[Judged, ...]:
    """Load all scenarios of products. Raises UnknownName, DocumentError."""
    clients = client_products(installed())
    known = tuple(each.name for each in clients)
    for name in names:
        if name not in known:
            raise UnknownName(None, kind="product", name=name, known=known)
    return tuple(_judged(each) for each in clients if not names or each.name in names)


def selected(products: Iterable[Judged], only: Sequence[str]) -> tuple[Judged, ...]:
    """Return the products with the scenarios that fit a pattern. Raises NothingSelected."""
    found = (
        replace(each, scenarios=tuple(one for one in each.scenarios if _is_wanted(one.id, only)))
        for each in products
    )
    chosen = tuple(each for each in found if each.scenarios)
    if not chosen:
        raise NothingSelected(
            f"no scenario fits '{','.join(only)}'.", advice="See them with: harness judge list"
        )
    return chosen


def client_products(products: Products) -> tuple[ClientProduct, ...]:
    """Return the products whose clients can be judged. Raises ConfigurationError where a part is none."""
    parts = (part_of(product, "clients", ClientProduct) for product in products.all)
    return tuple(part for part in parts if part is not None)


def client_product(name: str) -> ClientProduct:
    """Return a product whose clients can be judged. Raises UnknownName."""
    known = {each.name: each for each in client_products(installed())}
    if name not in known:
        raise UnknownName(None, kind="product", name=name, known=tuple(known))
    return known[name]


def known_for(product: ClientProduct) -> Known:
    """Return the names that scenarios of a product may use."""
    # Scenarios name operations of the bundled documents, whatever a partner has downloaded.
    return Known(
        requirements.load(file_name=requirements.CLIENT_FILE_NAME),
        routes_of(bundled_document(name) for name in product.documents),
        product.generators,
        product.actions,
        tuple(each.id for each in frame().tolerances),
        product.main,
    )


def _judged(product: ClientProduct) -> Judged:
    known = known_for(product)
    own = _loaded(product.name, product.name, known)
    shared = _loaded(SHARED, product.name, known)
    # Shared scenarios first, since they hold for whatever the product does.
    # Nothing works without a token, and who begins wants to see his first upload arrive.
    first = tuple(each for each in shared.scenarios if _group(each) in _FIRST)
    rest = tuple(each for each in shared.scenarios if _group(each) not in _FIRST)
    scenarios = (*first, *own.scenarios, *rest)
    return Judged(product, tuple(known.routes), scenarios, (*shared.always, *own.always))


def _group(scenario: Scenario) -> str:
    return scenario.id.split("/")[1]


def _loaded(folder: str, product: str, known: Known) -> ScenarioSet:
    return load_scenarios(shipped("specs") / folder / FOLDER, product, known)


def _is_wanted(scenario: str, only: Sequence[str]) -> bool:
    if not only:
        return True
    # An id, the beginning of ids, or a pattern.
    return any(
        scenario == each or scenario.startswith(f"{each}/") or fnmatchcase(scenario, each)
        for each in only
    )
