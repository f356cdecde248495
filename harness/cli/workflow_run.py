"""`harness workflow run`: each row of a document once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.live import watching
from harness.cli.options import (
    checks_option,
    jobs_options,
    level_of,
    level_options,
    outside_option,
    overrides_from,
    pairs,
    refuse_given,
    workflow_target_options,
)
from harness.cli.outcome import conclude
from harness.cli.workflow_checks import loaded, refuse_errors, refuse_inputs, selected
from harness.config import Settings
from harness.errors import NothingSelected, nearest
from harness.jsonvalue import Json
from harness.openapi.effective import in_use
from harness.openapi.formats import Formats
from harness.plugin.recognise import for_workflows
from harness.plugin.server_resolution import (
    refuse_unknown,
    resolve_servers_of_all,
    shown_servers,
)
from harness.products.registry import installed
from harness.session.clock import real_time
from harness.session.reporting.hints import hints
from harness.session.run.documents import documents_of
from harness.session.run.suite_run import RunOptions, run_and_report
from harness.session.workflows.cases import cases_of
from harness.session.workflows.located import located
from harness.settings import load as load_settings
from harness.workflow.cases.case_list import WorkflowCase, expand, refuse_shared_ids
from harness.workflow.cases.plan import plan
from harness.workflow.document.model import Book
from harness.workflow.engine.reports import ContractChecks

_OF_A_RUN = ("jobs", "exit_first", "contract_checks", "strict", "profile", "formats")


@click.command("run")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE-OR-NAME..."
)
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
@click.option(
    "--formats",
    type=click.Choice([each.value for each in Formats]),
    help="Which formats (date, uri, email ...) make a value invalid, where the document does not say.",
)
@outside_option
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@jobs_options
@level_options
@workflow_target_options
@click.pass_context
def run(  # each option is an argument
    context: click.Context,
    /,
    *,
    files: Sequence[Path],
    workflow_id: str,
    servers: Sequence[str],
    inputs: Sequence[str],
    contract_checks: str,
    strict: bool,
    formats: str | None,
    jobs: int,
    exit_first: bool,
    allow_outside: bool,
    dry_run: bool,
    level: str | None,
    **target: object,
) -> None:
    """Run Arazzo documents, each row of their cases once; exit codes as for `harness run`.

    FILE-OR-NAME is a file, or a document that ships: see `harness workflow list`. Requests go where --server, --base-url or --env say; without a word, to the mock in place of the
    vendor, else to the document's own server where that is this machine.

    \b
    Examples:
      harness workflow run medical-attachments
      harness workflow run first.arazzo.yaml second.arazzo.yaml
      harness workflow run book.arazzo.yaml -w upload --server claims=http://127.0.0.1:8080
      harness workflow run medical-attachments --jobs 4 -x
      harness workflow run dental-attachments --dry-run
      harness workflow run book.arazzo.yaml --input payer=TESTEP06 --contract-checks warn
    """
    if dry_run:
        refuse_given(context, _OF_A_RUN, "with --dry-run, which sends nothing")
    paths = located(files)
    resolve = partial(in_use, formats=Formats(formats) if formats else None)
    books = [loaded(each, resolve, allow_outside=allow_outside) for each in paths]
    # Before the settings, since a document that is wrong needs no credentials to be refused.
    refuse_errors(books)
    settings = load_settings(overrides_from(target), folder=Path.cwd(), products=installed())
    named, asked = pairs(servers, "--server"), pairs(inputs, "--input")
    refuse_unknown(books, servers=named, inputs=asked)
    chosen = _chosen(books, workflow_id)
    if dry_run:
        _show_plan(chosen, settings, named, asked)
        return
    checks = ContractChecks(contract_checks)
    resolved = resolve_servers_of_all(books, settings, servers=named, inputs=asked, checks=checks)
    options = replace(resolved.options, strict=strict)
    run_options = RunOptions(
        allure=False,
        workflows=options,
        documents=tuple(dict.fromkeys(used for each in books for used in documents_of(each))),
        suite=", ".join(_suite(each, workflow_id) for each in paths),
    )
    own = for_workflows(resolved, settings, books, time=real_time())
    # Only now is it known which variables the target gives.
    refuse_inputs(chosen, replace(resolved, settings=own))
    _refuse_empty(chosen, own)
    cases = cases_of(
        chosen, total=sum(len(expand(each)) for each in books), jobs=jobs, exit_first=exit_first
    )
    with watching(level_of(level), whole=True) as progress:
        result = run_and_report(own, cases, run_options, time=real_time(), listen=progress)
    conclude(result, hints(result.verdict, own), level=level_of(level))


def _suite(file: Path, workflow_id: str) -> str:
    """Name what the cases are taken from, as every report names it."""
    return f"{file.name}#{workflow_id}" if workflow_id else file.name


def _chosen(books: Sequence[Book], workflow_id: str) -> tuple[WorkflowCase, ...]:
    """Return the cases of all documents, or of the workflow that is named wherever it stands."""
    holding = [each for each in books if not workflow_id or each.workflow(workflow_id)]
    # Where no document has the workflow, the first one says so.
    found = tuple(case for each in holding or books[:1] for case in expand(each, workflow_id))
    refuse_shared_ids(found)
    return found


def _show_plan(
    cases: Sequence[WorkflowCase],
    settings: Settings,
    servers: Mapping[str, str],
    inputs: Mapping[str, Json],
) -> None:
    """Print the plan of the selected cases; nothing is sent, so that any host may be named."""
    chosen = selected(cases, settings)
    for case in chosen:
        for line in plan(case, shown_servers(case.book, settings, servers), inputs):
            say(line)
    say(f"{len(chosen)} case{'' if len(chosen) == 1 else 's'} planned; nothing was sent.")


def _refuse_empty(cases: Sequence[WorkflowCase], settings: Settings) -> None:
    """Raise NothingSelected, with the nearest ids, where `--only` leaves no case of the document."""
    ids = [each.id for each in cases]
    wanted = replace(settings, apis=settings.products.names)
    if ids and not any(map(wanted.selects, ids)):
        raise NothingSelected(
            f"no case of the document is selected by '{settings.only}'.",
            advice=f"Nearest: {', '.join(nearest(settings.only, ids))}.",
        )
