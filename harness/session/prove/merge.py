"""Join the shards of one proof into the proof that one process would have made."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness import document
from harness.errors import ConfigurationError
from harness.report.proof import Proof, ProofPart, ProofReport, ToleranceResult
from harness.report.proof_part import read_part
from harness.session.prove.tasks import id_of_result, ids_of_part
from harness.shard import Shard, shard_named

FILE_NAME = "proof.json"
_SAME = (
    "harness_version",
    "seeds",
    "profile",
    "documents",
    "selection",
    "subject",
    "cases",
    "out_of_scope",
)
_ADVICE = "Prove all shards with the same version, documents and options."


@dataclass(frozen=True, slots=True)
class Part:
    """One shard of a proof, read."""

    folder: Path
    report: ProofReport
    shard: Shard
    plan: tuple[str, ...]


def merge_proofs(folders: Sequence[Path]) -> ProofReport:
    """Return the whole proof. Raises ConfigurationError, DocumentError where they do not make one."""
    return joined([_read(each) for each in folders])


def joined(parts: Sequence[Part]) -> ProofReport:
    """Return the proof that shards make together. Raises ConfigurationError unless each is there once."""
    first = parts[0]
    for part in parts:
        _check_same(first, part)
        _check_tasks(part)
    _check_count(parts)
    reports = [part.report for part in sorted(parts, key=lambda part: part.shard.index)]
    # In the order of the plan, as one process would have found them.
    place = {task: number for number, task in enumerate(first.plan)}
    proofs = [each for report in reports for each in report.proofs]
    # The first is the mock as it is, which every shard has looked at for itself.
    tolerances = [each for report in reports for each in report.tolerances[1:]]
    not_done = [each for report in reports for each in report.not_done]
    return replace(
        reports[0],
        proofs=tuple(sorted(proofs, key=lambda each: place[id_of_result(each)])),
        tolerances=(
            reports[0].tolerances[0],
            *sorted(tolerances, key=lambda each: place[id_of_result(each)]),
        ),
        not_done=tuple(sorted(not_done, key=lambda each: place[id_of_result(each)])),
        # Side by side: the slowest shard says how long all of it took.
        seconds=max(report.seconds for report in reports),
        started=min(report.started for report in reports),
        part=None,
    )


def _read(folder: Path) -> Part:
    path = folder / FILE_NAME if folder.is_dir() else folder
    report = read_part(document.read(path))
    part = report.part or ProofPart("", ())
    return Part(folder, report, shard_named(part.shard), part.plan)


def _check_same(first: Part, part: Part) -> None:
    """Refuse what is of another proof."""
    names = [
        name.replace("_", " ")
        for name in _SAME
        if getattr(first.report, name) != getattr(part.report, name)
    ]
    # Only where nothing else differs, for plans follow from what was compared before.
    if not names and first.plan != part.plan:
        names = ["the faults and tolerances to try"]
    if not names and first.shard.count != part.shard.count:
        names = ["the number of shards"]
    if not names and _clean(first) != _clean(part):
        names = ["what the suite says of the mock without any fault"]
    if names:
        raise ConfigurationError(
            f"{first.folder} and {part.folder} are not shards of one proof: "
            f"they differ in {', '.join(names)}.",
            advice=_ADVICE,
        )


def _clean(part: Part) -> tuple[str, ...]:
    """Return which cases raise an alarm where nothing is wrong: no shard counts them."""
    looked: Sequence[ToleranceResult] = part.report.tolerances[:1]
    return tuple(alarm.case for each in looked for alarm in each.alarms)


def _check_tasks(part: Part) -> None:
    """Refuse a shard that does not answer each of its own tasks once, and no other."""
    report = part.report
    # The first tolerance is none of the tasks.
    results: list[Proof | ToleranceResult] = [*report.proofs, *report.tolerances[1:]]
    answered = Counter(map(id_of_result, (*results, *report.not_done)))
    if answered != Counter(ids_of_part(part.plan, part.shard)):
        raise ConfigurationError(
            f"{part.folder} does not hold what shard {part.shard} of its proof has to try.",
            advice="Prove this shard again.",
        )


def _check_count(parts: Sequence[Part]) -> None:
    count = parts[0].shard.count
    numbers = Counter(part.shard.index for part in parts)
    twice = [f"{number}/{count}" for number, times in sorted(numbers.items()) if times > 1]
    missing = [str(number) for number in range(1, count + 1) if number not in numbers]
    if twice:
        raise ConfigurationError(f"shard {', '.join(twice)} is there more than once.")
    if missing:
        raise ConfigurationError(
            f"shard {', '.join(missing)} of {count} is missing.", advice="Name all shards."
        )
