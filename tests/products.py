"""What tests ask of the products that ship: settings, a mock, its faults, and rules for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.routing import Route
from starlette.types import ASGIApp

from harness import settings as settings_module
from harness.config import Credentials, Environment, Overrides, Settings
from harness.mock import app, landing
from harness.mock.settings import MockSettings
from harness.openapi.bundled import bundled
from harness.openapi.model import Api
from harness.products import catalogue
from harness.products.mocks import frame
from harness.products.registry import installed
from harness.rules.part import RuleContext
from harness.rules.rule import AnyRule

PRODUCTS = installed()
FRAME = frame()
FAULTS = FRAME.faults
TOLERANCES = FRAME.tolerances
active = FRAME.active
fault_called = FRAME.fault_called
tolerances_called = FRAME.tolerances_called


def create_app(settings: MockSettings) -> ASGIApp:
    return app.create_app(settings, FRAME)


def page(base: str, settings: MockSettings, routes: tuple[Route, ...] = ()) -> str:
    return landing.page(base, settings, FRAME, routes)


def load(
    overrides: Overrides, *, folder: Path, environ: Mapping[str, str] | None = None
) -> Settings:
    return settings_module.load(overrides, folder=folder, products=PRODUCTS, environ=environ)


def documents(names: Sequence[str]) -> tuple[Api, ...]:
    """Load bundled documents by product, its token endpoint included, or by their own name."""
    groups = PRODUCTS.groups
    return bundled([each for name in names for each in groups.get(name, (name,))])


def rules(
    environment: Environment,
    credentials: Credentials,
    apis: Mapping[str, Api],
    *,
    can_advance_time: bool = False,
) -> tuple[AnyRule, ...]:
    context = RuleContext(
        environment, credentials, apis, PRODUCTS, can_advance_time=can_advance_time
    )
    return catalogue.rules(context)


def settings_at(environment: Environment) -> Settings:
    """Return settings of a run of all products against an environment, without credentials."""
    return Settings(environment, None, products=PRODUCTS, apis=PRODUCTS.names)
