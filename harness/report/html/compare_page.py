"""Render what changed between two runs as a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from harness.report.formats.changes import Pair, by_change, conclusion, reach, untold
from harness.report.html.report_page import asset, environment, policy

MAX_LISTED = 200
_BAD = ("new failure", "waiver expired", "test removed", "no longer judged")
_TITLES = (
    ("new failure", "Failed now, and not before", "new_failure"),
    ("waiver expired", "Waived before, and failed now", "waiver_expired"),
    ("test removed", "No longer there", "test_removed"),
    ("no longer judged", "Could be judged before, and not now", "no_longer_judged"),
    ("fixed", "Fixed", "fixed"),
    ("still failing", "Still failing", "still_failing"),
    ("newly waived", "Waived now, and not before", "newly_waived"),
    ("test added", "New", "test_added"),
    ("requirement set changed", "Requirement sets that changed", "requirement_set_changed"),
    ("document changed", "Documents that changed", "document_changed"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Cases or documents that changed in one way."""

    id: str
    title: str
    is_bad: bool
    names: tuple[str, ...]
    total: int


def render(pair: Pair, reasons: Mapping[str, str]) -> str:
    """Return the page; `reasons` say by case what is wrong with it now, or was before."""
    style = asset("tokens.css") + asset("report.css")
    slower = sorted(pair.changes.latency, key=lambda each: not each.slower)
    return (
        environment()
        .get_template("compare.html")
        .render(
            pair=pair,
            conclusion=conclusion(pair),
            kinds=tuple(_kinds(pair)),
            groups=tuple(by_change(pair)),
            reach=reach,
            reasons=reasons,
            latency=slower,
            style=Markup(style),  # noqa: S704 a file of ours
            policy=policy(style),
        )
    )


def _kinds(pair: Pair) -> Sequence[Kind]:
    found = []
    for word, title, member in _TITLES:
        names = untold(pair, member, getattr(pair.changes, member))
        if names:
            shown = tuple(names[:MAX_LISTED])
            found.append(Kind(member.replace("_", "-"), title, word in _BAD, shown, len(names)))
    return found
