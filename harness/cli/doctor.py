"""`harness doctor`: say what is ready, what is not, and what to do about it."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os import W_OK, access
from pathlib import Path

import click

from harness.cli.console import say
from harness.cli.options import inspected_options, overrides_from
from harness.config import Settings
from harness.errors import HarnessError
from harness.plugin.recognise import with_credentials
from harness.products.registry import installed
from harness.report.allure import generator
from harness.session.clock import real_time
from harness.session.run.bench import find_out
from harness.settings import is_mock_client, load, process_variables, required_credentials


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a blocking one keeps a run from working."""

    name: str
    is_good: bool
    said: str
    blocking: bool = True


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Install what the Allure report needs, first.")
@inspected_options
def command(*, fix: bool, **target: object) -> None:
    """Check settings, credentials (never printed), reachability, tokens, and Node for the Allure report.

    \b
    Examples:
      harness doctor
      harness doctor --fix
      harness doctor --env sandbox
      harness doctor --base-url https://127.0.0.1:8443 --api dental
    """
    if fix and isinstance(generator.find(), str):
        say(f"setting up Allure in {generator.FOLDER}: once, a minute or so")
        if problem := generator.install(process_variables()):
            say(f"{'NOT OK':<7} {'allure':<12} {problem}")
            sys.exit(2)
    found = list(_look(target))
    for each in found:
        mark = "ok" if each.is_good else "NOT OK" if each.blocking else "note"
        say(f"{mark:<7} {each.name:<12} {each.said}")
    if any(each.blocking and not each.is_good for each in found):
        sys.exit(2)


def _look(target: dict[str, object]) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", sys.version_info >= (3, 11), version)
    yield _allure()
    try:
        settings = load(overrides_from(target), folder=Path.cwd(), products=installed())
    except HarnessError as problem:
        yield Finding("settings", is_good=False, said=str(problem))
        # Without settings there is nothing further to look at.
        return
    environment = settings.environment
    where = environment.base_url or "started for each run"
    yield Finding("settings", is_good=True, said=f"environment {environment.name}, {where}")
    known = with_credentials(settings, time=real_time())
    yield _credentials(settings, known)
    yield _reports(settings)
    yield from _target(known)


def _credentials(settings: Settings, known: Settings) -> Finding:
    """Say whose credentials a run would use: those that were set, or those of our mock."""
    if settings.credentials is None and known.credentials is not None:
        said = "none are set; the target answers as our mock, which has published ones"
        silent = "none are set, and the target does not answer"
        return Finding(
            "credentials", is_mock_client(known), said if is_mock_client(known) else silent
        )
    if is_mock_client(known):
        return Finding(
            "credentials", is_good=True, said="none are set; the mock has published ones"
        )
    try:
        required_credentials(known)
    except HarnessError as problem:
        return Finding("credentials", is_good=False, said=str(problem))
    return Finding("credentials", is_good=True, said="client id and secret are set")


def _reports(settings: Settings) -> Finding:
    folder = settings.reports
    # A folder that is not there yet is made below the nearest one that is.
    nearest = next(
        (each for each in (folder, *folder.absolute().parents) if each.is_dir()), Path("/")
    )
    writable = access(nearest, W_OK)
    return Finding("reports", writable, f"{folder} {'can' if writable else 'cannot'} be written")


def _target(settings: Settings) -> Iterator[Finding]:
    # Without a URL or credentials there is nothing to ask.
    if not settings.environment.base_url or settings.credentials is None:
        return
    for api, problem in find_out(settings, time=real_time()):
        yield Finding(api, problem is None, problem or "reachable, and gives a token")


def _allure() -> Finding:
    """Say whether the Allure report can be made; nothing that decides a verdict hangs on it."""
    found = generator.find()
    if isinstance(found, str):
        advice = "report.html is complete without; `harness doctor --fix` sets it up"
        return Finding("allure", is_good=False, said=f"{found}: {advice}", blocking=False)
    said = f"installed; Node {generator.version(found.node) or 'does not run'}"
    return Finding("allure", is_good=bool(generator.version(found.node)), said=said, blocking=False)
