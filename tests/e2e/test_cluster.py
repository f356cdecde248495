"""A proof and a run on two workers of a Dask cluster come to what one process comes to, or are never green."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.dask_cluster import DaskCluster, dask_cluster
from tests.e2e.test_shards import SMALL, proof
from tests.program import CLEAN, ROOT, harness

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with dask_cluster(tmp_path_factory.mktemp("cluster"), workers=2) as found:
        yield found


def on(cluster: DaskCluster, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the program beside the cluster; it starts threads, which no fork of ours should."""
    return subprocess.run(
        [sys.executable, "-m", "harness", *words, *cluster.flags],
        cwd=cluster.folder,
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def without_jobs(words: list[str]) -> list[str]:
    place = words.index("--jobs")
    return [*words[:place], *words[place + 2 :]]


def verdict(folder: Path) -> dict[str, object]:
    told = json.loads((folder / "latest" / "verdict.json").read_text())
    names = ("verdict", "cases", "requirements", "requests", "operations", "scope")
    # Each mock that is started for a run has an address of its own.
    scope = {name: each for name, each in told["scope"].items() if name != "base_url"}
    causes = [each["check"] for each in told["causes"]]
    return {**{name: told[name] for name in names}, "scope": scope, "causes": causes}


def test_a_run_on_a_cluster_is_that_of_processes_here(cluster: DaskCluster, tmp_path: Path) -> None:
    words = ["run", "--only", "dental/health", "--no-allure", "-n", "2", "--fault", "health-silent"]

    far = on(cluster, *words, "--reports", str(tmp_path / "far"))
    near = harness(*words, "--reports", str(tmp_path / "near"), folder=cluster.folder)

    assert far.returncode == near.returncode == 1, far.stdout + far.stderr
    assert verdict(tmp_path / "far") == verdict(tmp_path / "near")


@pytest.mark.parametrize("command", ["run", "prove"])
def test_what_is_not_encrypted_is_refused(command: str, tmp_path: Path) -> None:
    refused = harness(command, "--on", "tcp://127.0.0.1:8786", folder=tmp_path)

    assert refused.returncode == 2
    assert "tcp://127.0.0.1:8786 is not encrypted" in refused.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(
            ["prove", "--cluster-ca", "a"], "--cluster-ca has no effect without --on", id="without"
        ),
        pytest.param(
            ["run", "--on", "tls://h:1", "--jobs", "2"], "--jobs has no effect with --on", id="jobs"
        ),
        pytest.param(["prove", "--on", "tls://h:1"], "wants certificates on both sides", id="none"),
    ],
)
def test_an_option_without_effect_is_refused(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    refused = harness(*words, folder=tmp_path)

    assert refused.returncode == 2
    assert sentence in refused.stderr


def test_a_proof_whose_worker_is_killed_is_that_of_one_process(
    cluster: DaskCluster, tmp_path: Path
) -> None:
    far = started(cluster, tmp_path)
    first = lines_until(far, "[1/5]")
    kill_one_at_work(cluster, far)
    rest, problem = far.communicate(timeout=100)

    near = harness(*SMALL, "--reports", str(tmp_path / "near"), folder=tmp_path)

    shown = first + rest
    assert " is lost\n" in shown, shown + problem
    assert shown.splitlines()[-1] == near.stdout.splitlines()[-1]
    assert (far.returncode, proof(tmp_path / "far")) == (near.returncode, proof(tmp_path / "near"))


def lines_until(far: "subprocess.Popen[str]", words: str) -> str:
    """Return what was printed up to a line with these words."""
    assert far.stdout is not None
    shown = ""
    for line in far.stdout:
        shown += line
        if words in line:
            break
    return shown


def started(cluster: DaskCluster, folder: Path) -> "subprocess.Popen[str]":
    words = [*without_jobs(SMALL), "--reports", str(folder / "far"), *cluster.flags]
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "harness", *words],
        cwd=folder,
        env={**CLEAN, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_one_at_work(cluster: DaskCluster, far: "subprocess.Popen[str]") -> None:
    """Kill a worker once it has a process that does its work."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and far.poll() is None:
        for worker in cluster.workers:
            if children(worker.pid):
                os.kill(worker.pid, SIGKILL)
                worker.wait()
                return
        time.sleep(0.05)
    raise AssertionError("no worker has begun")


def children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split() + [
            each
            for task in Path(f"/proc/{pid}/task").iterdir()
            for each in (task / "children").read_text().split()
        ]
    except OSError:
        return []
