"""What was made can be read, changed and removed, and afterwards it is as it was left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from harness.jsonvalue import Json, members
from harness.openapi.instances import NoInstance, Wanted, instance
from harness.openapi.merged import merged
from harness.openapi.model import Api, Operation
from harness.openapi.walk import Direction
from harness.outcome import Check, Status
from harness.rules.document.draft import Draft
from harness.rules.document.places import chosen_body
from harness.rules.document.positive import nothing_accepted
from harness.rules.document.resources import item_path_of, path_parameters, siblings
from harness.rules.document.scene import Scene, is_accepted
from harness.rules.document.verdicts import on_any, on_odd
from harness.rules.target import Answered, Target

# Members changed one by one, at three requests each.
MOST_MEMBERS = 12
SERVER_ERROR = 500
LATER = 202
"""Accepted for later: what is read at once may still be as before (RFC 9110, 15.3.3)."""


@dataclass(frozen=True, slots=True)
class Family:
    """The operations on one kind of object."""

    creator: Operation
    reader: Operation
    changers: tuple[Operation, ...]
    remover: Operation | None

    @property
    def operations(self) -> tuple[Operation, ...]:
        """All of them."""
        rest = (self.remover,) if self.remover else ()
        return (self.creator, self.reader, *self.changers, *rest)


def families(api: Api) -> tuple[Family, ...]:
    """Return the kinds of objects that can be made and read again."""
    found = []
    for creator in api.operations:
        path = item_path_of(api, creator) if creator.method == "POST" else None
        if path is None:
            continue
        item = next(each for each in api.operations if each.path == path)
        by_method = siblings(api, item)
        # Without a way to read it, nothing of what was made can be seen.
        if "GET" not in by_method:
            continue
        changers = tuple(by_method[each] for each in ("PUT", "PATCH") if each in by_method)
        found.append(Family(creator, by_method["GET"], changers, by_method.get("DELETE")))
    return tuple(found)


def life_cycle(scene: Scene, api: Api, family: Family, target: Target) -> Iterator[Check]:
    """Create, read, change, read, remove, read: each time what was done shows."""
    created = scene.baseline(target, family.creator)
    if created.draft is None:
        yield nothing_accepted(created.advice)
        return
    name = path_parameters(family.reader)[-1]
    # What is not there cannot be seen to change: members that can be changed are made, too.
    texts = [name for each in family.changers for name in _changeable(api, each)]
    ids = scene.created(target, family.creator, family.reader, name, texts)
    if ids is None:
        yield nothing_accepted(
            f"no id of what {family.creator.label} makes was found in its answer"
        )
        return
    values = {("path", each): value for each, value in ids.items()}
    read = scene.send(target, _reading(scene, target, family.reader, values))
    yield from on_odd(read)
    yield _seen(
        "state.created", read, is_met=is_accepted(read), expected="2xx for what was just made"
    )
    # Changes to what cannot be read leave no trace to compare.
    if not is_accepted(read):
        return
    for changer in family.changers:
        yield from _changed(scene, api, target, (family.reader, changer), values)
    if family.remover is not None:
        yield from _removed(scene, target, family, values)


def _reading(
    scene: Scene, target: Target, reader: Operation, values: Mapping[tuple[str, str], Json]
) -> Draft:
    base = scene.baseline(target, reader).draft or Draft(reader)
    return replace(base, values={**base.values, **values})


def _changed(
    scene: Scene,
    api: Api,
    target: Target,
    pair: tuple[Operation, Operation],
    values: Mapping[tuple[str, str], Json],
) -> Iterator[Check]:
    """Change one member after the other, and read each back."""
    reader, changer = pair
    base = scene.baseline(target, changer).draft
    media_type = chosen_body(changer)
    if base is None or media_type is None or not isinstance(base.body, Mapping):
        return
    base = replace(base, values={**base.values, **values})
    reading = _reading(scene, target, reader, values)
    for name, schema in _comparable(api, media_type.schema):
        try:
            # Another number than any baseline uses, so that the value is a new one.
            value = instance(api, schema, Wanted(Direction.REQUEST, number=7))
        except NoInstance:
            continue
        yield from _member_changed(scene, target, (reading, base), name, value)


def _member_changed(
    scene: Scene, target: Target, pair: tuple[Draft, Draft], name: str, value: Json
) -> Iterator[Check]:
    """Change one member by the second draft, and read it back by the first."""
    reading, base = pair
    before = members(scene.send(target, reading).body)
    # Lists and objects may come back in another form, and what is not shown cannot be compared.
    if not isinstance(value, str | int | float) or before.get(name, value) == value:
        return
    done = scene.send(target, replace(base, body={**members(base.body), name: value}))
    yield from on_any(done)
    # A refusal is for the member's own case to judge: only a change that was confirmed counts.
    if not is_accepted(done) or done.response.status == LATER:
        return
    after = scene.send(target, reading)
    yield from on_odd(after)
    # A server may write a value in its own way; one that is exactly as before was not changed.
    is_lost = members(after.body).get(name) == before[name]
    yield _seen(
        "state.changed",
        after,
        is_met=not is_lost,
        expected=f"{name} as {base.operation.method} has set it",
        actual="as it was before" if is_lost else "changed",
    )


def _removed(
    scene: Scene, target: Target, family: Family, values: Mapping[tuple[str, str], Json]
) -> Iterator[Check]:
    remover = family.remover
    if remover is None:
        return
    base = scene.baseline(target, remover).draft or Draft(remover)
    draft = replace(base, values={**base.values, **values})
    before = scene.send(target, _reading(scene, target, family.reader, values))
    done = scene.send(target, draft)
    yield from on_odd(done)
    if not is_accepted(done) or done.response.status == LATER:
        return
    after = scene.send(target, _reading(scene, target, family.reader, values))
    yield from on_any(after)
    # A removed object may still be shown as removed, so only the very same content is a failure.
    still = is_accepted(after) and after.response.body == before.response.body
    yield _seen(
        "state.removed",
        after,
        is_met=not still,
        expected="404 or 410 for what was removed",
        actual=f"{after.response.status} with the same content"
        if still
        else str(after.response.status),
    )
    # Removing it again must not crash, whatever the status.
    yield from on_any(scene.send(target, draft))


def still_accepted(scene: Scene, operation: Operation, target: Target) -> Iterator[Check]:
    """Send what was accepted once more after all else: no request of a run may have broken the API.

    A refusal may be right by then (a name that is taken, an object that is gone); a crash is not.
    """
    base = scene.fresh(target, operation)
    if base is None:
        yield nothing_accepted(scene.baseline(target, operation).advice)
        return
    # Objects of earlier cases are gone by now: the path leads to a fresh one.
    path = {key: value for key, value in base.values.items() if key[0] == "path"}
    for draft in scene.accepted(operation):
        # With other free texts: what exists under a name already is often found before it is made.
        again = scene.renewed(replace(draft, values={**draft.values, **path}))
        answered = scene.send(target, again)
        yield _seen(
            "state.still-accepted",
            answered,
            is_met=answered.response.status < SERVER_ERROR,
            expected="no 5xx for the like of what was accepted earlier in the run",
        )


def _changeable(api: Api, changer: Operation) -> tuple[str, ...]:
    media_type = chosen_body(changer)
    return tuple(name for name, _ in _comparable(api, media_type.schema)) if media_type else ()


def _comparable(api: Api, schema: Json) -> Iterator[tuple[str, Json]]:
    """Yield the members of a change whose effect can be read back: plain values that are not secret."""
    for name, inner in list(merged(api, schema).properties.items())[:MOST_MEMBERS]:
        own = merged(api, inner).keywords
        if own.get("readOnly") is not True and own.get("writeOnly") is not True:
            yield name, inner


def _seen(name: str, answered: Answered, *, is_met: bool, expected: str, actual: str = "") -> Check:
    return Check(
        name,
        Status.PASS if is_met else Status.FAIL,
        expected,
        actual or str(answered.response.status),
        exchange=answered.exchange.id,
    )
