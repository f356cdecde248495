"""Write findings for people, as JSON and as SARIF."""

from collections.abc import Sequence
from urllib.parse import quote

from harness.jsonvalue import Json
from harness.openapi.lint.rule import Finding, Rule
from harness.openapi.lint.table import GROUPS, RULES

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(findings: Sequence[Finding]) -> str:
    """Write two lines for each finding: what and where, then what follows from it."""
    return "".join(f"{finding}\n    {finding.rule.consequence}\n" for finding in findings)


def as_json(findings: Sequence[Finding]) -> Json:
    """Return the findings as an array of objects."""
    return [
        {
            "rule": finding.rule.id,
            "severity": finding.severity.value,
            "path": finding.source.path,
            "line": finding.source.line,
            "column": finding.source.column,
            "message": finding.what,
            "value": finding.value,
            "consequence": finding.rule.consequence,
        }
        for finding in findings
    ]


def as_sarif(findings: Sequence[Finding], *, version: str) -> Json:
    """Return the findings as a SARIF 2.1.0 log of one run."""
    driver: Json = {
        "name": "harness spec lint",
        "version": version,
        "rules": [_sarif_rule(rule) for rule in RULES],
    }
    run: Json = {
        "tool": {"driver": driver},
        "results": [_sarif_result(finding) for finding in findings],
    }
    return {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}


def artifact_uri(path: str) -> str:
    """Write a path as the URI reference that SARIF asks for (2.1.0, 3.4.3): blanks and signs encoded."""
    if path.startswith(("http://", "https://")):
        return path
    posix = path.replace("\\", "/")
    # The signs that a path of a URI may hold as they are (RFC 3986, 3.3).
    encoded = quote(posix, safe="/~!$&'()*+,;=@-._")
    return f"file://{encoded}" if posix.startswith("/") else encoded


def _sarif_rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.consequence},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _sarif_result(finding: Finding) -> Json:
    value = f" ({finding.value})" if finding.value else ""
    return {
        "ruleId": finding.rule.id,
        # By its place in the list of rules, so that a reader need not search for it.
        "ruleIndex": RULES.index(finding.rule),
        "level": finding.severity.value,
        "message": {"text": f"{finding.what}{value}. {finding.rule.consequence}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": artifact_uri(finding.source.path)},
                    "region": {
                        # SARIF counts from 1;
                        # a finding about a whole file has neither line nor column.
                        "startLine": max(finding.source.line, 1),
                        "startColumn": max(finding.source.column, 1),
                    },
                }
            }
        ],
    }


def rule_table() -> str:
    """Write all rules as Markdown, as the documentation has them."""
    return "\n".join(
        line
        for title, group in GROUPS.items()
        for line in (
            f"## {title}\n",
            "| rule | severity | checks that | by | what follows |",
            "|---|---|---|---|---|",
            *(_row(rule) for rule in group),
            "",
        )
    )


def _row(rule: Rule) -> str:
    level = f"{rule.severity} (only when asked for)" if rule.is_optional else str(rule.severity)
    cells = (f"`{rule.id}`", level, rule.summary, rule.section, rule.consequence)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
