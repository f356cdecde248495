"""Take a list of scenarios that are known to fail, and report which of its entries no longer do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from harness import document
from harness.errors import DocumentError
from harness.jsonvalue import items, members, text
from harness.outcome import Check, Outcome, Status
from harness.source import Source

_KEYS = ("scenario", "reason", "expires")


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A scenario that may fail for now."""

    scenario: str
    reason: str
    expires: date
    source: Source


def load_expected_failures(
    path: Path, known: Sequence[str], *, today: date
) -> tuple[ExpectedFailure, ...]:
    """Read a file of `expected_failures:`. Raises DocumentError at the place of a mistake."""
    file = document.read(path)
    rows = items(members(file.data).get("expected_failures"))
    found = []
    for index, each in enumerate(rows):
        row, pointer = members(each), f"/expected_failures/{index}"
        missing = [key for key in _KEYS if not row.get(key)]
        if missing:
            raise DocumentError(
                f"an expected failure has no {' and no '.join(missing)}.",
                source=file.source(pointer),
                advice="Write scenario, reason and expires: YYYY-MM-DD.",
            )
        name, source = text(row["scenario"]), file.source(f"{pointer}/scenario")
        if name not in known:
            raise DocumentError(
                f"there is no scenario '{name}'.",
                source=source,
                advice="See them with: harness judge list",
            )
        expires = _day(text(row["expires"]), file.source(f"{pointer}/expires"))
        if expires < today:
            raise DocumentError(
                f"the expected failure of {name} expired on {expires}.",
                source=file.source(f"{pointer}/expires"),
                advice="Mend the client, or decide anew and give a later day.",
            )
        found.append(ExpectedFailure(name, text(row["reason"]), expires, source))
    return tuple(found)


def with_expected_failures(outcome: Outcome, expected: Sequence[ExpectedFailure]) -> Outcome:
    """Turn an expected failure into a skip with its reason, and a stale entry into a failure."""
    entry = next((each for each in expected if each.scenario == outcome.case), None)
    if entry is None:
        return outcome
    # Only a failure was expected, and not that a scenario could not be judged.
    if outcome.status is Status.FAIL:
        reason = f"expected to fail until {entry.expires}: {entry.reason}"
        checks = tuple(
            replace(check, status=Status.WARN) if check.status is Status.FAIL else check
            for check in outcome.checks
        )
        return replace(outcome, status=Status.WARN, checks=checks, message=reason)
    # A warning included: the failure that was expected has not come.
    if outcome.status in (Status.PASS, Status.WARN):
        stale = Check(
            "expected_failure.stale",
            Status.FAIL,
            "the scenario still fails",
            "it passes: remove the entry",
            source=str(entry.source),
        )
        message = f"{entry.source}: the scenario passes; remove its entry"
        return replace(
            outcome, status=Status.FAIL, checks=(*outcome.checks, stale), message=message
        )
    return outcome


def _day(value: str, source: Source) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DocumentError(
            f"'{value}' is no day.", source=source, advice="Write it as YYYY-MM-DD."
        ) from None
