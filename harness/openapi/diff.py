"""Find what changed between two versions of an API, and whether it breaks callers."""

from collections.abc import Iterable, Sequence

from harness.openapi.change import Change, Direction, Level
from harness.openapi.changes.contents import compare_bodies
from harness.openapi.changes.endpoints import Endpoint, endpoints, webhooks
from harness.openapi.changes.ledger import Ledger
from harness.openapi.changes.parameters import compare_names, compare_parameters
from harness.openapi.changes.responses import compare_responses
from harness.openapi.changes.routes import Prefix, Routes, compare_servers, paired
from harness.openapi.changes.security import compare_schemes, compare_security
from harness.openapi.load import build_api
from harness.openapi.model import Api


def diff(old: Api, new: Api, prefixes: Sequence[Prefix] = ()) -> tuple[Change, ...]:
    """Return every change, the heaviest first.

    `prefixes` say what paths begin with in the old and in the new document, where that is meant to differ.
    """
    # Operations of ours that complete a download would hide that it lacks them.
    old, new = _as_written(old), _as_written(new)
    ledger = Ledger(old.root, new.root)
    routes = paired(endpoints(old), endpoints(new), prefixes)
    _report_routes(ledger, routes)
    for one, other in routes.pairs:
        _compare(ledger, one, other)
    compare_schemes(ledger)
    # Where all paths have moved, the servers have with them, which is one change.
    if not routes.moved:
        compare_servers(ledger)
    _compare_sent(ledger, "webhook", webhooks(old), webhooks(new))
    return ledger.all()


def _as_written(api: Api) -> Api:
    """Return a document without the operations that it should have and has not."""
    if not api.absent or api.document is None:
        return api
    return build_api(api.document, api.name, api.root)


def _report_routes(ledger: Ledger, routes: Routes) -> None:
    for (before, after), count in routes.moved.items():
        what = f"{before or '/'} -> {after or '/'}"
        reason = f"{count} operations are called at other paths; they are compared below them."
        if count == 1:
            reason = "An operation is called at another path; it is compared there."
        ledger.note("path-prefix-changed", ("", "paths"), what, Level.BREAKING, reason)
    for endpoint in routes.removed:
        reason = "Calls of it fail."
        if endpoint.value.get("deprecated") is True:
            reason = "Calls of it fail, as its deprecation announced."
        ledger.note("operation-removed", (endpoint.label, ""), "removed", Level.BREAKING, reason)
    for endpoint in routes.added:
        reason = "Nobody has to call it."
        ledger.note("operation-added", (endpoint.label, ""), "added", Level.HARMLESS, reason)


def _compare(ledger: Ledger, old: Endpoint, new: Endpoint) -> None:
    compare_names(ledger, old, new)
    compare_security(ledger, old, new)
    compare_parameters(ledger, old, new)
    compare_bodies(ledger, old, new, Direction.REQUEST)
    compare_responses(ledger, old, new, Direction.RESPONSE)
    # The API itself sends these, so writer and reader change sides.
    _compare_sent(ledger, "callback", old.callbacks(), new.callbacks())


def _compare_sent(
    ledger: Ledger, kind: str, old: Iterable[Endpoint], new: Iterable[Endpoint]
) -> None:
    """Compare what the API calls by itself: there it writes requests and reads answers."""
    before = {endpoint.label: endpoint for endpoint in old}
    after = {endpoint.label: endpoint for endpoint in new}
    for label, endpoint in before.items():
        if label not in after:
            reason = "Who waits for it waits in vain."
            ledger.note(f"{kind}-removed", (label, ""), "removed", Level.BREAKING, reason)
            continue
        compare_names(ledger, endpoint, after[label])
        compare_bodies(ledger, endpoint, after[label], Direction.RESPONSE)
        compare_responses(ledger, endpoint, after[label], Direction.REQUEST)
    for label in after:
        if label not in before:
            reason = "Nobody has to listen to it."
            ledger.note(f"{kind}-added", (label, ""), "added", Level.HARMLESS, reason)
