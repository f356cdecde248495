"""Word the findings as annotations of a GitHub job: few enough that all of them are shown."""

from collections.abc import Iterable, Sequence

from harness.report.view import FindingView, VerdictView
from harness.report.wording import one_line, plural

MOST = 10
"""GitHub shows ten errors of a step and drops the rest without a word."""


def render(verdict: VerdictView) -> str:
    """Return at most ten workflow commands, one a requirement."""
    groups = _by_requirement((*verdict.findings, *verdict.unverified))
    lines = [_line(name, found) for name, found in list(groups.items())[: MOST - 1]]
    rest = len(groups) - len(lines)
    if rest:
        lines.append(_command("more", f"{plural(rest, 'further requirement')} in report.html"))
    return "".join(f"{line}\n" for line in lines)


def _by_requirement(findings: Iterable[FindingView]) -> dict[str, list[FindingView]]:
    groups: dict[str, list[FindingView]] = {}
    for each in findings:
        name = each.requirements[0] if each.requirements else each.case
        groups.setdefault(name, []).append(each)
    return groups


def _line(name: str, found: Sequence[FindingView]) -> str:
    first = found[0]
    told = f"{first.check}: expected {first.expected}, got {first.actual}"
    also = f" (and {plural(len(found) - 1, 'case')} more)" if len(found) > 1 else ""
    return _command(name, f"{first.case}: {told if first.check else first.message}{also}")


def _command(title: str, message: str) -> str:
    # A command ends with its line, and a property with a comma or colon (GitHub, workflow commands).
    title = _escaped(one_line(title, 100)).replace(":", "%3A").replace(",", "%2C")
    return f"::error title={title}::{_escaped(one_line(message, 500))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
