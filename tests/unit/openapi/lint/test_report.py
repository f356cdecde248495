import json

import pytest

from harness.openapi.lint.report import artifact_uri, as_json, as_sarif, as_text
from harness.openapi.lint.rule import Finding, Severity
from harness.openapi.lint.table import BY_ID, RULES
from harness.source import Source

FINDINGS = (
    Finding(BY_ID["example-invalid"], Source("api.yaml", 3, 7), "the example is wrong", '"x"'),
    Finding(
        BY_ID["server-without-production"],
        Source("api.yaml"),
        "no server",
        severity=Severity.WARNING,
    ),
)


def test_text_report_has_two_lines_for_each_finding() -> None:
    assert as_text(FINDINGS) == (
        'api.yaml:3:7: error example-invalid: the example is wrong ("x").\n'
        "    Who copies the example is refused, or the schema refuses what works.\n"
        "api.yaml: warning server-without-production: no server.\n"
        "    Production has to be configured by hand.\n"
    )


def test_json_report_holds_every_field() -> None:
    report = as_json(FINDINGS)

    assert isinstance(report, list)
    assert report[0] == {
        "rule": "example-invalid",
        "severity": "error",
        "path": "api.yaml",
        "line": 3,
        "column": 7,
        "message": "the example is wrong",
        "value": '"x"',
        "consequence": "Who copies the example is refused, or the schema refuses what works.",
    }


def test_sarif_report_names_rules_levels_and_lines() -> None:
    log = json.loads(json.dumps(as_sarif(FINDINGS, version="1.2.3")))

    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert len(run["tool"]["driver"]["rules"]) == len(RULES)
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("example-invalid", "error"),
        ("server-without-production", "warning"),
    ]
    assert run["results"][1]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 1,
    }
    assert run["tool"]["driver"]["rules"][run["results"][1]["ruleIndex"]]["id"] == (
        "server-without-production"
    )


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        pytest.param("api.yaml", "api.yaml", id="plain"),
        pytest.param("my specs/api #1 ü.yaml", "my%20specs/api%20%231%20%C3%BC.yaml", id="signs"),
        pytest.param("100%.yaml", "100%25.yaml", id="percent"),
        pytest.param("/home/a b.yaml", "file:///home/a%20b.yaml", id="absolute"),
        pytest.param("a:b.yaml", "a%3Ab.yaml", id="colon"),
        pytest.param("https://acme.com/a%20b", "https://acme.com/a%20b", id="address"),
    ],
)
def test_paths_are_written_as_uri_references(path: str, uri: str) -> None:
    assert artifact_uri(path) == uri
