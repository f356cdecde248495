"""`harness judge next` and `finish`: the page of `harness judge serve` from a terminal."""

import json
import ssl
import sys
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import click

from harness.cli.console import say
from harness.cli.judge import REPORTS
from harness.config import Overrides
from harness.errors import ConfigurationError, TargetError
from harness.jsonvalue import Json, items, members, number, text
from harness.products.registry import installed
from harness.session.judge.serve.terminal import HEADER, TERMINAL
from harness.settings import load

_SESSION = click.option(
    "--session", "session", default="", metavar="ID", help="Which session; the newest unless given."
)
# Judging waits until the client is quiet, which the judge bounds with `CLOSING_SECONDS`.
_WAIT_SECONDS = 60


@click.command("next")
@_SESSION
@REPORTS
def next_(*, session: str, reports: Path | None) -> None:
    """Judge the scenario that is under way at `judge serve`, and begin the next one.

    \b
    Example:
      harness judge next
    """
    judge = _Judge(reports)
    name = judge.session(session)
    state = judge.ask(f"sessions/{name}")
    active = text(state.get("active"))
    if active:
        judge.ask(f"sessions/{name}/done", {})
        _say_outcome(judge, name, active)
        state = judge.ask(f"sessions/{name}")
    # A control that was accepted leaves its scenario under way.
    if not text(state.get("active")):
        if not text(state.get("next")):
            say("every scenario has been judged; finish with: harness judge finish")
            return
        judge.ask(f"sessions/{name}/begin", {})
    _say_card(judge.ask(f"sessions/{name}"))


@click.command("finish")
@_SESSION
@REPORTS
def finish(*, session: str, reports: Path | None) -> None:
    """Finish a session of `judge serve`: verdict, reports and bundle. Exit codes as for `harness run`.

    \b
    Example:
      harness judge finish
    """
    judge = _Judge(reports)
    name = judge.session(session)
    result = judge.ask(f"sessions/{name}/finish", {})
    folder = text(result.get("folder"))
    for each in items(result.get("files")):
        say(f"{text(members(each).get('name')):<20} {folder}/{text(members(each).get('path'))}")
    if result.get("problem"):
        say(f"no bundle {text(result.get('problem'))}")
    say(text(result.get("last_line")))
    sys.exit(int(number(result.get("exit_code"))))


class _Judge:
    """The judge that serves on this machine, as the file beside the runs says."""

    def __init__(self, reports: Path | None) -> None:
        folder = load(Overrides(reports=reports), folder=Path.cwd(), products=installed()).reports
        path = folder / TERMINAL
        try:
            fields = members(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            raise ConfigurationError(
                f"no judge serves for {folder}.",
                advice="Start one: harness judge serve --partner P --product X",
            ) from None
        self._url, self._pass = text(fields.get("url")), text(fields.get("pass"))
        authority = text(fields.get("authority"))
        self._context = ssl.create_default_context(cafile=authority) if authority else None

    def session(self, given: str) -> str:
        """Return the session that was named, or the newest that is not finished."""
        rows = [members(each) for each in items(self.ask("sessions").get("sessions"))]
        names = [text(each.get("id")) for each in rows]
        if given:
            if given not in names:
                raise ConfigurationError(
                    f"there is no session {given}.", advice=f"There are: {', '.join(names)}."
                )
            return given
        going = [text(each.get("id")) for each in rows if each.get("finished") is not True]
        # The newest session comes last.
        return (going or names)[-1]

    def ask(self, path: str, content: Mapping[str, Json] | None = None) -> Mapping[str, Json]:
        """Ask the judge. Raises ConfigurationError where it refuses, TargetError where it is not there."""
        headers = {HEADER: self._pass, "Content-Type": "application/json"}
        # urllib makes a POST of whatever has a body.
        body = None if content is None else json.dumps(content).encode()
        address = f"{self._url}/_judge/{quote(path, safe='/')}"
        request = Request(address, body, headers)  # noqa: S310 the address is that of our own file
        try:
            with urlopen(request, timeout=_WAIT_SECONDS, context=self._context) as answer:  # noqa: S310 as above
                return members(json.loads(answer.read()))
        except HTTPError as problem:
            try:
                # The judge words itself what it refuses.
                words = text(members(json.loads(problem.read())).get("error"))
            except ValueError:
                words = f"the judge answered {problem.code}."
            raise ConfigurationError(words) from None
        except (OSError, HTTPException, ValueError) as problem:
            raise TargetError(
                f"the judge at {self._url} does not answer ({problem}).",
                advice="Start it again as before; nothing is lost.",
            ) from None


def _say_outcome(judge: _Judge, session: str, name: str) -> None:
    state = judge.ask(f"sessions/{session}")
    card = members(state.get("card"))
    outcome = members(card.get("outcome"))
    # The card is that of the scenario which was begun last.
    if text(card.get("id")) == name and outcome:
        message = text(outcome.get("message"))
        say(f"{text(outcome.get('status')).upper():<5} {name}{f': {message}' if message else ''}")


def _say_card(state: Mapping[str, Json]) -> None:
    card = members(state.get("card"))
    way = members(card.get("under_way"))
    say()
    say(f"{text(card.get('id'))}: {text(card.get('title'))}")
    say(f"  {text(card.get('instruct'))}")
    rows = [
        ("base url", text(state.get("base_url"))),
        *(("token url", text(members(each).get("url"))) for each in items(state.get("token_urls"))),
        ("client id", text(state.get("client_id"))),
        ("client secret", text(state.get("client_secret"))),
        ("inputs", json.dumps(way.get("inputs"))),
        *(("file", text(members(each).get("name"))) for each in items(way.get("files"))),
        ("waiting", text(way.get("waiting"))),
    ]
    for name, value in rows:
        say(f"  {name:<14} {value}")
    say("  then: harness judge next")
