"""Run every bench, print the medians of some rounds, and write `reports/bench.json`.

    make bench                                   # all, three rounds
    make bench ARGS="--rounds 1 mock workflow"   # some

Peers are installed on demand below `.venv/bench`, never among the project's dependencies; one that
cannot be had is named. Ratios are of figures from the same run, by processor time.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.peers import VARIABLE  # noqa: E402 the root must be known first

BENCHES = ("mock", "judge", "workflow", "defects", "services")
FOLDER = ROOT / ".venv" / "bench" / "peers"
_PYTHON_PEERS = {"arazzo": ("arazzo-runner",), "tavern": ("tavern", "pytest")}
_NODE_PEER = "@redocly/cli"


def main(arguments: Sequence[str]) -> int:
    """Run the benches and write the medians; 1 where a bench missed its target."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("benches", nargs="*", metavar="BENCH", help=", ".join(BENCHES))
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    chosen = given.benches or BENCHES
    if unknown := [each for each in chosen if each not in BENCHES]:
        parser.error(f"no bench is called {unknown[0]}; there are {', '.join(BENCHES)}")
    problems = list(_install()) if "workflow" in chosen else []
    made, missed = {}, list[str]()
    for name in chosen:
        say(f"\n== {name}")
        rounds = [_round(name) for _ in range(given.rounds)]
        made[name] = medians([figures for figures, _ in rounds])
        missed += [name] if any(code for _, code in rounds) else []
        for figure, value in made[name].items():
            say(f"   {figure:<52} {value if isinstance(value, str) else f'{value:,.2f}'}")
    path = ROOT / "reports" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    told = {"rounds": given.rounds, "benches": made, "missed": missed, "not_installed": problems}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    say(f"\n{path.relative_to(ROOT)}; targets missed: {', '.join(missed) or 'none'}")
    return int(bool(missed))


def medians(rounds: Sequence[Mapping[str, float | str]]) -> dict[str, float | str]:
    """Return the median of each figure; a text, which says why there is none, as it is."""
    names = dict.fromkeys(name for each in rounds for name in each)
    found: dict[str, float | str] = {}
    for name in names:
        values = [each[name] for each in rounds if name in each]
        numbers = [each for each in values if not isinstance(each, str)]
        found[name] = median(numbers) if numbers else values[0]
    return found


def _round(name: str) -> tuple[Mapping[str, float | str], int]:
    """Run one bench once, its own table shown as it comes; return its figures and its exit code."""
    with TemporaryDirectory() as place:
        path = Path(place) / "figures.json"
        code = subprocess.run(
            [sys.executable, str(HERE / f"bench_{name}.py"), "--json", str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: str(FOLDER)},
            check=False,
        ).returncode
        return (json.loads(path.read_text()) if path.exists() else {}), code


def _install() -> Iterator[str]:
    """Install the runners that workflows are compared with; yield a sentence for each that is missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, packages in _PYTHON_PEERS.items():
        place = FOLDER / name
        if (place / ".installed").exists():
            continue
        pip = str(place / "bin" / "pip")
        if _runs(sys.executable, "-m", "venv", str(place)) and _runs(
            pip, "-q", "install", *packages
        ):
            (place / ".installed").touch()
        else:
            yield _told(f"{name}: could not be installed")
    if not (FOLDER / "node_modules").exists() and not _runs(
        "npm", "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", _NODE_PEER
    ):
        yield _told(f"{_NODE_PEER}: could not be installed")


def _runs(*command: str) -> bool:
    try:
        return not subprocess.run(command, capture_output=True, check=False).returncode
    except FileNotFoundError:
        return False


def _told(sentence: str) -> str:
    say(sentence)
    return sentence


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
