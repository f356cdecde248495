"""The scripts of all causes of all faults of the mock: none is false, and what decides shows its fault."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from harness.config import Overrides
from harness.mock.fault import Fault
from harness.session.prove.trial import trial
from harness.verdict.model import Cause
from tests.hard.sizes import attempts
from tests.integration.scripts import BASH, LOOK, SHOWS, SHOWS_NOT, mock, run_of, tried
from tests.products import FAULTS, load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BASH, reason="bash is not installed"),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]
MOST_CASES, MOST_WORKFLOWS = 16, 3
"""Cases of a fault that are run: enough for a cause to have more than one."""
CHOSEN = FAULTS[:: max(1, len(FAULTS) // attempts(len(FAULTS), least=6))]
EXPECTED = {(SHOWS, SHOWS_NOT), (LOOK, LOOK)}
"""What a script ends with, at a mock that has the fault and at one that has none."""


@pytest.fixture(scope="module")
def concerned(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Sequence[str]]:
    """Return the cases that verify each requirement, but the sequences, which take a minute each."""
    folder = tmp_path_factory.mktemp("cases")
    found: dict[str, dict[bool, list[str]]] = {}
    with trial(load(Overrides(reports=folder), folder=folder, environ={})) as mocked:
        for case in mocked.cases:
            for name in () if "/model/" in case.id else case.planned.requirements:
                kinds = found.setdefault(name, {True: [], False: []})
                kinds[case.planned.kind == "workflow"].append(case.id)
    return {
        name: [*_some(kinds[False], MOST_CASES), *_some(kinds[True], MOST_WORKFLOWS)]
        for name, kinds in found.items()
    }


def _some(names: Sequence[str], most: int) -> Sequence[str]:
    return names[:: max(1, len(names) // most)]


def _roots(fault: Fault, only: Sequence[str], folder: Path) -> Iterator[tuple[Cause, Path]]:
    result = run_of(fault.id, ",".join(only), folder)
    for cause in result.verdict.causes:
        if cause.reproduce and not cause.because:
            yield cause, result.folder / cause.reproduce


@pytest.mark.parametrize("fault", [pytest.param(each, id=each.id) for each in CHOSEN])
def test_the_scripts_of_a_fault_show_it_and_show_nothing_where_it_is_not(
    fault: Fault, concerned: Mapping[str, Sequence[str]], tmp_path: Path
) -> None:
    ended: dict[str, tuple[int, int]] = {}
    for cause, script in _roots(fault, concerned[fault.breaks], tmp_path):
        with mock(fault.id) as url:
            broken, _ = tried(script, url)
        with mock() as url:
            sound, _ = tried(script, url)
        ended[f"{cause.finding.case}: {cause.check}"] = broken, sound

    if not ended:
        pytest.skip("none of the cases that are run here fails by it")
    assert {name: codes for name, codes in ended.items() if codes not in EXPECTED} == {}
