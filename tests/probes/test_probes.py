"""Each probe, run against its scripted server: the verdict, the calls, the waits, the outputs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.jsonvalue import members, text
from harness.outcome import Status
from tests.probes.judge import differences
from tests.probes.loopback import Script, serving
from tests.probes.ours import Runner, Seen, as_expected, linted, opened, opened_runner, ran
from tests.probes.probe import Probe, probes

PROBES = probes()
APART = "extensions/teardown-of-nothing"  # a teardown never changes the verdict of its case
STATIC = [p for p in PROBES if p.expect == "error" and not p.calls and p.name != APART]


@pytest.fixture(scope="module")
def only_runner() -> Iterator[Runner]:
    with opened_runner() as made:
        yield made


@pytest.fixture
def runner(only_runner: Runner) -> Runner:
    """Return the runner with no wait on its clock."""
    only_runner.clock.slept.clear()
    return only_runner


def details(seen: Seen, slept: list[float]) -> dict[str, object]:
    """Return all that a probe may ask for besides verdict and calls."""
    reports = list(seen.reports.values())
    first = reports[0] if reports else None
    return {
        "outputs": dict(first.outputs) if first else {},
        "recovered": list(first.recovered) if first else [],
        "teardown": str(first.teardown.status) if first and first.teardown else "",
        "cases": {name: str(each.status) for name, each in seen.reports.items()},
        "waits": list(slept),
    }


@pytest.mark.parametrize("probe", PROBES, ids=[probe.name for probe in PROBES])
def test_probe(probe: Probe, runner: Runner, tmp_path: Path) -> None:
    script = Script(members(probe.given.get("answers")), runner.elapse, runner.now)
    with serving(script) as url:
        seen = linted(probe, tmp_path, runner.context(probe, url))

    assert (as_expected(seen.verdict), differences(probe, script.calls)) == (probe.expect, []), (
        f"{probe.rule}\n{seen.message}"
    )
    found = details(seen, runner.clock.slept)
    wanted = {name: probe.given[name] for name in found if name in probe.given}
    assert {name: found[name] for name in wanted} == wanted
    assert text(probe.given.get("told")) in seen.message


@pytest.mark.parametrize("probe", STATIC, ids=[probe.name for probe in STATIC])
def test_what_the_linter_refuses_is_red_without_it(
    probe: Probe, runner: Runner, tmp_path: Path
) -> None:
    script = Script(members(probe.given.get("answers")), runner.elapse, runner.now)
    with serving(script) as url:
        try:
            verdict = ran(probe, opened(probe, tmp_path), runner.context(probe, url)).verdict
        except HarnessError:
            verdict = Status.ERROR

    assert verdict in (Status.FAIL, Status.ERROR)


def test_every_rule_has_a_probe_of_its_own() -> None:
    assert len(PROBES) >= 90
    assert [probe.name for probe in PROBES if not probe.rule] == []
