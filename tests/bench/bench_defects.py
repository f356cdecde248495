"""Count the defects that the dental suite and Schemathesis alone find in one mock, and the processor seconds taken.

    python tests/bench/bench_defects.py                      # twelve defects of different areas
    python tests/bench/bench_defects.py npi-checksum-unchecked

Both get the same running mock, with the same defect, one after the other: `harness run` in profile
`ci`, and `st run` with every phase and check and a good bearer token. For the latter a defect counts
as found where its failing checks differ from those on the mock without defects, for it fails there
too. The suite has found what makes its verdict NON_CONFORMANT; a defect that it tells of without
failing, because the documents contradict each other on that promise, is "observed" and not counted.
Exits with 1 where the suite is silent about a defect, invents one, or finds fewer than the other.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from harness.config import MOCK_CLIENT_ID, MOCK_CLIENT_SECRET  # noqa: E402 the root must be known first
from harness.session.run.mock_process import running_mock  # noqa: E402 as above
from tests.bench.figures import split, write  # noqa: E402 as above

DEFECTS = (
    "npi-checksum-unchecked",  # a field's meaning
    "payer-id-pattern-unchecked",  # a field's form
    "member-data-completeness-unchecked",  # fields together
    "tooth-numbers-unchecked",  # image intelligence
    "metadata-count-unchecked",  # metadata against files
    "disguised-type-accepted",  # files
    "search-loses-a-byte",  # what comes back
    "control-number-reused",  # one call against another
    "foreign-attachment-readable",  # entitlement
    "missing-token-accepted",  # tokens
    "error-echoes-patient",  # privacy
    "created-as-text",  # media types
)
SEED = 1
MOST_EXAMPLES = 50
MOST_SECONDS = 180
TOKEN_PATH = "/apip/auth/sntl/v1/token"
CONFORMANT, NON_CONFORMANT = 0, 1


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program said about one mock, in a form that can be compared, and how long it took."""

    said: Set[object]
    seconds: float
    """Of the processor, its children's included."""
    fails: bool


class Failed(Exception):
    """A program did not come to its end."""


def suite(url: str, folder: Path) -> Ran:
    """Run the dental suite and take the cases that it tells of, and whether it fails."""
    command = ["run", "--api", "dental", "--no-allure", "--profile", "ci", "--seed", str(SEED)]
    where = ["--base-url", url, "--reports", str(folder / "reports")]
    code, seconds = ended([sys.executable, "-m", "harness", *command, *where], folder)
    if code not in (CONFORMANT, NON_CONFORMANT):
        raise Failed(f"harness run ended with {code}")
    latest = folder / "reports" / "latest" / "verdict.json"
    verdict = json.loads(latest.read_text(encoding="utf-8"))
    told = {each["case"] for each in (*verdict["findings"], *verdict["observations"])}
    return Ran(told, seconds, fails=code == NON_CONFORMANT)


def schemathesis(url: str, folder: Path) -> Ran:
    """Run Schemathesis by itself and take its failing checks, each with its operation."""
    report = folder / "st.json"
    code, seconds = ended(
        [
            str(Path(sys.executable).with_name("st")),
            "run",
            str(ROOT / "specs" / "dental" / "openapi.yaml"),
            f"--url={url}/dental/attachments/v1",
            f"--header=Authorization: Bearer {token(url)}",
            "--phases=examples,coverage,fuzzing,stateful",
            "--checks=all",
            "--continue-on-failure",
            f"--max-examples={MOST_EXAMPLES}",
            f"--seed={SEED}",
            f"--report-json-path={report}",
        ],
        folder,
    )
    if not report.exists():
        raise Failed(f"st run ended with {code} and without a report")
    failures = json.loads(report.read_text(encoding="utf-8"))["failures"]
    told = {(each["title"], name(each)) for each in failures}
    return Ran(told, seconds, fails=bool(told))


def name(failure: dict[str, object]) -> str:
    """Return the operations of a failure as one text."""
    return json.dumps(failure["operations"], sort_keys=True)


def ended(command: Sequence[str], folder: Path) -> tuple[int, float]:
    """Run a program to its end, within bounds; return its exit code and the seconds it took."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = _processor_seconds()
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            timeout=MOST_SECONDS,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{Path(command[0]).name} took more than {MOST_SECONDS} s") from None
    return done.returncode, _processor_seconds() - started


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def token(url: str) -> str:
    """Ask the mock for a token, as a user of Schemathesis has to beforehand."""
    fields = {
        "grant_type": "client_credentials",
        "client_id": MOCK_CLIENT_ID,
        "client_secret": MOCK_CLIENT_SECRET,
    }
    with urlopen(url + TOKEN_PATH, urlencode(fields).encode(), timeout=10) as answer:  # noqa: S310 our own loopback address
        return str(json.loads(answer.read())["access_token"])


def both(*faults: str) -> tuple[Ran, Ran]:
    """Run the two programs against one mock."""
    with running_mock(faults) as url, TemporaryDirectory() as place:
        return suite(url, Path(place)), schemathesis(url, Path(place))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(title: str, mine: str, mine_seconds: float, other: str, other_seconds: float) -> None:
    say(f"{title:<36} {mine:>9} {mine_seconds:7.1f} s {other:>11} {other_seconds:7.1f} s")


def judged(with_defect: Ran, without: Ran) -> str:
    """Say what became of a defect, in a word."""
    if with_defect.said == without.said:
        return "missed"
    return "found" if with_defect.fails else "observed"


def main(defects: Sequence[str]) -> int:
    """Measure, print, and judge."""
    named, path = split(defects)
    defects = named or DEFECTS
    say(f"{'':<36} {'harness':>9} {'':>9} {'st run':>11}")
    clean = both()
    invents = clean[0].fails
    row("no defect", "INVENTED" if invents else "clean", clean[0].seconds, "", clean[1].seconds)
    words: list[tuple[str, str]] = []
    seconds = [0.0, 0.0]
    for defect in defects:
        ran = both(defect)
        words.append((judged(ran[0], clean[0]), judged(ran[1], clean[1])))
        seconds = [total + each.seconds for total, each in zip(seconds, ran, strict=True)]
        row(defect, words[-1][0], ran[0].seconds, words[-1][1], ran[1].seconds)
    mine, other = ([pair[side] for pair in words].count("found") for side in (0, 1))
    of = f"of {len(defects)}"
    row("defects found", f"{mine} {of}", seconds[0], f"{other} {of}", seconds[1])
    ratio = f"{mine / other:.1f} x" if other else f"{mine} against none"
    say(f"harness to st run: defects {ratio}, processor seconds {seconds[0] / seconds[1]:.2f} x")
    write(
        path,
        {
            "harness, defects found": mine,
            "st run, defects found": other,
            "harness, CPU s": seconds[0],
            "st run, CPU s": seconds[1],
        },
    )
    is_silent = any(word == "missed" for word, _ in words)
    return 1 if invents or is_silent or mine < other else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
