"""Find the products whose clients can be judged, with their scenarios and requirement ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.errors import NothingSelected, UnknownName
from harness.judge.load import Known, ScenarioSet, load_scenarios
from harness.judge.operations import Route, routes_of
from harness.judge.product import ClientProduct
from harness.judge.scenario import Expectation, Scenario
from harness.openapi import requirements
from harness.openapi.bundled import bundled_document
from harness.products.dental.judge import CLIENTS as DENTAL
from harness.resources import shipped

PRODUCTS: tuple[ClientProduct, ...] = (DENTAL,)
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
    known = tuple(each.name for each in PRODUCTS)
    for name in names:
        if name not in known:
            raise UnknownName(None, kind="product", name=name, known=known)
    found = tuple(_judged(each, only) for each in PRODUCTS if not names or each.name in names)
    chosen = tuple(each for each in found if each.scenarios)
    if not chosen:
        raise NothingSelected(
            f"no scenario fits '{','.join(only)}'.", advice="See them with: harness judge list"
        )
    return chosen


def _judged(product: ClientProduct, only: Sequence[str]) -> Judged:
    routes = routes_of(bundled_document(name) for name in product.documents)
    known = Known(
        requirements.load(file_name=requirements.CLIENT_FILE_NAME), routes, product.generators
    )
    own = _loaded(product.name, product.name, known)
    shared = _loaded(SHARED, product.name, known)
    scenarios = tuple(each for each in own.scenarios if _is_wanted(each.id, only))
    return Judged(product, routes, scenarios, (*shared.always, *own.always))


def _loaded(folder: str, product: str, known: Known) -> ScenarioSet:
    return load_scenarios(shipped("specs") / folder / FOLDER, product, known)


def _is_wanted(scenario: str, only: Sequence[str]) -> bool:
    if not only:
        return True
    return any(
        scenario == each or scenario.startswith(f"{each}/") or fnmatchcase(scenario, each)
        for each in only
    )
