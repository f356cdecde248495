"""Compare `harness run --spec` with Schemathesis on public services, by the causes that each finds.

    python tests/bench/bench_services.py                    # both services
    python tests/bench/bench_services.py loopback --seconds 120

Both get a server with fresh state. What is true of the findings was judged by hand, once, and stands in
`services/judged.tsv`: rows of patterns, the first that fits counts; what fits none is shown as unjudged.
The harness runs whole; Schemathesis with every phase and check for so many seconds, so its share is told
by the processor time of each. Services are installed below `.venv/bench`; one that cannot be had is named.
"""

import argparse
import base64
import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench.bench_document import timed  # noqa: E402 the root must be known first
from tests.bench.figures import write  # noqa: E402 as above
from tests.bench.services import SERVICES, Served, Service, Unavailable, alone, installed, served  # noqa: E402

BIN = Path(sys.executable).parent
FOLDER = ROOT / ".venv" / "bench"
DOCUMENT_ONLY = "doc"
"""The cause of a status that is normal and not listed: true, and one for each row."""


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: what a row of the judgement is compared with."""

    operation: str
    check: str
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a tool found in a service."""

    service: str
    tool: str
    causes: tuple[str, ...]
    rows: int
    false_rows: int
    unjudged: tuple[str, ...]
    requests: int
    cpu_seconds: float
    seconds: float


@cache
def judgement() -> Sequence[Mapping[str, str]]:
    """Return the rows that say what is true."""
    with (Path(__file__).parent / "services" / "judged.tsv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def known(service: str) -> frozenset[str]:
    """Return the causes that are known of a service."""
    rows = [each for each in judgement() if each["service"] == service]
    return frozenset(each["cause"] for each in rows) - {"-", DOCUMENT_ONLY}


def judged(service: str, found: Found) -> tuple[str, str]:
    """Return verdict and cause of a finding; `unjudged` where no row fits."""
    for row in judgement():
        if (
            row["service"] == service
            and re.fullmatch(row["operation"], found.operation)
            and re.fullmatch(row["check"], found.check)
            and re.search(row["text"], found.text)
        ):
            return row["verdict"], row["cause"]
    return "unjudged", ""


def score(service: str, tool: str, found: Sequence[Found], ran: tuple[int, float, float]) -> Score:
    """Judge the findings; one row is an operation, a check and what is true of it."""
    rows = {(each.operation, each.check, *judged(service, each)): each for each in found}
    verdicts = [verdict for _, _, verdict, _ in rows]
    return Score(
        service,
        tool,
        tuple(
            sorted({cause for *_, verdict, cause in rows if verdict == "true"} - {DOCUMENT_ONLY})
        ),
        len(rows),
        verdicts.count("false"),
        tuple(
            f"{each.operation} {each.check}: {each.text[:200]}"
            for (*_, verdict, _), each in rows.items()
            if verdict == "unjudged"
        ),
        *ran,
    )


def ours(service: Service, where: Served, folder: Path, seconds: int) -> Score:
    """Run the harness, whole or for so many seconds at most."""
    command = [BIN / "harness", "run", "--spec", where.document, "--no-allure"]
    command += ["--base-url", where.url, "--reports", folder / "reports"]
    spent = timed(command, folder, seconds, {"HARNESS_TOKEN": where.key} if where.key else {})
    lines = (folder / "reports/latest/record.jsonl").read_text().splitlines()
    exchanges: dict[int, Mapping[str, object]] = {}
    found: list[Found] = []
    for line in map(json.loads, lines):
        if line["type"] == "exchange":
            exchanges[line["id"]] = line
        elif line["type"] == "outcome":
            bad = (each for each in line["checks"] if each["status"] in ("fail", "warn"))
            found += [
                _found(service, each, exchanges[each["exchange"]])
                for each in bad
                if each.get("exchange") in exchanges
            ]
    return score(service.name, "harness", found, (len(exchanges), *spent))


def _found(service: Service, check: Mapping[str, str], line: Mapping[str, object]) -> Found:
    request, response = line["request"], line["response"] or {}
    assert isinstance(request, Mapping)
    assert isinstance(response, Mapping)
    operation = str(request["operation"]).replace(f" {service.base_path}/", " /", 1)
    sent = (request.get("body") or {}).get("text", "\ufffd")
    text = f"{check['expected']} | {check['actual']} | {check['name']} | {request['url']} {sent}"
    return Found(operation, check["name"], f"{response.get('status')} | {text}"[:4000])


def theirs(service: Service, where: Served, folder: Path, seconds: int) -> Score:
    """Run Schemathesis with every phase and check for so many seconds."""
    command = [BIN / "st", "run", where.document, "-u", where.url, "--seed", "1", "--no-color"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"]
    command += ["--continue-on-failure", "--max-time", str(seconds), "--request-timeout", "10"]
    command += ["--generation-database", "none", "--suppress-health-check", "all"]
    command += ["--report", "ndjson", "--report-ndjson-path", folder / "st.ndjson"]
    command += ["-H", f"x-api-key: {where.key}"] if where.key else []
    spent = timed(command, folder, seconds * 4, {})
    requests, found = 0, list[Found]()
    for line in (folder / "st.ndjson").read_text().splitlines():
        recorder = (json.loads(line).get("ScenarioFinished") or {}).get("recorder") or {}
        requests += len(recorder.get("interactions") or {})
        found += _failures(recorder)
    return score(service.name, "st run", found, (requests, *spent))


def _failures(recorder: Mapping[str, Mapping[str, object]]) -> Iterator[Found]:
    cases: Mapping[str, object] = recorder.get("cases") or {}
    for key, checks in (recorder.get("checks") or {}).items():
        assert isinstance(checks, list)
        for check in checks:
            if check["status"] != "failure":
                continue
            case = cases[key]["value"]  # type: ignore[index]  # as the report has it
            line = (recorder.get("interactions") or {}).get(key) or {}
            request, response = line.get("request") or {}, line.get("response") or {}  # type: ignore[attr-defined]  # as the report has it
            told = json.dumps(check.get("failure_info") or check.get("failure"))
            sent = base64.b64decode((request.get("body") or {}).get("$base64", ""))
            text = f"{response.get('status_code')} | {told} | {request.get('uri')} "
            yield Found(
                f"{case['method']} {case['path']}",
                check["name"],
                (text + sent.decode("utf-8", "replace"))[:4000],
            )


def measured(names: Sequence[str], seconds: int) -> Iterator[Score | str]:
    """Yield the score of each tool for each service; a sentence where one cannot be had."""
    for port, service in enumerate(SERVICES, start=9131):
        if service.name not in names:
            continue
        for tool in (ours, theirs):
            try:
                with TemporaryDirectory() as place, served(service, FOLDER, port) as where:
                    yield tool(service, where, Path(place), seconds if tool is theirs else 1800)
            except Unavailable as problem:
                yield f"{service.name}: not measured, {problem}"
                break


def row(found: Score) -> str:
    """Return a line of the table."""
    of = f"{len(found.causes)}/{len(known(found.service))}"
    return (
        f"{found.service:<16}{found.tool:<9}{of:>8}{found.rows:>7}{found.false_rows:>7}"
        f"{len(found.unjudged):>10}{found.requests:>10,}{found.cpu_seconds:>8.1f}{found.seconds:>8.1f}"
    )


def main(arguments: Sequence[str]) -> int:
    """Install, measure and print; 1 where the harness finds no more than the other on a service."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("services", nargs="*")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    chosen = [each for each in SERVICES if each.name in (given.services or each.name)]
    missing = [name for each in chosen if (name := _without(each))]
    try:
        alone([__file__, *arguments])
    except Unavailable as problem:
        say(f"not measured: {problem}")
        write(given.json, dict.fromkeys((each.name for each in chosen), str(problem)))
        return 0
    say(
        f"{'service':<16}{'tool':<9}{'causes':>8}{'rows':>7}{'false':>7}{'unjudged':>10}"
        f"{'requests':>10}{'cpu s':>8}{'s':>8}"
    )
    scores: list[Score] = []
    for each in measured([each.name for each in chosen if each.name not in missing], given.seconds):
        say(each if isinstance(each, str) else row(each))
        scores += [each] if isinstance(each, Score) else []
    for each in scores:
        missed = sorted(known(each.service) - set(each.causes))
        say(
            f"{each.service}, {each.tool}: missed {', '.join(missed) or 'none of the known causes'}"
        )
        for line in each.unjudged:
            say(f"  unjudged {line}")
    figures: dict[str, float | str] = {}
    for each in scores:
        name = f"{each.service}, {each.tool}"
        figures |= {
            f"{name}: causes": len(each.causes),
            f"{name}: rows": each.rows,
            f"{name}: false rows": each.false_rows,
            f"{name}: unjudged rows": len(each.unjudged),
            f"{name}: CPU s": each.cpu_seconds,
        }
    write(given.json, figures | dict.fromkeys(missing, "could not be had"))
    return _judged(scores)


def _without(service: Service) -> str:
    """Install a service; return its name where that cannot be done, and say why."""
    try:
        installed(service, FOLDER)
    except Unavailable as problem:
        say(f"{service.name}: not measured, {problem}")
        return service.name
    return ""


def _judged(scores: Sequence[Score]) -> int:
    by_service: dict[str, dict[str, Score]] = {}
    for each in scores:
        by_service.setdefault(each.service, {})[each.tool] = each
    pairs = [each for each in by_service.values() if len(each) > 1]
    is_behind = any(len(each["harness"].causes) <= len(each["st run"].causes) for each in pairs)
    return int(is_behind)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
