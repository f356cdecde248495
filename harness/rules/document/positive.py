"""Valid requests are answered as documented: the plain one, each optional member, each limit."""

from collections.abc import Iterator

from harness.jsonvalue import MISSING
from harness.openapi.model import Api, Operation
from harness.outcome import Attribution, Check, Status
from harness.rules.document.places import title_of
from harness.rules.document.scene import Scene
from harness.rules.document.trials import Constraint, trials_of
from harness.rules.document.verdicts import (
    on_any,
    on_invalid,
    on_odd,
    on_unbounded,
    on_valid,
)
from harness.rules.target import Target


def valid_answer(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Judge the answer to a request that was accepted; where none was, say what to give."""
    found = scene.baseline(target, operation)
    for answered in found.tried:
        yield from on_any(answered)
    if found.answered is None:
        yield nothing_accepted(found.advice)
        return
    yield from on_valid(found.answered, "a valid request")


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
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    trials = trials_of(api, tried, base)
    if not trials:
        yield Check(
            "constraint.tried",
            Status.OMIT,
            f"{tried.keyword} of {title_of(tried.place)}",
            "no request can be made that keeps everything else",
        )
        return
    for trial in trials:
        what = f"{title_of(tried.place)}, {tried.keyword}: {trial.detail}"
        draft = trial.draft
        if trial.is_valid and operation.method not in ("GET", "HEAD", "DELETE"):
            # What has to be unique (a name, a key) was taken by the request before.
            draft = scene.renewed(draft) if draft.value_at(tried.place) is MISSING else draft
        answered = scene.send(target, draft)
        if trial.is_valid and not tried.place.path and draft.value_at(tried.place) is MISSING:
            # Few documents say that a body is required; that it is can hardly surprise a caller.
            yield from (*on_odd(answered), *on_unbounded(answered, what))
            continue
        yield from on_valid(answered, what) if trial.is_valid else on_invalid(answered, what)
