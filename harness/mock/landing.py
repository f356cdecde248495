"""The page at the mock's root: what runs here, how to get a token, and what each product has to try."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from harness.mock.frame import Frame
from harness.mock.part import PageContext
from harness.mock.settings import ALL_PRODUCTS, Client, MockSettings


@cache
def template(path: Path) -> Template:
    """Return the template in a file, read once."""
    return Template(path.read_text(encoding="utf-8"))


def code(text: str) -> str:
    """Show a text as something to type."""
    return f"<code>{escape(text)}</code>"


def row(*cells: str) -> str:
    """Return a row of a table whose cells are markup already."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


# The page has no script and loads nothing; this says so to the browser.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Landing:
    """The endpoint that answers with the page."""

    settings: MockSettings
    frame: Frame
    routes: tuple[Route, ...]

    async def show(self, request: Request) -> HTMLResponse:
        """Answer with the page."""
        text = page(str(request.base_url), self.settings, self.frame, self.routes)
        return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def page(base: str, settings: MockSettings, frame: Frame, routes: Iterable[Route] = ()) -> str:
    """Return the page for a mock that is reached under this base URL."""
    known = tuple(each.facts for each in frame.products)
    context = PageContext(
        settings=settings,
        base=escape(base.rstrip("/")),
        # Its certificate is of an authority of its own, which no system knows.
        curl=escape(f"curl --cacert {settings.authority}" if settings.authority else "curl"),
        facts=known,
    )
    return template(Path(__file__).parent / "landing.html").substitute(
        state=_state(settings, frame),
        now=f"{settings.clock():%Y-%m-%d %H:%M} UTC",
        titles=escape(", ".join(each.title for each in known).capitalize()),
        curl=context.curl,
        base=context.base,
        operations="".join(_operation(route, frame) for route in routes),
        token=frame.shared.page(context),
        clients="".join(_client(each, frame) for each in settings.clients),
        sections="".join(part.page(context) for part in frame.parts),
        journal_entries=f"{settings.limits.journal_entries:,}",
    )


def _state(settings: MockSettings, frame: Frame) -> str:
    """Say what is switched on, for a mock that misbehaves on request looks like any other."""
    rows = "".join(f"<li>{each}</li>" for each in _switched_on(settings, frame))
    return f'<p class="on">Switched on:</p><ul>{rows}</ul>' if rows else ""


def _switched_on(settings: MockSettings, frame: Frame) -> Iterator[str]:
    for fault in map(frame.fault_called, sorted(settings.faults)):
        yield f"{code(fault.id)} {escape(fault.sentence)}"
    for tolerance in frame.tolerances_called(settings.tolerances):
        yield f"{code(tolerance.id)} {escape(tolerance.sentence)}"
    if settings.rate:
        calls, seconds = settings.rate.calls, settings.rate.seconds
        yield f"A client may call {calls:,} times in {seconds:,} s; beyond that it gets 429."
    if settings.latency_seconds:
        yield f"Every call is kept waiting {settings.latency_seconds * 1000:,.0f} ms."
    if settings.canned:
        yield "Canned: what is sent is not validated."


def _operation(route: Route, frame: Frame) -> str:
    api = _title(route.path, frame)
    # Starlette adds HEAD to every GET.
    methods = " ".join(sorted((route.methods or set()) - {"HEAD"}))
    return row(escape(api), escape(methods), code(route.path)) if api else ""


def _title(path: str, frame: Frame) -> str:
    # Token endpoints belong to several products, so none of them owns the path.
    if path.startswith(frame.shared.paths):
        return "tokens"
    owners = (each.facts.title for each in frame.products if each.facts.owns(path))
    return next(owners, "")


def _client(client: Client, frame: Frame) -> str:
    products = frame.names if ALL_PRODUCTS in client.products else client.products
    roles = ", ".join(sorted(client.roles)) or "none"
    submitters = ", ".join(map(escape, client.submitter_ids))
    return row(
        code(client.client_id),
        escape(client.organisation),
        escape(", ".join(sorted(products))),
        escape(roles),
        submitters,
    )
