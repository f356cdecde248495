"""Valid requests are answered as documented: the plain one, each optional member, each limit."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import urljoin

from harness.errors import DocumentError
from harness.hosts import origin_of
from harness.jsonvalue import MISSING, lookup, members
from harness.openapi.conformance import find_answer
from harness.openapi.model import Api, Operation
from harness.outcome import Attribution, Check, Status
from harness.rules.document.draft import Draft
from harness.rules.document.places import title_of
from harness.rules.document.scene import Scene, is_accepted
from harness.rules.document.trials import Constraint, Trial, free_value, in_company, trials_of
from harness.rules.document.verdicts import (
    on_any,
    on_invalid,
    on_odd,
    on_unbounded,
    on_valid,
)
from harness.rules.target import Answered, Target


def valid_answer(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Judge the answer to a request that was accepted; where none was, advise on what to configure."""
    found = scene.baseline(target, operation)
    for answered in found.tried:
        yield from on_any(answered)
    if found.answered is None:
        redirections = [each for each in found.tried if _leads_on_undocumented(each)]
        # The last one stands for all: they differ in their values, not in where they lead.
        for answered in redirections[-1:]:
            yield from answered.conforms()
        yield nothing_accepted(found.advice)
        return
    yield from on_valid(found.answered, "a valid request")


def _leads_on_undocumented(answered: Answered) -> bool:
    """Return whether an answer leads elsewhere on the same server, where the document has no such answer.

    What leads to another server (to https, to a login of its own) is about the address or the
    credentials, and says nothing of the operation.
    """
    status = answered.response.status
    # A redirection that the document lists is an answer like any other, and counts as accepted.
    if not 300 <= status < 400 or find_answer(answered.operation, status) is not None:
        return False
    sent = answered.exchange.request.url
    try:
        led_to = urljoin(sent, answered.response.header("location") or "")
    except ValueError:  # no URL at all
        return False
    # Location may be relative to the request (RFC 9110, 10.2.2), hence the join before.
    return origin_of(led_to) == origin_of(sent)


def nothing_accepted(advice: str) -> Check:
    """Return the check of a case that had no accepted request to begin with; it is not verified."""
    return Check(
        "valid.accepted",
        Status.SKIP,
        "a request that the API accepts",
        advice,
        attribution=Attribution.ENVIRONMENT,
    )


def constraint(
    scene: Scene, api: Api, operation: Operation, tried: Constraint, target: Target
) -> Iterator[Check]:
    """Try one constraint from both sides on top of an accepted request."""
    for check in _tried(scene, api, operation, tried, target):
        # Findings of one schema are one cause, wherever the schema is referred to.
        is_bad = check.status is Status.FAIL and check.name in ("invalid.refused", "valid.accepted")
        yield replace(check, source=_source(api, tried)) if is_bad else check


def _source(api: Api, tried: Constraint) -> str:
    """Return `file:line:col` of the constraint; empty where the schema stands nowhere."""
    pointer = tried.place.pointer
    held = members(lookup(api.root, pointer)) if pointer else {}
    keyword = f"/{tried.keyword}" if tried.keyword in held else ""
    return str(api.document.source(f"{pointer}{keyword}")) if held and api.document else ""


def _tried(
    scene: Scene, api: Api, operation: Operation, tried: Constraint, target: Target
) -> Iterator[Check]:
    # An object of its own: a trial that is accepted by mistake may change or remove it.
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    try:
        trials = trials_of(api, tried, base)
        problem = "no request can be made that keeps everything else"
    except DocumentError as found:  # which the lint and the run report as a defect of the document
        trials, problem = (), f"nobody can say what it allows: {found}"
    if not trials:
        called = f"{tried.keyword} of {title_of(tried.place)}"
        yield Check("constraint.tried", Status.OMIT, called, problem)
    # Asked at most once a constraint, and only where an answer depends on it: it costs a request.
    takes_any = cache(lambda: _takes_any(scene, api, tried, base, target))
    for trial in trials:
        what = f"{title_of(tried.place)}, {tried.keyword}: {trial.detail}"
        answered = scene.send(target, trial.draft)
        # The document says both, so neither answer can be held against the API.
        if trial.is_contradicted:
            yield from (*on_odd(answered), *_contradicted(answered, what))
        elif not trial.is_valid:
            yield from on_invalid(answered, what)
        elif not tried.place.path and trial.draft.value_at(tried.place) is MISSING:
            # Few documents say that a body is required; that it is can hardly surprise a caller.
            yield from (*on_odd(answered), *on_unbounded(answered, what))
        else:
            yield from _allowed(scene, api, (tried, trial), (answered, target), takes_any)


def _allowed(
    scene: Scene,
    api: Api,
    tried: tuple[Constraint, Trial],
    sent: tuple[Answered, Target],
    takes_any: Callable[[], bool],
) -> Iterator[Check]:
    """Judge the answer to what the document allows; a refusal may rest on what no document says."""
    (constraint_, trial), (answered, target) = tried, sent
    what = f"{title_of(constraint_.place)}, {constraint_.keyword}: {trial.detail}"
    # The two that speak of content (RFC 9110, 15.5.1 and 15.5.21); others have other reasons.
    is_refused = answered.response.status in (400, 422)
    # An unknown time zone or key is a valid text that no API has to take.
    if is_refused and not trial.is_certain and not takes_any():
        yield from (*on_odd(answered), _left_open(answered, what, _KNOWS))
    # Only after the cheaper reason is ruled out: this one sends up to nine requests.
    elif is_refused and _is_about_others(scene, api, trial, constraint_, target):
        yield from (*on_odd(answered), _left_open(answered, what, _TOGETHER))
    else:
        yield from on_valid(answered, what)


_KNOWS = "the API may know which values it takes"
_TOGETHER = "accepted with another member beside it, so the refusal is about both together"


def _is_about_others(
    scene: Scene, api: Api, trial: Trial, tried: Constraint, target: Target
) -> bool:
    """Return whether a refused value is accepted where other members are present."""
    company = in_company(api, trial.draft, tried.place)
    return any(is_accepted(scene.send(target, draft)) for draft in company)


def _takes_any(scene: Scene, api: Api, tried: Constraint, base: Draft, target: Target) -> bool:
    """Return whether a place takes a made-up value, so that a refusal at its edge is about the edge."""
    draft = free_value(api, tried, base)
    return draft is not None and is_accepted(scene.send(target, draft))


def _left_open(answered: Answered, what: str, reason: str) -> Check:
    """Return the check of a refusal that a made-up value may deserve; it is not held against the API."""
    actual = f"{answered.response.status}: {reason}"
    return Check(
        "valid.accepted", Status.OMIT, f"2xx for {what}", actual, exchange=answered.exchange.id
    )


def _contradicted(answered: Answered, what: str) -> Iterator[Check]:
    """Report null where the document's `nullable` allows it and its own version does not."""
    if answered.response.status in (400, 422):
        actual = (
            f"{answered.response.status}: `nullable` is a word of OpenAPI 3.0; write null as a type"
        )
        yield Check(
            "valid.accepted",
            Status.WARN,
            f"2xx for {what}",
            actual,
            exchange=answered.exchange.id,
            attribution=Attribution.DOCUMENT,
        )
