"""Print the requirements with the number of cases that verify each, or write the cases to a file."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import StorageError
from harness.openapi.requirements import Requirement, load
from harness.product import PLATFORM
from harness.products.registry import installed

Echo = Callable[[str], None]


def print_requirements(echo: Echo, api: str | None) -> None:
    """List requirements, those of an API and of the platform where one is named, then what is open."""
    listed = [
        each
        for each in load(more=installed().specs)
        if api is None or each.group in (api, PLATFORM)
    ]
    counts = _counts()
    for each in listed:
        echo(f"{each.id}  {each.strength:<7}  {_coverage(each, counts):<10}  {each.statement}")
        if each.untestable:
            echo(f"{'':27}{each.untestable}")
    _print_open(echo, listed, counts)


def write_coverage(path: Path) -> int:
    """Write which cases verify each requirement, as CSV; return the number of requirements."""
    from harness.session.run.requirement_cases import coverage, planned_cases  # noqa: PLC0415 as below

    listed = load(more=installed().specs)
    text = coverage(listed, planned_cases(installed()))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise StorageError(path, problem) from None
    return len(listed)


def _counts() -> Counter[str]:
    # Imported when it is asked for: the rules bring Hypothesis, which takes its time to start.
    from harness.session.run.requirement_cases import counts, planned_cases  # noqa: PLC0415

    return counts(planned_cases(installed()))


def _coverage(requirement: Requirement, counts: Counter[str]) -> str:
    count = counts[requirement.id]
    if count:
        return f"{count} case{'s' if count > 1 else ''}"
    return "untestable" if requirement.untestable else "no case"


def _print_open(echo: Echo, listed: Sequence[Requirement], counts: Counter[str]) -> None:
    open_ = [each for each in listed if not counts[each.id] and not each.untestable]
    untestable = sum(1 for each in listed if each.untestable and not counts[each.id])
    if open_:
        echo("")
        echo(f"Testable, but named by no case yet ({len(open_)}):")
        for each in open_:
            echo(f"  {each.id}  {each.strength:<7}  {each.how:<11}  {each.statement}")
    covered = len(listed) - untestable - len(open_)
    echo("")
    echo(
        f"{len(listed)} requirements: {covered} with a case, {untestable} untestable from outside, "
        f"{len(open_)} testable without a case"
    )
