"""Put the products together to one application."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from harness.mock.admin import PREFIX, Admin
from harness.mock.clock import Clock
from harness.mock.delivery import Delivery
from harness.mock.failures import Failures
from harness.mock.fault import ActiveFaults
from harness.mock.frame import Frame
from harness.mock.front import Front, Resettable
from harness.mock.gate import Door, Gate
from harness.mock.journal import Journal
from harness.mock.landing import Landing
from harness.mock.part import MockContext, MockProduct, TokenContext
from harness.mock.response_faults import response_faults_called
from harness.mock.settings import MockSettings
from harness.mock.tokens import Tokens
from harness.mock.tolerance import Tolerance


def create_app(settings: MockSettings, frame: Frame) -> ASGIApp:
    """Return the mock of some products with empty stores. Raises UnknownName for a fault there is none of."""
    tolerances = frame.tolerances_called(settings.tolerances)
    clock = Clock(settings.clock, settings.clock_ahead_seconds)
    timed = replace(frame.with_clients(settings), clock=clock.now)
    faults = frame.active(settings.faults, tolerances)
    apis = Resettable(lambda: _apis(timed, frame, faults, tolerances))
    routes = _routes(timed, frame, frame.active(()))
    journal = Journal(settings.limits.journal_entries, _paths(routes))
    admin = Admin(clock, journal, apis.reset)
    return Front(apis, admin.app(), journal, clock.now, settings.latency_seconds)


def _apis(
    settings: MockSettings, frame: Frame, faults: ActiveFaults, tolerances: Sequence[Tolerance]
) -> ASGIApp:
    failures = Failures(frame, settings, faults)
    app = Starlette(
        routes=_routes(settings, frame, faults),
        exception_handlers={HTTPException: failures.answer, Exception: failures.answer},
    )
    # The provider redirects nothing: a path with a slash too many is another path.
    app.router.redirect_slashes = False
    response_faults = response_faults_called(settings.faults)
    return Delivery(app, tolerances, response_faults) if tolerances or response_faults else app


def _routes(settings: MockSettings, frame: Frame, faults: ActiveFaults) -> list[Route]:
    tokens = Tokens(settings, faults)
    door = Door(settings, tokens, faults)
    apis = (
        *frame.shared.apis(TokenContext(settings, faults, tokens)),
        *(
            api
            for each in frame.products
            for api in each.part.apis(MockContext(settings, faults, _gate(each, door, faults)))
        ),
    )
    routes = tuple(route for api in apis for route in api.routes())
    page = Landing(settings, frame, routes)
    return [Route("/", page.show, methods=["GET"]), *routes]


def _gate(product: MockProduct, door: Door, faults: ActiveFaults) -> Gate:
    part = product.part
    return Gate(
        door,
        faults,
        product.facts.name,
        open_paths=part.open_paths,
        words_entitlement=part.words_entitlement,
    )


def _paths(routes: Iterable[Route]) -> Iterable[str]:
    """Return the paths that the journal may write out: those of the routes and of the admin."""
    return (*(route.path for route in routes), PREFIX)
