"""Run the mock in a process of its own for as long as a run needs it."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

from harness import limits
from harness.config import Settings
from harness.errors import HarnessError, TargetError, Unreachable, UsageError
from harness.exchange import Request
from harness.jsonvalue import compact
from harness.plugin.bench import Bench

READY_SECONDS = 30.0
STOP_SECONDS = 5.0


@contextmanager
def running_mock(faults: Sequence[str] = (), specs: Sequence[Path] = ()) -> Iterator[str]:
    """Start the mock on a free loopback port and give its URL; end it afterwards.

    It is that of the installed products, or of the documents that are named.
    """
    flags = [flag for fault in faults for flag in ("--fault", fault)]
    flags += [flag for spec in specs for flag in ("--spec", str(spec))]
    # Only documents that are named are read there, and they may be large.
    flags += [f"--max-size={limits.current().size_bytes}"] if specs else []
    # -P: what lies in the folder that a run is started in is no module of ours, whatever it is called.
    started = [sys.executable, "-P", "-m", "harness", "mock"]
    command = [*started, "--port", "0", "--stop-with-stdin", *flags]
    # Its own session: Ctrl-C must reach the run alone, which then ends the mock in order.
    process = subprocess.Popen(  # noqa: S603 our own program with our own arguments
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield _url(process)
    finally:
        # In order first, so that it frees its port and writes its last lines.
        process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _url(process: subprocess.Popen[str]) -> str:
    lines: Queue[str] = Queue()
    # In a thread of its own, since a read of a pipe knows no timeout.
    Thread(target=_first_line, args=(process.stdout, lines), daemon=True).start()
    try:
        line = lines.get(timeout=READY_SECONDS)
    except Empty:
        line = ""
    # The line ends with the address: `harness mock is ready at URL`.
    _, _, url = line.strip().rpartition(" ")
    if not url.startswith("http"):
        raise _why_not(process)
    return url


def _why_not(process: subprocess.Popen[str]) -> HarnessError:
    """Pass on what the mock said; what it calls a wrong use is one of ours too."""
    process.kill()
    code = process.wait()
    said = (process.stderr.read() if process.stderr else "").strip().splitlines()
    # The last line is the message; before it, libraries may have warned.
    reason = said[-1].removeprefix("error: ") if said else "it said nothing"
    if code == UsageError.exit_code:
        return UsageError(reason)
    return TargetError(f"the mock did not start ({reason}).")


def _first_line(stream: IO[str] | None, lines: "Queue[str]") -> None:
    lines.put(stream.readline() if stream else "")


PATH = "/_mock/clock"


def with_clock(bench: Bench) -> Bench:
    """Return a bench whose rules may move the clock, which has to cost no waiting, and have calls fail."""
    send = bench.client.bound("run/clock")
    url = bench.settings.environment.base_url + PATH

    def advance(seconds: float) -> None:
        body = compact({"advance": seconds}).encode()
        request = Request("POST", url, (("Content-Type", "application/json"),), body)
        response = send(request).response
        if response is None or response.status != 200:
            raise Unreachable("the mock did not move its clock.")
        bench.time.sleep(seconds)

    return replace(bench, settings=_failing(bench.settings), advance=advance)


def _failing(settings: Settings) -> Settings:
    environment = settings.environment
    # Our own mock fails on request, which nobody may ask of any other target.
    capabilities = replace(environment.capabilities, fault_injection=True)
    return replace(settings, environment=replace(environment, capabilities=capabilities))
