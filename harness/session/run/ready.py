"""Refuse before anything is written what a run could not do as it was asked.

A usage error leaves no folder behind, and `reports/latest` leads where it led.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from harness.client.http import Time
from harness.config import Credentials, Settings
from harness.errors import ConfigurationError, DocumentError, NothingSelected, nearest
from harness.openapi.effective import in_use
from harness.plugin.recognise import may_be_our_mock, with_credentials
from harness.products.mocks import frame_of
from harness.session.run.documents import chosen
from harness.session.run.preflight import check_entitlement, with_all_capabilities
from harness.session.run.suite_plan import effort_of, rules_of, suite_workflows
from harness.settings import required_credentials
from harness.workflow.cases.case_list import WorkflowCase, expand, refuse_shared_ids
from harness.workflow.document.model import Severity
from harness.workflow.document.parse import load
from harness.workflow.lint.check import lint

_ANYBODY = Credentials("", "")


def ready(settings: Settings, faults: Sequence[str], *, time: Time) -> Settings:
    """Return settings that the suite can run with.

    Raises ConfigurationError, MissingCredentials, UnknownName or NothingSelected.
    """
    check_faults(settings, faults)
    # Our own mock brings its credentials along, once it is known to be that.
    if not may_be_our_mock(settings.environment):
        required_credentials(settings)
    check_entitlement(settings)
    check_plan(settings)
    # Last, as the one step that asks the target.
    known = with_credentials(settings, time=time)
    required_credentials(known)
    return known


def check_plan(settings: Settings) -> None:
    """Refuse a plan that cannot be made; nothing is sent for it, and no credentials are asked for."""
    check_workflows(settings)
    check_selection(settings)
    if settings.rules:
        # Only the plan shows that a rule of one's own has the id of another case.
        all(case_ids(settings))


def check_faults(settings: Settings, faults: Sequence[str]) -> None:
    """Refuse faults that do not exist, and any where no mock of ours is started to have them."""
    for name in faults:
        frame_of(settings.products).fault_called(name)
    if faults and settings.environment.base_url:
        raise ConfigurationError(
            f"--fault breaks a promise of the mock that a run starts, and this run goes to "
            f"{settings.environment.base_url}.",
            advice="Leave the URL out, or start that mock with: harness mock --fault NAME.",
        )


def check_workflows(settings: Settings) -> None:
    """Refuse documents of one's own that have an error. Raises DocumentError, with the first."""
    cases: list[WorkflowCase] = []
    for path in (
        suite_workflows(settings.products, settings.workflows) if settings.workflows else ()
    ):
        book = load(path, resolve=partial(in_use, downloaded=settings.downloaded))
        errors = [each for each in lint(book) if each.severity is Severity.ERROR]
        # Documents that ship are looked at by the tests of this program.
        if errors and path in settings.workflows:
            more = f" It has {len(errors) - 1} more errors." if len(errors) > 1 else ""
            raise DocumentError(
                f"{errors[0].title}.", source=errors[0].source, advice=f"{errors[0].advice}{more}"
            )
        cases += expand(book)
    refuse_shared_ids(cases)


def check_selection(settings: Settings) -> None:
    """Refuse patterns that select nothing. Raises NothingSelected, which suggests the nearest ids."""
    if not settings.only:
        return
    every = tuple(case_ids(settings))
    if any(map(settings.selects, every)):
        return
    whole = replace(settings, apis=settings.products.names)
    elsewhere = next(filter(whole.selects, every), "")
    raise NothingSelected(
        f"no case is selected by '{settings.only}'.", advice=_advice(settings, every, elsewhere)
    )


def _advice(settings: Settings, every: Sequence[str], elsewhere: str) -> str:
    if elsewhere:
        return f"'{elsewhere}' would be, but is left out by --api."
    groups = dict.fromkeys(part for each in every for part in _parts(each))
    near = nearest(settings.only, groups)
    return f"--only takes an id, its start, or a pattern. Nearest: {', '.join(near)}."


def _parts(case: str) -> Iterator[str]:
    """Yield what selects a case by name: itself and what it begins with."""
    pieces = case.split("/")
    # From the second part on, since the name of an API alone is what --api takes.
    yield from ("/".join(pieces[:count]) for count in range(2, len(pieces) + 1))


def case_ids(settings: Settings) -> Iterator[str]:
    """Return the id of every case that a run of all APIs could have; nothing is sent for it."""
    environment = with_all_capabilities(settings.environment, settings.products)
    whole = replace(settings, environment=environment, apis=settings.products.names)
    documents = {each.api.name: each.api for each in chosen(whole)}
    is_embedded = not environment.base_url
    tried = effort_of(whole)
    every = rules_of(
        whole, _ANYBODY, documents, settings.roles, tried, can_advance_time=is_embedded
    )
    yield from (each.id for each in every)
    resolve = partial(in_use, downloaded=settings.downloaded)
    for path in suite_workflows(settings.products, settings.workflows):
        yield from (each.id for each in expand(load(path, resolve=resolve)))
