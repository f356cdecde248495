"""Compare what is announced: names for tools, deprecation, the day of removal."""

from collections.abc import Mapping

from harness.jsonvalue import Json, items, text
from harness.openapi.change import Level
from harness.openapi.changes.endpoints import Endpoint
from harness.openapi.changes.ledger import Ledger

_STABILITY = ("draft", "alpha", "beta", "stable")


def compare_lifecycle(
    ledger: Ledger, where: tuple[str, str], old: Mapping[str, Json], new: Mapping[str, Json]
) -> None:
    """Report deprecation and a sunset that came, went or moved."""
    was, is_now = (item.get("deprecated") is True for item in (old, new))
    if was != is_now:
        what = "deprecated now" if is_now else "no longer deprecated"
        reason = "It still works; it is announced that it will not for ever."
        if was:
            reason = "It is here to stay."
        ledger.note("deprecation-changed", where, what, Level.INFORMATIONAL, reason)
    before, after = (text(item.get("x-sunset")) for item in (old, new))
    if before != after:
        is_sooner = bool(after) and (not before or after < before)
        level = Level.WARNING if is_sooner else Level.INFORMATIONAL
        reason = "It ends earlier than was announced." if is_sooner else "There is more time."
        what = f"sunset {before or 'none'} -> {after or 'none'}"
        ledger.note("sunset-changed", where, what, level, reason)


def compare_names(ledger: Ledger, old: Endpoint, new: Endpoint) -> None:
    """Report what tools name or group an operation by."""
    where = (old.label, "")
    before, after = (text(endpoint.value.get("operationId")) for endpoint in (old, new))
    if before != after:
        reason = "Generated code gets other names; nothing on the wire changes."
        what = f"{before or 'none'} -> {after or 'none'}"
        ledger.note("operation-id-changed", where, what, Level.INFORMATIONAL, reason)
    tags = [[text(tag) for tag in items(endpoint.value.get("tags"))] for endpoint in (old, new)]
    if set(tags[0]) != set(tags[1]):
        what = f"tags {', '.join(tags[0]) or 'none'} -> {', '.join(tags[1]) or 'none'}"
        reason = "Documentation and generated code are grouped otherwise."
        ledger.note("tags-changed", where, what, Level.INFORMATIONAL, reason)
    _compare_stability(ledger, where, old, new)
    compare_lifecycle(ledger, where, old.value, new.value)


def _compare_stability(
    ledger: Ledger, where: tuple[str, str], old: Endpoint, new: Endpoint
) -> None:
    before, after = (text(endpoint.value.get("x-stability-level")) for endpoint in (old, new))
    if before == after:
        return
    known = before in _STABILITY and after in _STABILITY
    is_lower = known and _STABILITY.index(after) < _STABILITY.index(before)
    level = Level.WARNING if is_lower or (before and not after) else Level.INFORMATIONAL
    reason = (
        "It may change sooner than was promised." if level is Level.WARNING else "More is promised."
    )
    what = f"stability {before or 'none'} -> {after or 'none'}"
    ledger.note("stability-changed", where, what, level, reason)
