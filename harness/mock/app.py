"""Put the APIs together to one application."""

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
from harness.mock.faults import active
from harness.mock.front import Front, Resettable
from harness.mock.gate import Gate
from harness.mock.journal import Journal
from harness.mock.landing import Landing
from harness.mock.settings import MockSettings
from harness.mock.slips import slips_called
from harness.mock.tokens import Tokens
from harness.mock.tolerance import Tolerance
from harness.mock.tolerances import tolerances_called
from harness.products.dental.mock.api import Dental
from harness.products.dental.mock.store import DentalStore
from harness.products.medical.mock.api import Medical
from harness.products.medical.mock.retrieval import Retrieval
from harness.products.medical.mock.retrieval_store import DocumentStore
from harness.products.medical.mock.store import TransactionStore
from harness.products.platform.mock.token_endpoints import TokenEndpoints
from harness.products.prior_auth.mock.api import PriorAuth


def create_app(settings: MockSettings) -> ASGIApp:
    """Return the mock with empty stores. Raises UnknownName for a fault or tolerance there is none of."""
    tolerances = tolerances_called(settings.tolerances)
    clock = Clock(settings.clock, settings.clock_ahead_seconds)
    timed = replace(settings, clock=clock.now)
    apis = Resettable(lambda: _apis(timed, active(settings.faults, tolerances), tolerances))
    journal = Journal(settings.limits.journal_entries, _paths(_routes(timed, active(()))))
    admin = Admin(clock, journal, apis.reset)
    return Front(apis, admin.app(), journal, clock.now, settings.latency_seconds)


def _apis(settings: MockSettings, faults: ActiveFaults, tolerances: Sequence[Tolerance]) -> ASGIApp:
    failures = Failures(settings, faults)
    app = Starlette(
        routes=_routes(settings, faults),
        exception_handlers={HTTPException: failures.answer, Exception: failures.answer},
    )
    # The provider redirects nothing: a path with a slash too many is another path.
    app.router.redirect_slashes = False
    slips = slips_called(settings.faults)
    return Delivery(app, tolerances, slips) if tolerances or slips else app


def _routes(settings: MockSettings, faults: ActiveFaults) -> list[Route]:
    tokens = Tokens(settings, faults)
    gate = Gate(settings, tokens, faults)
    documents = DocumentStore(settings.limits)
    # A further API is one more entry here: a class with routes(), given the same gate and faults.
    apis = (
        TokenEndpoints(settings, faults, tokens),
        Dental(settings, faults, gate, DentalStore(settings.limits, faults)),
        Medical(settings, faults, gate, TransactionStore(settings.limits), documents),
        Retrieval(settings, faults, gate, documents),
        PriorAuth(settings, faults, gate),
    )
    routes = tuple(route for api in apis for route in api.routes())
    page = Landing(settings, routes)
    return [Route("/", page.show, methods=["GET"]), *routes]


def _paths(routes: Iterable[Route]) -> Iterable[str]:
    """Return the paths that the journal may write out: those of the routes and of the admin."""
    return (*(route.path for route in routes), PREFIX)
