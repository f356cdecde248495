"""Words and figures that every report for people shares."""

import re
from collections import Counter

from harness.events import DocumentUsed
from harness.outcome import Status
from harness.report.view import GateView, VerdictView

LABELS = {
    Status.PASS: "passed",
    Status.FAIL: "failed",
    Status.WARN: "observed",
    Status.ERROR: "error",
    Status.SKIP: "skipped",
    Status.OMIT: "omitted",
    Status.WAIVED: "waived",
    Status.REVIEW: "to review",
    Status.NOT_RUN: "not run",
}
UNJUDGED = (Status.ERROR, Status.SKIP, Status.REVIEW, Status.NOT_RUN)

_CULPRITS = {
    "api": "the API",
    "document": "the document it is judged by",
    "harness": "the harness",
    "environment": "the environment",
    "rule": "a rule of one's own",
}
# Besides control characters the marks that break lines or turn the direction of text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# Signs that mean something in Markdown, "@" among them, which would call somebody.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$@&-])")
_NEXT = {
    "CONFORMANT": "Keep record.jsonl: the verdict can be recomputed from it.",
    "CONFORMANT_WITH_WAIVERS": "Mend what is waived before its waiver ends.",
    "NON_CONFORMANT": "Take the first cause, run its script, and mend what it shows.",
    "INCONCLUSIVE": "Nothing is proven either way. Remove the first cause, then run again.",
}


def next_step(verdict: VerdictView) -> str:
    """Say what a reader should do now."""
    broken = [gate.name for gate in verdict.gates if not gate.passed]
    # The exit code is 1 then, although no contract was broken.
    if verdict.conclusion.startswith("CONFORMANT") and broken:
        return (
            f"No contract was broken; {plural(len(broken), 'gate')} of the run "
            f"{'is' if len(broken) == 1 else 'are'} not met: {', '.join(broken)}."
        )
    if verdict.scope.is_client and verdict.conclusion == "NON_CONFORMANT":
        return "Take the first cause, mend the client, and judge it again by that scenario."
    if verdict.conclusion == "INCONCLUSIVE" and not verdict.causes:
        return (
            "Nothing is proven either way. Remove what kept it from being judged, then run again."
        )
    return _NEXT[verdict.conclusion] + _rest(verdict)


def culprit(attribution: str, *, is_client: bool) -> str:
    """Return whose fault it is in words; a failure of what was tested is the client's or the API's."""
    if is_client and attribution == "api":
        return "the client"
    return _CULPRITS[attribution]


def whose_fault(verdict: VerdictView) -> str:
    """Say who is at fault, for the causes that follow from no other; nothing where there are none."""
    roots = [each for each in verdict.causes if not each.because]
    counted = Counter(
        culprit(each.attribution, is_client=verdict.scope.is_client) for each in roots
    )
    if not counted:
        return ""
    if len(counted) == 1:
        [(whose, count)] = counted.items()
        return whose + (f", in all {plural(count, 'cause')}" if count > 1 else "")
    told = [f"{whose} in {plural(count, 'cause')}" for whose, count in counted.most_common()]
    return "; ".join(told)


def _rest(verdict: VerdictView) -> str:
    """Say of how many cases nothing is known, where a run was only a part."""
    scope = verdict.scope
    noun = "scenarios of the judge" if scope.is_client else "cases of the suite"
    left = scope.cases_total - verdict.cases.planned
    # What failed is enough to act upon; only of a success the extent matters.
    if not verdict.conclusion.startswith("CONFORMANT") or left <= 0:
        return ""
    return f" It says nothing of the {left:,} other {noun}."


def one_line(text: str, limit: int = 200) -> str:
    """Return text that came over the wire as one harmless line of bounded length."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1]}\u2026"


def markdown_text(text: str) -> str:
    """Return text that came over the wire as one line that means nothing in Markdown."""
    return _MARKDOWN.sub(r"\\\1", one_line(text, 500))


def figure(value: float, gate: GateView | None = None) -> str:
    """Write a count as a count and a rate as a percentage."""
    if gate is not None and is_rate(gate):
        return f"{value * 100:.4g} %"
    return f"{value:,.10g}"


def is_rate(gate: GateView) -> bool:
    """Return whether a gate's figures run from 0 to 1."""
    return gate.name.endswith(("_rate", "coverage_min"))


def bound(gate: GateView) -> str:
    """Write a gate's limit with its direction; what is not set has none."""
    if gate.state == "not set":
        return "not set"
    # Names say the direction, as nothing else of a gate does.
    if gate.name.endswith(("_min", "_rate", "_complete")):
        return f"at least {figure(gate.limit, gate)}"
    if gate.name == "planned_equals_executed":
        return f"exactly {figure(gate.limit)}"
    return f"at most {figure(gate.limit)}"


def duration(seconds: float) -> str:
    """Write a duration as people say it."""
    # Rounded to whole milliseconds it would be nothing.
    if 0 < seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    # Ninety seconds are said as such; beyond that people count in minutes.
    if seconds < 90:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def decade(power: int) -> str:
    """Write a power of ten in seconds."""
    return f"{10.0**power:g} s" if power >= 0 else f"{10.0 ** (power + 3):g} ms"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


_ASKED = {
    "all": " (x-formats or --formats asked for all)",
    "none": " (x-formats or --formats asked for none)",
}


def formats_sentence(document: DocumentUsed) -> str:
    """Return one sentence on the formats that a document names; empty where it names none."""
    parts = (
        (document.formats_asserting, "a breach fails"),
        (document.formats_warning, "a breach only warns"),
        (document.formats_unchecked, "not checked"),
    )
    named = "; ".join(f"{what}: {', '.join(names)}" for names, what in parts if names)
    if not named:
        return ""
    return one_line(f"Formats{_ASKED.get(document.formats, '')}, {named}.", 1_000)
