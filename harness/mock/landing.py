"""The page at the mock's root: what runs here, how to get a token, which payers and keys to try."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from harness.config import MOCK_CLIENT_SECRET
from harness.mock.faults import fault_called
from harness.mock.settings import MAIN_CLIENT, Client, MockSettings
from harness.mock.tolerances import tolerances_called
from harness.products.dental.mock import api as dental
from harness.products.medical.mock import api as medical
from harness.products.medical.mock import retrieval
from harness.products.medical.mock.sandbox import Delivery, TestPayer, payers
from harness.products.platform.mock import token_endpoints
from harness.products.prior_auth.mock import api as prior_auth
from harness.products.prior_auth.mock.sandbox import Canned, table
from harness.x12.review import Decision

_APIS = {
    dental.BASE: "dental attachments",
    medical.SUBMISSION_BASE: "medical attachments",
    medical.STATUS_BASE: "medical attachments",
    retrieval.BASE: "medical attachments",
    prior_auth.BASE: "prior authorization",
    token_endpoints.SNTL_PATH: "tokens",
    token_endpoints.V2_PATH: "tokens",
}
_ACTIONS = {
    "A1": "certified in total",
    "A2": "certified in part",
    "A3": "not certified",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Landing:
    """The endpoint that answers with the page."""

    settings: MockSettings
    routes: tuple[Route, ...]

    async def show(self, request: Request) -> HTMLResponse:
        """Answer with the page."""
        text = page(str(request.base_url), self.settings, self.routes)
        return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def page(base: str, settings: MockSettings, routes: Iterable[Route] = ()) -> str:
    """Return the page for a mock that is reached under this base URL."""
    known, client = table(), settings.clients[0]
    return _template().substitute(
        state=_state(settings),
        now=f"{settings.clock():%Y-%m-%d %H:%M} UTC",
        curl=escape(f"curl --cacert {settings.authority}" if settings.authority else "curl"),
        base=escape(base.rstrip("/")),
        dental_base=dental.BASE,
        operations="".join(map(_operation, routes)),
        token_path=token_endpoints.SNTL_PATH,
        v2_path=token_endpoints.V2_PATH,
        client_id=escape(client.client_id),
        client_secret=_secret(client),
        clients="".join(map(_client, settings.clients)),
        payers="".join(map(_payer, payers().values())),
        inquiry_payer=escape(known.inquiry_payer),
        members=_canned(known.members),
        inquiry_keys=_canned(known.inquiry_keys),
        submission_keys=_canned(known.submission_keys),
        submitter_id=escape(next(iter(client.submitter_ids), "(none)")),
        tax_id=escape(next(iter(client.tax_ids), "(none)")),
        journal_entries=f"{settings.limits.journal_entries:,}",
    )


@cache
def _template() -> Template:
    return Template((Path(__file__).parent / "landing.html").read_text(encoding="utf-8"))


def _state(settings: MockSettings) -> str:
    """Say what is switched on, for a mock that misbehaves on request looks like any other."""
    rows = "".join(f"<li>{row}</li>" for row in _switched_on(settings))
    return f'<p class="on">Switched on:</p><ul>{rows}</ul>' if rows else ""


def _switched_on(settings: MockSettings) -> Iterator[str]:
    for fault in map(fault_called, sorted(settings.faults)):
        yield f"{_code(fault.id)} {escape(fault.sentence)}"
    for tolerance in tolerances_called(settings.tolerances):
        yield f"{_code(tolerance.id)} {escape(tolerance.sentence)}"
    if settings.rate:
        calls, seconds = settings.rate.calls, settings.rate.seconds
        yield f"A client may call {calls:,} times in {seconds:,} s; beyond that it gets 429."
    if settings.latency_seconds:
        yield f"Every call is kept waiting {settings.latency_seconds * 1000:,.0f} ms."
    if not (settings.validates_medical and settings.validates_prior_auth):
        yield "Canned: what is sent is not validated."


def _secret(client: Client) -> str:
    # Only the built-in secret is public; one from a file stays there.
    return escape(MOCK_CLIENT_SECRET if client == MAIN_CLIENT else "SECRET")


def _operation(route: Route) -> str:
    api = next((name for base, name in _APIS.items() if route.path.startswith(base)), "")
    methods = " ".join(sorted((route.methods or set()) - {"HEAD"}))
    return _row(escape(api), escape(methods), _code(route.path)) if api else ""


def _client(client: Client) -> str:
    products = ", ".join(sorted(product.value for product in client.products))
    roles = ", ".join(sorted(role.value for role in client.roles)) or "none"
    submitters = ", ".join(map(escape, client.submitter_ids))
    return _row(_code(client.client_id), escape(client.organisation), products, roles, submitters)


def _payer(payer: TestPayer) -> str:
    wants = {Delivery.FAX: "fax number", Delivery.MAIL: "postal address", Delivery.NONE: ""}
    code, message = escape(payer.verdict.code), escape(payer.verdict.message)
    return _row(_code(payer.id), code, message, wants[payer.delivery])


def _canned(rows: Mapping[str, Canned]) -> str:
    return "".join(_row(_code(key), escape(_answer(canned))) for key, canned in rows.items())


def _answer(canned: Canned) -> str:
    answer = canned.answer
    if not isinstance(answer, Decision):
        return f"rejected with {answer.reason}"
    return f"{answer.action} {_ACTIONS.get(answer.action, '')}, {answer.review_number}".strip(", ")


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
