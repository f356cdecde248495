"""Word the causes as annotations of a GitHub job: few enough that all of them are shown."""

from harness.report.view import CauseView, VerdictView
from harness.report.wording import one_line, plural

MOST = 10
"""GitHub shows ten errors of a step and drops the rest without a word."""


def render(verdict: VerdictView) -> str:
    """Return at most ten workflow commands, one a cause; what follows from another has none."""
    causes = [each for each in verdict.causes if not each.because]
    lines = [_line(each) for each in causes[: MOST - 1]]
    rest = len(causes) - len(lines)
    if rest:
        lines.append(_command("more", f"{plural(rest, 'further cause')} in report.html"))
    return "".join(f"{line}\n" for line in lines)


def _line(cause: CauseView) -> str:
    finding = cause.finding
    title = cause.requirements[0] if cause.requirements else finding.case
    also = f" (and {plural(cause.reach - 1, 'case')} more)" if cause.reach > 1 else ""
    follows = (
        f"; {plural(cause.explains, 'case')} could not be judged or fail by it"
        if cause.explains
        else ""
    )
    return _command(title, f"{finding.case}: {finding.sentence}{also}{follows}")


def _command(title: str, message: str) -> str:
    # A command ends with its line, and a property with a comma or colon (GitHub, workflow commands).
    title = _escaped(one_line(title, 100)).replace(":", "%3A").replace(",", "%2C")
    return f"::error title={title}::{_escaped(one_line(message, 500))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
