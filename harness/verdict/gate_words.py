"""Word a gate as a sentence that holds its limit and what was seen."""

from collections.abc import Mapping

from harness.verdict.model import Gate

_RATES = ("_rate", "coverage_min")
_SENTENCES: Mapping[str, str] = {
    "shall_failures": "At most {limit} cases may break what a SHALL requirement promises; {actual} did.",
    "errors": "At most {limit} cases may end in an error; {actual} did.",
    "unverified_cases": "At most {limit} cases may be left unverified; {actual} were.",
    "planned_equals_executed": "All {limit} planned cases must be executed; {actual} were.",
    "run_complete": "The run must come to its end; it {ended}.",
    "exchanges_min": "At least {limit} request must be sent; {actual} were.",
    "should_pass_rate": "At least {limit} of the recommendations tried must be kept; {actual} were.",
    "requirement_coverage_min": (
        "At least {limit} of the SHALL requirements that could be tested must have a result; "
        "{actual} have one."
    ),
    "operation_coverage_min": "At least {limit} of the operations must be reached; {actual} were.",
    "keyword_coverage_min": (
        "At least {limit} of the constraints on requests must be exercised from both sides; "
        "{actual} were."
    ),
    "new_failures_vs_baseline": "At most {limit} failures may be new since the baseline; {actual} are.",
    "removed_cases_vs_baseline": "At most {limit} cases may be gone since the baseline; {actual} are.",
    "max_waivers": "At most {limit} waivers may be in use; {actual} are.",
    "stale_waivers": "At most {limit} waivers may cover nothing; {actual} do.",
    "leak_scan": "At most {limit} secrets may stand in the files that were written; {actual} do.",
}
_NOT_SET: Mapping[str, str] = {
    "should_pass_rate": "Not set: no share of the recommendations is asked for; {actual} were kept.",
    "requirement_coverage_min": (
        "Not set: no share of the SHALL requirements is asked for; {actual} have a result."
    ),
    "operation_coverage_min": "Not set: no share of the operations is asked for; {actual} were reached.",
    "keyword_coverage_min": (
        "Not set: no share of the constraints is asked for; {actual} were exercised from both sides."
    ),
    "new_failures_vs_baseline": "Not set: no baseline was given to find new failures.",
    "removed_cases_vs_baseline": "Not set: no baseline was given to find cases that are gone.",
}


def sentence(gate: Gate) -> str:
    """Return what a gate demands and what was seen, with the note on it."""
    known = _SENTENCES if gate.is_set else _NOT_SET
    words = known.get(gate.name, "The limit of {name} is {limit}; {actual} was seen.").format(
        name=gate.name,
        limit=_figure(gate.name, gate.limit),
        actual=_figure(gate.name, gate.actual),
        ended="did" if gate.passed else "did not",
    )
    return f"{words[:-1]} ({gate.note})." if gate.note else words


def _figure(name: str, value: float) -> str:
    return f"{value * 100:.4g} %" if name.endswith(_RATES) else f"{value:,.10g}"
