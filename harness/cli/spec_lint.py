"""`harness spec lint`: find what is wrong with documents."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from harness import __version__
from harness.cli.console import say, say_text
from harness.cli.options import size_option
from harness.document import read
from harness.openapi.bundled import document_names
from harness.openapi.lint import report
from harness.openapi.lint.ignores import read_ignores
from harness.openapi.lint.rule import Finding, Severity
from harness.openapi.lint.run import lint_file, selection_of
from harness.openapi.lint.table import GROUPS
from harness.resources import shipped
from harness.session.clock import real_time


@click.command("lint")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--rules",
    metavar="RULES",
    default="",
    help="Only these rules (a,b), one more or less (+a,-b), or another severity (a=note); 'all' is every rule.",
)
@click.option(
    "--ignore",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Findings to leave out: a list of rule, reason, expires, and file or at.",
)
@click.option("--list-rules", is_flag=True, help="List the rules instead.")
@size_option
def command(
    *, files: Sequence[Path], form: str, rules: str, ignore: Path | None, list_rules: bool
) -> None:
    """Find what is wrong with documents before it makes tests wrong; the bundled ones if none is named.

    One run lists everything. Exit code 1 says that there is an error; warnings and notes alone do not.
    A comment `# lint-ignore RULE until YYYY-MM-DD: reason` leaves out what stands in its line or the next.

    \b
    Examples:
      harness spec lint
      harness spec lint ~/Downloads/dental.json --format sarif
      harness spec lint api.yaml --rules=-pattern-not-anchored,component-unused=note
      harness spec lint --list-rules
    """
    if list_rules:
        _print_rules()
        return
    selection = selection_of(rules)
    ignores = read_ignores(read(ignore)) if ignore else ()
    today = real_time().now().date()
    # Those that ship, where none is named.
    paths = list(files) or [shipped("specs") / name / "openapi.yaml" for name in document_names()]
    kept = [lint_file(each, selection=selection, ignores=ignores, today=today) for each in paths]
    findings = [finding for each in kept for finding in each.findings]
    say_text(_FORMS[form](findings))
    counts = Counter(finding.severity for finding in findings)
    if form == "text":
        say(_summary(len(paths), counts, sum(each.ignored for each in kept)))
    # Warnings and notes alone are no reason to stop a pipeline.
    sys.exit(1 if counts[Severity.ERROR] else 0)


def _summary(documents: int, counts: Mapping[Severity, int], ignored: int) -> str:
    numbers = [counted(counts[each], each.value) for each in Severity]
    left_out = [f"{ignored} ignored"] if ignored else []
    return f"{counted(documents, 'document')}: {', '.join((*numbers, *left_out))}"


def _print_rules() -> None:
    for title, group in GROUPS.items():
        say(title)
        for rule in group:
            level = "off" if rule.is_optional else rule.severity.value
            say(f"  {rule.id:32} {level:8} {rule.summary}")


_FORMS: Mapping[str, Callable[[Sequence[Finding]], str]] = {
    "text": report.as_text,
    "json": lambda found: json_text(report.as_json(found)),
    "sarif": lambda found: json_text(report.as_sarif(found, version=__version__)),
}


def json_text(value: object) -> str:
    """Write a value as JSON that people read, too."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def counted(count: int, noun: str) -> str:
    """Return `1 change` or `2 changes`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
