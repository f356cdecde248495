"""Count which runner passes which probes, and write the table into README.md.

    HARNESS_PEERS=folder python tests/probes/scoreboard.py [--write]

The folder may hold `node_modules/` (with @redocly/cli) and `arazzo/` (a venv with arazzo-runner).
Peers are asked for the standard probes only, in real time. A probe is passed where the verdict is
right and, unless the document or the network is at fault, the calls and their waits are as well.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

HOME = Path(__file__).parent
sys.path.insert(0, str(HOME.parent.parent))

from harness.document import parse  # noqa: E402 the root must be known first
from harness.errors import DocumentError  # noqa: E402
from harness.jsonvalue import Json, items, members, number  # noqa: E402
from tests.probes.judge import differences  # noqa: E402
from tests.probes.loopback import Call, Script, serving  # noqa: E402
from tests.probes.ours import as_expected, linted, opened_runner  # noqa: E402
from tests.probes.probe import SERVER, Probe, probes  # noqa: E402

VARIABLE = "HARNESS_PEERS"
MARKS = ("<!-- table -->", "<!-- end of table -->")
PATIENCE_SECONDS = 20.0

IsGreen = Callable[[Probe, Path], bool]
Passed = Mapping[str, bool]
"""Probe by probe, whether it was passed."""


def ours(listed: Sequence[Probe]) -> Passed:
    """Run the probes with our engine."""
    passed: dict[str, bool] = {}
    with opened_runner() as runner:
        for probe in listed:
            script = Script(members(probe.given.get("answers")), runner.elapse, runner.now)
            with TemporaryDirectory() as folder, serving(script) as url:
                seen = linted(probe, Path(folder), runner.context(probe, url))
            right = as_expected(seen.verdict) == probe.expect
            passed[probe.name] = right and not differences(probe, script.calls)
    return passed


def peers(listed: Sequence[Probe], is_green: IsGreen, name: str) -> Passed:
    """Run the probes with another runner."""
    return {probe.name: _peer(probe, is_green, name) for probe in listed}


def _peer(probe: Probe, is_green: IsGreen, name: str) -> bool:
    script = Script(members(probe.given.get("answers")), time.sleep, time.time)
    with TemporaryDirectory() as folder, serving(script) as url:
        path = probe.write(Path(folder), SERVER if probe.given.get("no_server") else url)
        green = is_green(probe, path)
    passed = _is_right(probe, script.calls, green=green)
    told = (
        "passes" if passed else f"fails: {'green' if green else 'red'}, {len(script.calls)} calls"
    )
    sys.stderr.write(f"{name} {probe.name} {told}\n")
    return passed


def _is_right(probe: Probe, calls: Sequence[Call], *, green: bool) -> bool:
    if probe.expect == "error":
        return not green
    if green is not (probe.expect == "pass") or differences(probe, calls):
        return False
    waited = calls[-1].at - calls[0].at if calls else 0.0
    return waited >= 0.8 * sum(number(each) for each in items(probe.given.get("waits")))


def redocly(program: Path) -> IsGreen:
    """Return what runs a probe with Redocly respect."""

    def is_green(probe: Probe, path: Path) -> bool:
        command = [str(program), "respect", path.name, "-w", probe.workflow, "--max-steps", "60"]
        if inputs := members(probe.given.get("inputs")):
            command += ["-i", json.dumps(inputs)]
        environment = {**os.environ, "REDOCLY_TELEMETRY": "off"}
        try:
            done = subprocess.run(
                command, cwd=path.parent, env=environment, capture_output=True,
                timeout=PATIENCE_SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    return is_green


@contextmanager
def arazzo_runner(python: Path) -> Iterator[IsGreen]:
    """Yield what runs a probe with arazzo-runner, in one process for all of them."""
    script = str(HOME / "peer_arazzo_runner.py")
    command = [str(python), script, str(PATIENCE_SECONDS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:

        def is_green(probe: Probe, path: Path) -> bool:
            assert process.stdin is not None
            assert process.stdout is not None
            asked = {"path": str(path), "workflow": probe.workflow, "inputs": _inputs(probe)}
            process.stdin.write(json.dumps(asked))
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().strip() == "green"

        yield is_green


def _inputs(probe: Probe) -> dict[str, Json]:
    """Return a probe's inputs with the defaults written out, which arazzo-runner does not know.

    So that lacking one rule costs it the probe of that rule and not all that use an input.
    """
    given = dict(members(probe.given.get("inputs")))
    if probe.name == "expressions/input-default":
        return given
    try:
        workflows = items(members(parse(probe.document).data).get("workflows"))
    except DocumentError:
        return given
    main = next((members(x) for x in workflows if members(x).get("workflowId") == "main"), {})
    declared = members(members(main.get("inputs")).get("properties"))
    defaults = {
        name: members(schema)["default"]
        for name, schema in declared.items()
        if "default" in members(schema)
    }
    return {**defaults, **given}


def table(listed: Sequence[Probe], results: Mapping[str, Passed]) -> str:
    """Write how many probes of each group each runner passes."""
    groups = sorted({probe.name.partition("/")[0] for probe in listed})
    rows = [
        _row(group, [p for p in listed if p.name.startswith(f"{group}/")], results)
        for group in groups
    ]
    standard = [probe for probe in listed if probe.is_standard]
    rows.append(_row("**all standard probes**", standard, results))
    rows.append(_row("**all**", listed, results))
    head = f"| group | probes | standard | {' | '.join(results)} |"
    return "\n".join([head, "|---" * (3 + len(results)) + "|", *rows])


def _row(title: str, listed: Sequence[Probe], results: Mapping[str, Passed]) -> str:
    names = [probe.name for probe in listed]
    standard = sum(probe.is_standard for probe in listed)
    counts = [_count(names, passed) for passed in results.values()]
    return f"| {title} | {len(names)} | {standard} | {' | '.join(counts)} |"


def _count(names: Sequence[str], passed: Passed) -> str:
    return str(sum(passed.get(name, False) for name in names)) if set(names) & set(passed) else "-"


def main() -> int:
    """Run all that is there, print the table and, with --write, put it into README.md."""
    listed = probes()
    standard = [probe for probe in listed if probe.is_standard]
    results: dict[str, Passed] = {"harness": ours(listed)}
    folder = Path(os.environ.get(VARIABLE, "/nowhere")).absolute()
    with ExitStack() as stack:
        if (program := folder / "node_modules/.bin/redocly").exists():
            results["Redocly respect"] = peers(standard, redocly(program), "redocly")
        if (python := folder / "arazzo/bin/python").exists():
            is_green = stack.enter_context(arazzo_runner(python))
            results["arazzo-runner"] = peers(standard, is_green, "arazzo-runner")
    written = table(listed, results)
    sys.stdout.write(f"{written}\n")
    if "--write" in sys.argv:
        _write(written)
    return 0 if all(results["harness"].values()) else 1


def _write(written: str) -> None:
    readme = HOME / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    readme.write_text(f"{before}{MARKS[0]}\n{written}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
