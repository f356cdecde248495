"""`harness spec`: work with OpenAPI documents."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from harness.cli import spec_lint
from harness.cli.console import say, say_text
from harness.cli.options import size_option
from harness.cli.spec_lint import counted, json_text
from harness.config import DOWNLOADED, Overrides
from harness.errors import StorageError, UnknownName
from harness.openapi import diff_report
from harness.openapi.bundled import bundled_document, document_names
from harness.openapi.change import LEVELS, Change, Level
from harness.openapi.diff import diff as changes_between
from harness.openapi.diff_report import as_page
from harness.openapi.effective import effective, overlay_of
from harness.openapi.imports import Imported, import_document
from harness.openapi.load import load_api
from harness.openapi.model import Api
from harness.openapi.overlay import masked_changes
from harness.openapi.requirements import Requirement, load
from harness.openapi.soundness import check_bounded
from harness.product import PLATFORM
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.download import download
from harness.session.run.documents import documents_used
from harness.settings import load as load_settings

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


MOST_CHANGES = 20
"""How many breaking changes an import prints; the rest is counted."""


@click.group("spec")
def command() -> None:
    """Work with OpenAPI documents.

    \b
    Examples:
      harness spec list --requirements --api dental
      harness spec import ~/Downloads/dental.json
      harness spec lint specs/downloaded/dental.json
      harness spec diff dental specs/downloaded/dental.json
    """


command.add_command(spec_lint.command)


@command.command("list")
@click.option("--requirements", is_flag=True, help="List what the documents promise instead.")
@click.option(
    "--api", type=click.Choice(installed().names), help="Only the requirements of this API."
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all requirements and the cases that verify them to a CSV file instead.",
)
@size_option
def list_(*, requirements: bool, api: str | None, write: Path | None) -> None:
    """List the documents in use and their operations, or the requirements and their cases.

    A requirement that can be tested and that no case names yet is listed once more at the end.

    \b
    Examples:
      harness spec list
      harness spec list --requirements --api medical
      harness spec list --requirements --write specs/coverage.csv
    """
    if (api or write) and not requirements:
        raise click.UsageError(f"{'--api' if api else '--write'} goes with --requirements")
    if write:
        if api:
            raise click.UsageError("--write takes all requirements: leave out --api")
        say(f"{write_coverage(write)} requirements written to {write}")
        return
    if requirements:
        print_requirements(say, api)
        return
    more = installed().specs
    for name in document_names(more):
        found = effective(name, DOWNLOADED, more)
        place = f"  ({found.api.path})" if found.is_downloaded else ""
        say(f"{name}  {found.api.title} {found.api.version}{place}")
        for operation in found.api.operations:
            say(f"  {operation.label}  ({operation.id})")


@command.command("import")
@click.argument("reference", metavar="FILE-OR-URL")
@click.option(
    "--as",
    "name",
    metavar="NAME",
    help="The document it stands for, where its paths do not tell; or a name for an API of your own.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="HOST",
    help="Another host that its references may be followed to; repeatable.",
)
@size_option
def import_(*, reference: str, name: str | None, hosts: Sequence[str]) -> None:
    """Let a document that you downloaded stand in for the bundled one, from the next run on.

    A document of an API that does not ship is kept under the name that --as gives it, for
    `harness run --api NAME` and `harness mock --spec NAME`.

    It is checked, corrected by the same overlay, and stored in specs/downloaded below this folder.
    Other files that it refers to become part of it: those below its own folder, or on its own host.

    \b
    Examples:
      harness spec import ~/Downloads/dental.json
      harness spec import https://developer.example/openapi.yaml --as token-v2
      harness spec import api/openapi.yaml --allow-host schemas.example
      harness spec import ~/Downloads/petstore.yaml --as petstore
    """
    time = real_time()

    def fetch(url: str) -> bytes:
        # Read only where something is fetched, for a file needs no settings.
        settings = load_settings(Overrides(), folder=Path.cwd(), products=installed())
        return download(url, settings.environment, time=time)

    imported = import_document(
        reference,
        folder=DOWNLOADED,
        fetch=fetch,
        now=time.now,
        name=name,
        hosts=[host.lower() for host in hosts],
    )
    _report(imported)


@command.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "warning"]),
    help="Exit with 1 on a change of this level or a heavier one.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "html"]),
    default="text",
    show_default=True,
    help="How changes are written.",
)
@click.option(
    "--map-prefix",
    "prefixes",
    multiple=True,
    metavar="OLD=NEW",
    help="What paths begin with in either document where that is meant to differ; repeatable.",
)
@size_option
def diff(*, old: str, new: str, fail_on: str | None, form: str, prefixes: Sequence[str]) -> None:
    """Show what changed for callers between two documents: files, or names of bundled ones.

    Each change is breaking, a warning, harmless or informational, with the reason and, where one
    can be made, a value that was valid and no longer is. Shared schemas are reported once.

    \b
    Examples:
      harness spec diff dental specs/downloaded/dental.json
      harness spec diff old.yaml new.yaml --fail-on breaking --format markdown
      harness spec diff old.yaml new.yaml --map-prefix /api/v1=/api/v2 --format html
    """
    changes = changes_between(_named(old), _named(new), [_prefix(each) for each in prefixes])
    if form == "html":
        say_text(as_page(changes, old, new))
    else:
        say_text(_DIFF[form](changes))
    # The levels stand in their order, the heaviest first.
    levels = LEVELS[: LEVELS.index(Level(fail_on)) + 1] if fail_on else ()
    sys.exit(1 if any(each.level in levels for each in changes) else 0)


def _prefix(value: str) -> tuple[str, str]:
    before, sign, after = value.partition("=")
    if not sign or not all(each == "" or each.startswith("/") for each in (before, after)):
        raise click.UsageError(f"--map-prefix '{value}': write OLD=NEW, such as /v1=/v2")
    return before, after


_DIFF: Mapping[str, Callable[[Sequence[Change]], str]] = {
    "text": diff_report.as_text,
    "json": lambda changes: json_text(diff_report.as_json(changes)),
    "markdown": diff_report.as_markdown,
}


def _loaded(path: Path) -> Api:
    api = load_api(path, path.stem)
    check_bounded(api)
    return api


def _named(name: str) -> Api:
    if name in document_names():
        return bundled_document(name)
    path = Path(name)
    # A word without a suffix was meant as a name.
    if not path.exists() and path.name == name and not path.suffix:
        raise UnknownName(None, kind="file or bundled document", name=name, known=document_names())
    return _loaded(path)


def _report(imported: Imported) -> None:
    """Print what was stored, what changed since the last import, and the drift from what ships."""
    name = imported.api.name
    is_own = name not in document_names()
    found = None if is_own else effective(name, imported.path.parent)
    shown = imported.api if found is None else found.api
    say(f"{name}  {shown.title} {shown.version}")
    say(f"source    {imported.source}")
    say(f"sha256    {imported.sha256}")
    if imported.files > 1:
        say(f"bundled   {imported.files} files into one")
    say(f"stored    {imported.path}")
    if found is None:
        _report_own(imported)
        return
    for each in documents_used((found,))[0].unmatched:
        say(f"warning   {each}")
    _report_changes(imported)
    drift = changes_between(effective(name).api, found.api)
    say(f"drift     {diff_report.counted(drift)}, both documents corrected by the overlay")
    breaking = [each for each in drift if each.is_breaking]
    for change in breaking[:MOST_CHANGES]:
        say(f"  {change}")
    if len(breaking) > MOST_CHANGES:
        say(f"  and {len(breaking) - MOST_CHANGES} more breaking changes")
    say(f"From now on runs in this folder judge {name} by it; delete the file to go back.")


def _report_own(imported: Imported) -> None:
    """Print what an API of the user's own has, and how it is tried."""
    name = imported.api.name
    if imported.before is not None:
        changes = changes_between(imported.before.api, imported.api)
        say(f"changed   {diff_report.counted(changes)} since the last import")
        for change in changes:
            say(f"  {change}")
    say(f"has       {counted(len(imported.api.operations), 'operation')}")
    say(f"try       harness run --api {name} --base-url URL")
    say(f"or        harness run --api {name}, against a mock that its document makes")


def _report_changes(imported: Imported) -> None:
    """Print all that changed since the last import, as both documents came, operations first."""
    before = imported.before
    if before is None:
        return
    since = f" of {before.imported}" if before.imported else ""
    changes = changes_between(before.api, imported.api)
    say(f"changed   {diff_report.counted(changes)} since the import{since}, as the documents came")
    # Operations first, and all else in its own order, for sorting is stable.
    for change in sorted(changes, key=lambda each: not each.id.startswith("operation-")):
        say(f"  {change}")
    overlay = overlay_of(imported.api.name)
    masked = masked_changes(before.api.root, imported.api.root, overlay)
    for each in masked:
        say(f"  changed where the overlay replaces, which no run sees: look at {each}")
