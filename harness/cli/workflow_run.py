"""`harness workflow run`: each row of a document once."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from harness.cli.console import say, say_problem
from harness.cli.misread import misread
from harness.cli.options import (
    checks_option,
    jobs_options,
    outside_option,
    overrides_from,
    pairs,
    refuse_given,
    workflow_target_options,
)
from harness.cli.outcome import conclude
from harness.cli.progress import Progress
from harness.config import Settings
from harness.errors import ConfigurationError, DocumentError, NothingSelected, nearest
from harness.openapi.effective import in_use
from harness.outcome import Attribution
from harness.plugin.aim import Aim, aim, refuse_unknown
from harness.plugin.recognise import for_workflows
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.reporting.hints import hints
from harness.session.run.documents import documents_of
from harness.session.run.suite_run import Wishes, run_and_report
from harness.session.workflows.cases import cases_of
from harness.settings import load as load_settings
from harness.workflow.cases.case_list import WorkflowCase, expand
from harness.workflow.cases.plan import plan
from harness.workflow.document.model import Book, Severity
from harness.workflow.document.parse import load
from harness.workflow.engine.entry import foreseen_problems
from harness.workflow.engine.render import finding
from harness.workflow.engine.reports import ContractChecks
from harness.workflow.lint.check import lint as findings_of

_OF_A_RUN = ("jobs", "exit_first", "contract_checks", "strict", "profile")


@click.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-w", "--workflow", "workflow_id", default="", metavar="ID", help="Only this workflow."
)
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="NAME=URL",
    help="Where a source runs; may be given again.",
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="K=V",
    help="A value for an input; may be given again.",
)
@checks_option
@click.option("--strict", is_flag=True, help="Fail a case also where a failed step led elsewhere.")
@outside_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@jobs_options
@workflow_target_options
@click.pass_context
def run(  # each option is an argument
    context: click.Context,
    /,
    *,
    file: Path,
    workflow_id: str,
    servers: Sequence[str],
    inputs: Sequence[str],
    contract_checks: str,
    strict: bool,
    jobs: int,
    exit_first: bool,
    allow_outside: bool,
    dry_run: bool,
    **target: object,
) -> None:
    """Run an Arazzo document, each row of its cases once; exit codes as for `harness run`.

    Requests go where --server, --base-url or --env say; without a word, to the mock in place of the
    vendor, else to the document's own server where that is this machine.

    \b
    Examples:
      harness workflow run workflows/medical-attachments.arazzo.yaml
      harness workflow run book.arazzo.yaml -w upload --server claims=http://127.0.0.1:8080
      harness workflow run workflows/medical-attachments.arazzo.yaml --jobs 4 -x
      harness workflow run workflows/dental-attachments.arazzo.yaml --dry-run
      harness workflow run book.arazzo.yaml --input payer=TESTEP06 --contract-checks warn
    """
    if dry_run:
        refuse_given(context, _OF_A_RUN, "with --dry-run, which sends nothing")
    book = _loaded(file, allow_outside=allow_outside)
    _refuse_errors(book)
    settings = load_settings(overrides_from(target), folder=Path.cwd(), products=installed())
    named, asked = pairs(servers, "--server"), pairs(inputs, "--input")
    refuse_unknown(book, servers=named, inputs=asked)
    checks = ContractChecks(contract_checks)
    aimed = aim(book, settings, servers=named, inputs=asked, checks=checks)
    options = replace(aimed.options, strict=strict)
    chosen = expand(book, workflow_id)
    wishes = Wishes(
        allure=False,
        workflows=options,
        documents=documents_of(book),
        suite=_suite(file, workflow_id),
    )
    progress = Progress(say, terminal=sys.stdout.isatty(), whole=True)
    if dry_run:
        _show_plan(chosen, aimed)
        return
    own = for_workflows(aimed, settings, book, time=real_time())
    _refuse_inputs(chosen, replace(aimed, settings=own))
    _refuse_empty(chosen, own)
    cases = cases_of(chosen, total=len(expand(book)), jobs=jobs, exit_first=exit_first)
    result = run_and_report(own, cases, wishes, time=real_time(), listen=progress)
    conclude(result, hints(result.verdict, own))


def _suite(file: Path, workflow_id: str) -> str:
    """Name what the cases are taken from, as every report names it."""
    return f"{file.name}#{workflow_id}" if workflow_id else file.name


def _loaded(file: Path, *, allow_outside: bool) -> Book:
    try:
        return load(file, allow_outside=allow_outside, resolve=in_use)
    except DocumentError as problem:
        say_problem(misread(problem), prefix="", err=True)
        sys.exit(problem.exit_code)


def _show_plan(cases: Sequence[WorkflowCase], aimed: Aim) -> None:
    """Print the plan of the selected cases; an address that nobody knows yet is the mock's."""
    is_mock = not aimed.settings.environment.base_url
    servers = {"*": "{mock}", **aimed.options.servers} if is_mock else aimed.options.servers
    chosen = _selected(cases, aimed)
    for case in chosen:
        for line in plan(case, servers, aimed.options.inputs):
            say(line)
    say(f"{len(chosen)} case{'' if len(chosen) == 1 else 's'} planned; nothing was sent.")


def _selected(cases: Sequence[WorkflowCase], aimed: Aim) -> list[WorkflowCase]:
    # Whoever names a document means its cases, whichever API they belong to.
    settings = replace(aimed.settings, apis=aimed.settings.products.names)
    return [each for each in cases if settings.selects(each.id)]


def _refuse_inputs(cases: Sequence[WorkflowCase], aimed: Aim) -> None:
    """Raise ConfigurationError where a case could not begin for what was given on the command line."""
    for case in _selected(cases, aimed):
        if case.skip:
            continue
        problems = foreseen_problems(
            case.book, case.workflow, case.inputs, aimed.options.inputs, aimed.settings.variables
        )
        for each in problems:
            if each.attribution is Attribution.DOCUMENT:
                raise ConfigurationError(
                    f"{case.id}: {each.actual}; nothing was sent.",
                    source=case.source,
                    advice="Give inputs as --input NAME=VALUE.",
                )


def _refuse_empty(cases: Sequence[WorkflowCase], settings: Settings) -> None:
    """Raise NothingSelected, with the nearest ids, where `--only` leaves no case of the document."""
    ids = [each.id for each in cases]
    wanted = replace(settings, apis=settings.products.names)
    if ids and not any(map(wanted.selects, ids)):
        raise NothingSelected(
            f"no case of the document is selected by '{settings.only}'.",
            advice=f"Nearest: {', '.join(nearest(settings.only, ids))}.",
        )


def _refuse_errors(book: Book) -> None:
    """Tell what is doubtful and what is wrong. Raises DocumentError where anything is wrong."""
    found = [each for each in findings_of(book) if each.severity is not Severity.NOTE]
    for each in found:
        say_problem(finding(each), prefix="")
        say(err=True)
    errors = [each for each in found if each.severity is Severity.ERROR]
    if not errors:
        return
    raise DocumentError(
        f"{book.path} has {len(errors)} error{'s' if len(errors) > 1 else ''}; nothing was sent."
    )
