"""Every rule that a document alone gives, in the order in which they run."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from harness.openapi.model import Api, Operation
from harness.openapi.promises import Promise, promised, requirement_id
from harness.openapi.requirements import Strength
from harness.outcome import Attribution, Check, Status
from harness.rules.document import positive, protocol, sequences
from harness.rules.document.places import MOST_IN_FULL, Place, chosen_body, places_of, title_of
from harness.rules.document.resources import siblings
from harness.rules.document.scene import SAFE, Scene
from harness.rules.document.sequences import families
from harness.rules.document.trials import ALLOWING, constraints_of
from harness.rules.rule import AnyRule, Checks, Rule
from harness.rules.target import Target

_Judge = Callable[[Target], Checks]
IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")
"""Methods whose effect is that of one call, however often they are sent (RFC 9110, 9.2.2)."""


def document_rules(
    api: Api, scene: Scene, left_out: Mapping[str, str] | None = None
) -> tuple[AnyRule, ...]:
    """Return the rules for a document; ids depend on operations and places, not on their order.

    Operations that are left out are not called on their own account; each keeps one case that says why.
    """
    reasons = left_out or {}
    found: dict[str, AnyRule] = {}
    # Without a case of its own an operation that is left out would be missing in the report.
    for operation in api.operations:
        if operation.id in reasons:
            title = f"{operation.label} is left out"
            judge = partial(_left_out, reasons[operation.id])
            left_out_rule = _rule(operation, "left-out", title, Promise.ANSWERS, judge)
            found[left_out_rule.id] = left_out_rule
    slugs = {each.slug for each in api.operations if each.id in reasons}
    for rule in _all(api, scene):
        if rule.group not in slugs:
            # Two operations can share a slug and a place; the first of them keeps the id.
            found.setdefault(rule.id, rule)
    return tuple(found.values())


def _left_out(reason: str, _: Target) -> Checks:
    return (Check("operation.called", Status.OMIT, "the operation is called", reason),)


def _once(scene: Scene, operations: tuple[Operation, ...], judge: _Judge) -> _Judge:
    """Leave to the case of the valid request what it reports already."""

    def verify(target: Target) -> Checks:
        for check in judge(target):
            # One wrong answer of an operation would otherwise fail all its cases alike.
            if check.status is Status.FAIL and scene.repeats(target, operations, check):
                actual = f"{check.actual}, as the valid request shows"
                yield replace(check, status=Status.OMIT, actual=actual)
            else:
                yield check

    return verify


def _all(api: Api, scene: Scene) -> Iterator[AnyRule]:
    # Valid requests first: the cases after them build on the requests accepted here.
    for operation in api.operations:
        yield _rule(
            operation,
            "valid",
            f"{operation.label} answers a valid request as documented",
            Promise.ANSWERS,
            partial(positive.valid_answer, scene, operation),
        )
    # Then what changes objects of its own, before edge values have filled the lists.
    for family in families(api):
        yield _rule(
            family.creator,
            "life-cycle",
            f"what {family.creator.label} makes can be read, changed and removed",
            Promise.KEEPS,
            _once(scene, family.operations, partial(sequences.life_cycle, scene, api, family)),
        )
    for operation in api.operations:
        yield from _of_operation(api, scene, operation)
    # After all else, as its name says: it asks whether the cases before have broken anything.
    for operation in api.operations:
        yield _rule(
            operation,
            "still-accepted",
            f"{operation.label} still answers what it accepted, after all else",
            Promise.ROBUST,
            partial(sequences.still_accepted, scene, operation),
        )
    # Last: it only reads what the cases before have noted, and sends nothing.
    for operation in api.operations:
        yield _rule(
            operation,
            "listed-refusals",
            f"{operation.label} refuses with statuses that the document lists",
            Promise.LISTS,
            partial(_listed, scene, operation),
            strength=Strength.OBSERVE,
        )


def _of_operation(api: Api, scene: Scene, operation: Operation) -> Iterator[AnyRule]:
    once = partial(_once, scene, (operation,))
    places = places_of(api, operation)
    near = {each.slug for each in places[:MOST_IN_FULL]}
    in_full = near & {each.slug for each in _first_of_each_schema(places)}
    for place in places:
        is_repeat = place.slug not in in_full
        for constraint in constraints_of(place, is_repeat=is_repeat):
            yield _rule(
                operation,
                constraint.slug,
                f"{operation.label}: {constraint.keyword} of {title_of(place)}",
                Promise.REFUSES if constraint.keyword not in ALLOWING else Promise.ANSWERS,
                once(partial(positive.constraint, scene, api, operation, constraint)),
            )
        if protocol.has_odd_values(place) and not is_repeat:
            yield _rule(
                operation,
                f"{place.slug}-odd",
                f"{operation.label}: odd values in {title_of(place)}",
                Promise.ROBUST,
                once(partial(protocol.odd_values, scene, api, operation, place)),
            )
    yield from _of_protocol(api, scene, operation)


def _first_of_each_schema(places: Sequence[Place]) -> list[Place]:
    """Return one place of each schema: seven weekdays of one schema are not tried seven times in full.

    The first by its name, so that it stays when members change their order.
    """
    found: dict[str, Place] = {}
    for place in sorted(places, key=lambda each: each.slug):
        found.setdefault(place.pointer or place.slug, place)
    return list(found.values())


def _of_protocol(api: Api, scene: Scene, operation: Operation) -> Iterator[AnyRule]:
    label = operation.label

    def rule(slug: str, title: str, promise: Promise, judge: _Judge) -> Rule[object]:
        return _rule(operation, slug, title, promise, _once(scene, (operation,), judge))

    if "{" in operation.full_path:
        judge = partial(protocol.odd_paths, scene, operation)
        yield rule("path-odd", f"{label}: odd names in the path", Promise.ROBUST, judge)
    if chosen_body(operation) is not None:
        judge = partial(protocol.broken_bodies, scene, operation)
        yield rule("body-broken", f"{label}: bodies that cannot be read", Promise.REFUSES, judge)
    judge = partial(protocol.media_types, scene, operation)
    yield rule("media-types", f"{label}: media types nobody documents", Promise.ROBUST, judge)
    if operation.method == min(siblings(api, operation)):  # once a path
        judge = partial(protocol.other_methods, scene, api, operation)
        title = f"{label}: methods nobody offers"
        found = rule("other-methods", title, Promise.ROBUST, judge)
        # The methods tried include DELETE and PUT, whatever the operation's own method is.
        yield replace(found, needs=("writes_allowed",))
    if operation.method in IDEMPOTENT:
        judge = partial(protocol.repeated, scene, operation)
        yield rule("repeated", f"{label}: the same request twice", Promise.ROBUST, judge)
    if operation.method == "GET":
        judge = partial(protocol.head, scene, operation)
        yield rule("head", f"{label}: HEAD and OPTIONS", Promise.ROBUST, judge)
    if operation.secured:
        judge = partial(protocol.protected, scene, operation)
        yield rule("protected", f"{label} refuses strangers", Promise.PROTECTS, judge)


def _rule(
    operation: Operation,
    slug: str,
    title: str,
    promise: Promise,
    judge: _Judge,
    strength: Strength = Strength.SHALL,
) -> Rule[object]:
    # Nothing is drawn: a document is tried at its edges, which are known beforehand.
    def verify(target: Target, _: object) -> Checks:
        return judge(target)

    is_safe = operation.method in SAFE
    return Rule(
        id=f"{operation.api}/{operation.slug}/{slug}",
        title=title,
        requirements=(requirement_id(operation, promise),),
        verify=verify,
        strength=strength,
        needs=() if is_safe else ("writes_allowed",),
    )


def _listed(scene: Scene, operation: Operation, _: Target) -> Iterator[Check]:
    found = scene.unlisted.get(operation.id, {})
    documented = ", ".join(each.status for each in operation.answers)
    if not found:
        yield Check("contract.status", Status.PASS, documented or "no status", "no other refusal")
    # A remark on the document: clients have to handle any 4xx (RFC 9110, 15.5).
    for status, exchange in sorted(found.items()):
        yield Check(
            "contract.status",
            Status.WARN,
            documented or "no status is documented",
            str(status),
            exchange=exchange,
            source=str(operation.source or ""),
            attribution=Attribution.DOCUMENT,
        )


def untried(api: Api) -> Iterator[tuple[str, str]]:
    """Yield the ids of promises that no case can be made for, each with the reason.

    They would stay without a result for ever, and no server of the document could be certified.
    """
    makers = {family.creator.id for family in families(api)}
    for operation, promise in promised(api):
        if promise is Promise.KEEPS and operation.id not in makers:
            yield requirement_id(operation, promise), "the document reads nothing of what it makes"
        if promise is Promise.REFUSES and not _refuses_anything(api, operation):
            yield requirement_id(operation, promise), "the document allows whatever can be sent"


def _refuses_anything(api: Api, operation: Operation) -> bool:
    return chosen_body(operation) is not None or any(
        constraint.keyword not in ALLOWING
        for place in places_of(api, operation)
        for constraint in constraints_of(place)
    )
