"""A run of which a shard was lost is inconclusive and says which; what is there is judged."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.config import Overrides, Settings
from harness.jsonvalue import members, text
from harness.report.proof import NotDone
from harness.session.cluster.address import Cluster
from harness.session.cluster.child import Child
from harness.session.cluster.dispatch import Answer, Outcome, Workers
from harness.session.cluster.proving import ClusterProof
from harness.session.cluster.running import ClusterRun, Reach
from harness.session.prove.campaign import look_at_clean_mock
from harness.session.prove.tasks import Plan, tasks_of
from harness.session.run.suite_run import RunOptions
from tests.fakes import FakeClock
from tests.products import fault_called, load

CLUSTER = Cluster("tls://scheduler:8786", Path("ca"), Path("cert"), Path("key"))


@dataclass
class OneWorker:
    """Does orders in this process, and loses those with a word in their name as often as they come."""

    folder: Path
    loses: str
    answered: list[Answer] = field(default_factory=list)
    child: Child | None = None

    def threads(self) -> Mapping[str, int]:
        return {"here": 1}

    def start(self, key: str, worker: str, text: str) -> None:
        assert worker == "here"
        if self.loses in key:
            self.answered.append(Answer(key, Outcome.LOST))
            return
        self.answered.append(self._done(key, text))

    def _done(self, key: str, order: str) -> Answer:
        self.child = self.child or Child(self.folder)
        told = self.child.answer(order)
        assert "failed" not in told, told
        assert "unfit" not in told, told
        archive = text(members(told).get("archive"))
        return Answer(
            key, Outcome.DONE, json.dumps(told), Path(archive).read_bytes() if archive else b""
        )

    def answers(self, _: float) -> Sequence[Answer]:
        found, self.answered = self.answered, []
        return found

    def forget(self, key: str) -> None:
        raise AssertionError(key)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    overrides = Overrides(only="dental/health", reports=tmp_path / "reports")
    return load(overrides, folder=tmp_path, environ={})


def reaching(worker: OneWorker) -> Reach:
    @contextmanager
    def reach(_: Cluster) -> Iterator[Workers]:
        yield worker
        if worker.child:
            worker.child.stack.close()

    return reach


@pytest.mark.slow
@pytest.mark.parametrize("shard", ["shard 1", "shard 2"])
def test_a_shard_that_was_lost_twice_leaves_a_run_inconclusive(
    settings: Settings, tmp_path: Path, shard: str
) -> None:
    worker = OneWorker(tmp_path, loses=shard)
    lines: list[str] = []
    run = ClusterRun(CLUSTER, 2, FakeClock().time(), lines.append, reaching(worker))

    result = run.run(settings, RunOptions(allure=False), lambda _: None)

    assert result.verdict.conclusion.value == "INCONCLUSIVE"
    assert result.verdict.exit_code == 3
    assert f"{shard}/2 was not done: its worker was lost, twice." in result.error
    assert sum(1 for line in lines if line.startswith(shard)) == 1
    assert (result.folder / "verdict.json").is_file()
    assert not (result.folder / ".parts").exists()


@pytest.mark.slow
def test_a_run_of_which_nothing_came_back_is_inconclusive(
    settings: Settings, tmp_path: Path
) -> None:
    worker = OneWorker(tmp_path, loses="shard")
    run = ClusterRun(CLUSTER, 2, FakeClock().time(), lambda _: None, reaching(worker))

    result = run.run(settings, RunOptions(allure=False), lambda _: None)

    assert (result.verdict.exit_code, result.verdict.conclusion.value) == (3, "INCONCLUSIVE")
    assert "shard 1/2 was not done" in result.error
    assert "shard 2/2 was not done" in result.error


@pytest.mark.slow
def test_a_fault_that_was_lost_twice_is_named_and_the_others_are_proved(
    settings: Settings, tmp_path: Path
) -> None:
    clean = look_at_clean_mock(settings)
    plan = Plan(tuple(map(fault_called, ("health-silent", "health-down"))), (), (1,))
    worker = OneWorker(tmp_path, loses="health-silent")
    proof = ClusterProof(CLUSTER, settings, lambda _: None, reaching(worker))

    results = list(proof.results(tasks_of(plan, settings, clean)))

    lost = [each for each in results if isinstance(each, NotDone)]
    assert [str(each) for each in lost] == [
        "fault health-silent (seed 1): its worker was lost, twice."
    ]
    assert len(results) == 2
