"""Say what a page or a terminal is to show of a session, as plain values."""

from collections.abc import Iterator, Mapping, Sequence

from harness.exchange import Exchange
from harness.jsonvalue import Json, items, text
from harness.judge.calls import TOKEN_OPERATIONS
from harness.judge.scenario import Scenario
from harness.openapi.requirements import Requirement
from harness.outcome import Check, Outcome, Status
from harness.report.messages import request_text, response_text
from harness.session.judge.products import Judged
from harness.session.judge.serve.partner import PartnerSession
from harness.session.judge.serve.state import Active, Phase, ScenarioState
from harness.session.reporting.reports import Result

BODY_LIMIT = 2_000
_FINISHED_FILES = (
    ("report.html", "Report"),
    ("summary.md", "Summary"),
    ("verdict.json", "Verdict"),
    ("junit.xml", "JUnit"),
    ("certificate/certificate.html", "Certificate page"),
    ("certificate.zip", "Certificate bundle"),
)
FILES = tuple(name for name, _ in _FINISHED_FILES)
"""What a page may open of the folder of a run."""


def overview(session: PartnerSession, url: str, ca_file: str) -> Mapping[str, object]:
    """Return the session with all its scenarios, without what belongs to one of them."""
    subject, credentials = session.place.subject, session.place.identity.credentials
    base = f"{url}{session.prefix}"
    products = session.place.products
    return {
        "id": session.place.id,
        "partner": subject.partner,
        "product": subject.product,
        "version": subject.version,
        "finished": session.is_finished,
        "restored": session.was_restored,
        "base_url": base,
        "token_urls": [
            {
                "product": each.product.name,
                "url": f"{base}{each.product.token_path}",
                "form": each.product.token_form,
            }
            for each in products
        ],
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "ca_file": ca_file,
        "active": session.active.scenario.id if session.active else "",
        "last": session.last,
        "next": session.next_open,
        "scenarios": [
            {
                "id": name,
                "title": scenario.title,
                "product": product.product.name,
                "state": state_word(session, name),
            }
            for name, (product, scenario) in session.scenarios.items()
        ],
    }


def state_word(session: PartnerSession, name: str) -> str:
    """Return `under way`, what the scenario came to, or `open`."""
    if session.active is not None and session.active.scenario.id == name:
        return "under way"
    outcome = session.state(name).outcome
    return str(outcome.status) if outcome else "open"


def card(
    session: PartnerSession, name: str, requirements: Mapping[str, Requirement]
) -> Mapping[str, object]:
    """Return all that a page shows of one scenario."""
    product, scenario = session.scenarios[name]
    state = session.state(name)
    active = session.active if session.active and session.active.scenario.id == name else None
    return {
        "id": name,
        "title": scenario.title,
        "instruct": scenario.instruct,
        "action": scenario.action,
        "repeat": scenario.repeat,
        "verifies": [_requirement(each, requirements) for each in scenario.verifies],
        "state": state_word(session, name),
        "note": state.note,
        "attempts": list(state.attempts),
        "outcome": _outcome(state.outcome),
        "questions": [_question(each, state) for each in scenario.attest],
        "under_way": _under_way(session, active, product) if active else None,
        # Only of the scenario that was begun last are calls still at hand.
        "calls": [call_view(exchange, counts=counts) for exchange, counts in session.recorder.shown]
        if name == session.last
        else [],
    }


def _under_way(session: PartnerSession, active: Active, product: Judged) -> Mapping[str, object]:
    inputs = {**product.product.common_inputs, **active.inputs.values}
    # Judged anew after each call; see `PartnerSession._preview_soon`.
    preview = session.preview
    return {
        "phase": str(active.phase),
        "control": active.scenario.control.action if active.scenario.control else "",
        "seconds_left": round(session.seconds_left),
        "inputs": inputs,
        "files": [
            {"name": each.name, "media_type": each.media_type, "bytes": len(each.content)}
            for each in active.inputs.files
        ],
        "waiting": waiting_for(active, product),
        "uncounted": active.uncounted,
        "counted": len(active.session.calls),
        "checks": [_check(each) for each in preview.checks] if preview else [],
        "misses": list(session.misses),
    }


def waiting_for(active: Active, product: Judged) -> str:
    """Say which call would come next, by the expectations that no call has met yet."""
    if active.phase is Phase.JUDGING:
        return "Nothing more is to arrive; it is being judged."
    if active.phase is Phase.CONTROL:
        action = active.scenario.control.action if active.scenario.control else ""
        return f"Waiting for an accepted call ({action}), which shows that the client is alive."
    seen = {call.operation for call in active.session.calls}
    # In the order of the expectations, each operation once.
    wanted = dict.fromkeys(_operations(active.scenario))
    labels = {route.operation: route.label for route in product.routes}
    for operation in wanted:
        if operation not in seen and operation in labels:
            return f"Waiting for {labels[operation]} …"
    # Tokens may be fetched: that shows nothing of what a client does.
    if not wanted and not seen - set(TOKEN_OPERATIONS):
        return "Watching that nothing more arrives. Press Done when the client has ended."
    return "Every call that was waited for has arrived. Press Done when the client has ended."


def _operations(scenario: Scenario) -> Iterator[str]:
    for each in scenario.expect:
        if each.is_forbidden:
            continue
        for name in items(each.arguments.get("operations")):
            yield text(name)
        yield text(each.arguments.get("operation"))


def call_view(exchange: Exchange, *, counts: bool) -> Mapping[str, object]:
    """Return one call as it stands in the record, cut to what a person reads."""
    response = exchange.response
    return {
        "id": exchange.id,
        # The time of day of an RFC 3339 stamp, to the millisecond.
        "at": exchange.started[11:23],
        "line": f"{exchange.request.method} {exchange.request.url.partition('…')[2][:300]}",
        "operation": exchange.request.operation,
        "status": response.status if response else 0,
        "milliseconds": round(exchange.duration_seconds * 1000),
        "counts": counts,
        "request": request_text(exchange.request, BODY_LIMIT),
        "response": response_text(exchange, BODY_LIMIT),
    }


def result_view(result: Result | None, problem: str) -> Mapping[str, object] | None:
    """Return what a finished session came to, with what there is to open."""
    if result is None:
        return None
    verdict = result.verdict
    return {
        "verdict": str(verdict.conclusion),
        "exit_code": verdict.exit_code,
        "reason": verdict.reason,
        "scope": verdict.scope.sentence,
        # The verdict is the last line of the summary.
        "last_line": result.summary.rstrip("\n").rpartition("\n")[2],
        "problem": problem,
        "folder": str(result.folder),
        "files": [
            {"path": name, "name": label}
            for name, label in _FINISHED_FILES
            if (result.folder / name).is_file()
        ],
    }


def _outcome(outcome: Outcome | None) -> Mapping[str, object] | None:
    if outcome is None:
        return None
    return {
        "status": str(outcome.status),
        "message": outcome.message,
        "checks": [_check(each) for each in outcome.checks],
    }


def _check(check: Check) -> Mapping[str, object]:
    return {
        "name": check.name,
        "status": str(check.status),
        "is_met": check.status is Status.PASS,
        "expected": check.expected,
        "actual": check.actual,
    }


def _requirement(name: str, known: Mapping[str, Requirement]) -> Mapping[str, str]:
    found = known.get(name)
    return {
        "id": name,
        "statement": found.statement if found else "",
        "strength": str(found.strength) if found else "",
    }


def _question(question: str, state: ScenarioState) -> Mapping[str, str]:
    answer = state.answers.get(question)
    return {
        "question": question,
        # A question may hold colons; its answer stands behind the last one.
        "answer": answer.what.rpartition(": ")[2] if answer else "",
        "who": answer.who if answer else "",
        "when": answer.when if answer else "",
    }


def listed(sessions: Sequence[PartnerSession]) -> list[Json]:
    """Return every session in one line each."""
    return [
        {
            "id": each.place.id,
            "partner": each.place.subject.partner,
            "product": each.place.subject.product,
            "version": each.place.subject.version,
            "finished": each.is_finished,
            "judged": sum(1 for n in each.scenarios if each.state(n).outcome is not None),
            "scenarios": len(each.scenarios),
        }
        for each in sessions
    ]
