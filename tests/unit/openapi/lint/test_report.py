import json

from harness.openapi.finding import EXAMPLE_INVALID, RULES, SERVER_WITHOUT_PRODUCTION, Finding
from harness.openapi.lint_report import as_json, as_sarif, as_text
from harness.source import Source

FINDINGS = (
    Finding(EXAMPLE_INVALID, Source("api.yaml", 3, 7), "the example is wrong", '"x"'),
    Finding(SERVER_WITHOUT_PRODUCTION, Source("api.yaml"), "no server"),
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
