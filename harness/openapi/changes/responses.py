"""Compare responses: status codes, headers, bodies and links."""

from collections.abc import Mapping

from harness.jsonvalue import Json, members
from harness.openapi.change import Direction, Level
from harness.openapi.changes.contents import Contents, written_alike
from harness.openapi.changes.endpoints import Endpoint, resolved
from harness.openapi.changes.ledger import Ledger
from harness.openapi.changes.parameters import is_read_as_text
from harness.openapi.containment.atoms import Kind

Value = Mapping[str, Json]


def compare_responses(ledger: Ledger, old: Endpoint, new: Endpoint, direction: Direction) -> None:
    """Compare what an operation answers; `direction` is that of a request where the API is answered."""
    before, after = old.responses, new.responses
    paired: set[str] = set()
    for status, response in before.items():
        other = _now(status, after)
        # Callers wait for a success; that a failure is gone harms nobody.
        is_success = status.startswith("2")
        where = (old.label, f"answer {status}")
        if other is None:
            level = Level.BREAKING if is_success else Level.HARMLESS
            reason = "Who waits for it waits in vain." if is_success else "It no longer comes."
            ledger.note("answer-removed", where, "removed", level, reason)
            continue
        paired.add(other)
        place = (
            old.label,
            f"answer {status}" if status == other else f"answer {status} -> {other}",
        )
        _compare(ledger, place, (response, after[other]), direction)
    for status in after:
        # A new entry that an old one turned into is compared with that.
        if status not in paired and status not in before:
            _report_added(ledger, (old.label, f"answer {status}"), status, before)


def _now(status: str, after: Mapping[str, Value]) -> str | None:
    """Return the new entry for an old status: itself, the range around it, or one of its range."""
    if status in after:
        return status
    # `404` may be documented as a part of `4XX` now, or the reverse.
    around = f"{status[:1]}XX"
    if around in after:
        return around
    if status == around:
        return next((each for each in after if each.startswith(status[:1])), None)
    return None


def _report_added(
    ledger: Ledger, where: tuple[str, str], status: str, before: Mapping[str, Value]
) -> None:
    # Callers that were told of a range or a default had to expect it.
    is_covered = f"{status[:1]}XX" in before or "default" in before or status == "default"
    is_new = status.startswith("2") and not is_covered
    level = Level.BREAKING if is_new else Level.HARMLESS
    reason = "Readers were not told of it." if is_new else "Callers had to expect other failures."
    if status.startswith("2") and is_covered:
        reason = "A range or a default announced it."
    ledger.note("answer-added", where, "added", level, reason)


def _compare(
    ledger: Ledger, where: tuple[str, str], pair: tuple[Value, Value], direction: Direction
) -> None:
    old, new = pair
    contents = members(old.get("content")), members(new.get("content"))
    Contents(ledger, direction, *where, *contents).compare()
    _compare_headers(ledger, where, pair, direction)
    gone = members(old.get("links")).keys() - members(new.get("links")).keys()
    for name in sorted(gone):
        operation, path = where
        reason = "Tools that follow it stop there."
        ledger.note(
            "link-removed", (operation, f"{path} link {name}"), "removed", Level.WARNING, reason
        )


def _headers(root: Json, response: Value) -> dict[str, Value]:
    """Return headers by name; Content-Type is described by the content (OpenAPI 3.1, 4.8.17)."""
    return {
        name.lower(): resolved(root, header)
        for name, header in members(response.get("headers")).items()
        if name.lower() != "content-type"
    }


def _compare_headers(
    ledger: Ledger, where: tuple[str, str], pair: tuple[Value, Value], direction: Direction
) -> None:
    before, after = _headers(ledger.old, pair[0]), _headers(ledger.new, pair[1])
    for name in dict.fromkeys((*before, *after)):
        place = (where[0], f"{where[1]} header {name}")
        old, new = before.get(name), after.get(name)
        _report_promise(ledger, place, old, new)
        if old is not None and new is not None:
            _compare_values(ledger, place, (old, new), direction)


def _report_promise(
    ledger: Ledger, where: tuple[str, str], old: Value | None, new: Value | None
) -> None:
    # A header that is required is a promise; any other one may be missing anyway.
    was, is_now = ((item or {}).get("required") is True for item in (old, new))
    if was != is_now:
        what = "promised now" if is_now else "no longer promised"
        level = Level.BREAKING if was else Level.HARMLESS
        reason = "Readers could rely on it." if was else "Readers may leave it alone."
        ledger.note("answer-header", where, what, level, reason)
    elif new is None:
        reason = "Readers may have looked for it."
        ledger.note("answer-header", where, "removed", Level.WARNING, reason)
    elif old is None:
        reason = "Readers may leave it alone."
        ledger.note("answer-header", where, "added", Level.HARMLESS, reason)


def _compare_values(
    ledger: Ledger, where: tuple[str, str], pair: tuple[Value, Value], direction: Direction
) -> None:
    old, new = pair
    contents = [members(item.get("content")) for item in pair]
    if all(contents):
        Contents(ledger, direction, *where, *contents).compare()
        return
    # Scalars are written the same by every style of a header.
    what = written_alike(
        {"in": "header", **old}, {"in": "header", **new}, (Kind.ARRAY, Kind.OBJECT)
    )
    if any(contents) or what:
        what = what or "schema and content changed places"
        reason = "The value is written in another way."
        ledger.note("answer-header-serialization", where, what, Level.BREAKING, reason)
    # A `content` on one side only has been reported as another way of writing.
    if not any(contents):
        one, other = old.get("schema"), new.get("schema")
        is_safe = is_read_as_text(ledger, direction, one, other)
        ledger.schemas(direction, where, one, other, is_safe=is_safe)
