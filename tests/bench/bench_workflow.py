"""Measure workflows of three steps against a loopback server, beside other runners.

    python tests/bench/bench_workflow.py            # ours alone
    HARNESS_PEERS=folder python tests/bench/bench_workflow.py

Each runner starts its own process, start-up included; the best of three campaigns counts. The
server tells how many requests came, so that nobody is fast by leaving some out. Exits with 1
where a target is missed.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.figures import split, write  # noqa: E402 as below
from tests.bench.peers import ENVIRONMENT, PEERS, VARIABLE, Peer, rows  # noqa: E402 the root must be known first

WORKFLOWS = 200
STEPS = 3
CAMPAIGNS = 3
LEAST_REQUESTS_PER_SECOND = 300.0
MOST_CPU_MS = 3.0
MOST_SECONDS_FOR_ONE = 0.9


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run of a program took."""

    wall_seconds: float
    cpu_seconds: float
    requests: int

    @property
    def per_second(self) -> float:
        return self.requests / self.wall_seconds

    @property
    def cpu_ms(self) -> float:
        return self.cpu_seconds * 1000 / self.requests


class Failed(Exception):
    """A runner did not do what it was asked for."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of the answering process."""
    command = [sys.executable, str(HERE / "bench_server.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def seen(url: str) -> int:
    with urlopen(f"{url}/seen", timeout=10) as answer:  # noqa: S310 our own loopback address
        return int(answer.read())


def measured(command: Sequence[str], folder: Path, url: str) -> Measured:
    """Run a program to its end and measure it. Raises Failed where it did not succeed."""
    before, started = seen(url), time.perf_counter()
    log = folder / "log.txt"
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, env=environment)
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed("\n".join(log.read_text(errors="replace").splitlines()[-15:]))
    return Measured(wall, used.ru_utime + used.ru_stime, seen(url) - before)


def best(command: Sequence[str], folder: Path, url: str, *, wanted: int) -> Measured:
    """Return the quickest campaign. Raises Failed where requests are missing."""
    runs = [measured(command, folder, url) for _ in range(CAMPAIGNS)]
    for run in runs:
        if run.requests != wanted:
            raise Failed(f"{run.requests} requests came instead of {wanted}")
    return Measured(
        min(run.wall_seconds for run in runs), min(run.cpu_seconds for run in runs), wanted
    )


def ours(folder: Path, count: int) -> list[str]:
    """Write our document for so many workflows and return the command that runs it."""
    plain = (folder / "three-steps.arazzo.yaml").read_text(encoding="utf-8")
    cases = f"    x-cases: {{matrix: {{payer: [{', '.join(rows(count))}]}}}}\n    inputs:\n"
    (folder / "ours.arazzo.yaml").write_text(
        plain.replace("    inputs:\n", cases, 1), encoding="utf-8"
    )
    return [sys.executable, "-m", "harness", "workflow", "run", "ours.arazzo.yaml"]


@contextmanager
def workplace(url: str) -> Iterator[Path]:
    """Yield a folder with the documents and the file, aimed at the server."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(HERE / "workflow", folder, dirs_exist_ok=True)
        openapi = folder / "openapi.yaml"
        text = openapi.read_text(encoding="utf-8").replace("http://127.0.0.1:1}", f"{url}}}")
        openapi.write_text(text, encoding="utf-8")
        (folder / "document.txt").write_bytes(b"synthetic\n" * 307 + b"ok")
        yield folder


def peer_measured(peer: Peer, url: str) -> Measured | None:
    """Measure a peer; None where it is missing or fails, with a line that says so."""
    program = peer.path()
    if program is None:
        say(f"{peer.name:<18} missing: no {peer.program} in the folder of {VARIABLE}")
        return None
    with workplace(url) as folder:
        command = [str(program), *peer.prepare(folder, WORKFLOWS)]
        try:
            return best(command, folder, url, wanted=WORKFLOWS * STEPS)
        except Failed as problem:
            say(f"{peer.name:<18} failed: {problem}")
            return None


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def told(name: str, run: Measured, mine: Measured) -> None:
    say(
        f"{name:<18} {run.wall_seconds:7.2f} s {run.cpu_seconds:7.2f} s {run.per_second:8.0f} /s"
        f" {run.cpu_ms:8.2f} ms {mine.per_second / run.per_second:9.1f} x"
    )


def main() -> int:
    """Measure, print, and judge by the targets."""
    with server() as url:
        with workplace(url) as folder:
            one = best(ours(folder, 1), folder, url, wanted=STEPS)
            mine = best(ours(folder, WORKFLOWS), folder, url, wanted=WORKFLOWS * STEPS)
        say(f"{WORKFLOWS} workflows of {STEPS} steps, contract checks on, start-up included")
        say(
            f"{'':<18} {'wall':>9} {'CPU':>9} {'requests':>11} {'CPU/request':>11} {'ours/its':>11}"
        )
        told("harness", mine, mine)
        figures: dict[str, float | str] = {
            "harness, requests/s": mine.per_second,
            "harness, CPU ms a request": mine.cpu_ms,
            "harness, seconds for one workflow": one.wall_seconds,
        }
        for peer in PEERS:
            run = peer_measured(peer, url)
            if run is None:
                figures[peer.name] = "could not be had"
                continue
            told(peer.name, run, mine)
            figures[f"{peer.name}, CPU ms a request"] = run.cpu_ms
            figures[f"{peer.name} to harness, CPU"] = run.cpu_ms / mine.cpu_ms
    write(split(sys.argv[1:])[1], figures)
    say(f"one workflow from process start to exit: {one.wall_seconds:.2f} s")
    met = (
        mine.per_second >= LEAST_REQUESTS_PER_SECOND,
        mine.cpu_ms <= MOST_CPU_MS,
        one.wall_seconds <= MOST_SECONDS_FOR_ONE,
    )
    say(
        f"targets: at least {LEAST_REQUESTS_PER_SECOND:.0f} requests/s {_word(met[0])}, at most"
        f" {MOST_CPU_MS:g} ms CPU a request {_word(met[1])}, one in at most"
        f" {MOST_SECONDS_FOR_ONE:g} s {_word(met[2])}"
    )
    return 0 if all(met) else 1


def _word(met: bool) -> str:
    return "met" if met else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
