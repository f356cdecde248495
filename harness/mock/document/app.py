"""Put the mocks of documents behind the front that every mock has: clock, journal, latency, page."""

from collections.abc import Iterable, Sequence

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.mock.admin import PREFIX, Admin
from harness.mock.clock import Clock
from harness.mock.document.api import DocumentMock
from harness.mock.document.faults import derived_faults, faults_called
from harness.mock.document.security import TOKEN, callers_of
from harness.mock.front import Front, Resettable
from harness.mock.journal import Journal
from harness.mock.settings import MockSettings
from harness.openapi.model import Api


def create_document_app(settings: MockSettings, apis: Sequence[Api]) -> ASGIApp:
    """Return the mock of documents with empty stores. Raises UnknownName for a fault there is none of."""
    clock = Clock(settings.clock, settings.clock_ahead_seconds)
    by_api = _faults_by_api(apis, settings.faults)
    made = Resettable(lambda: _Several([DocumentMock(api, by_api[api.name]) for api in apis]))
    paths = (each.full_path for api in apis for each in api.operations)
    journal = Journal(settings.limits.journal_entries, (*paths, PREFIX))
    admin = Admin(clock, journal, made.reset)
    return Front(made, admin.app(), journal, clock.now, settings.latency_seconds)


def _faults_by_api(apis: Sequence[Api], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the faults of each document. Raises UnknownName, with the names of all."""
    known = {api.name: {each.id for each in derived_faults(api)} for api in apis}
    wanted = sorted(names)
    for name in wanted:
        if not any(name in each for each in known.values()):
            for api in apis:
                faults_called(api, (name,))
    return {api: tuple(n for n in wanted if n in each) for api, each in known.items()}


class _Several:
    """Several documents on one port: the first that knows a path answers."""

    def __init__(self, mocks: Sequence[DocumentMock]) -> None:
        self._mocks = mocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/":
            page = PlainTextResponse(_page([each.api for each in self._mocks]))
            await page(scope, receive, send)
            return
        knowing = next((each for each in self._mocks if each.knows(scope)), self._mocks[0])
        await knowing(scope, receive, send)


def _page(apis: Sequence[Api]) -> str:
    """Say what is served, and one command that gets an answer."""
    lines = []
    for api in apis:
        lines.append(f"{api.title or api.name} {api.version}")
        lines.extend(f"  {each.label}" for each in api.operations)
        caller = callers_of(api)[0]
        lines.append(f"  credentials of this mock: {caller.location} {caller.name}: {caller.value}")
    lines.append(f"Every credential that the documents ask for is {TOKEN}; it opens nothing else.")
    return "\n".join(lines) + "\n"
