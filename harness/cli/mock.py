"""`harness mock`: serve all products on this machine."""

import sys
import threading
from dataclasses import replace
from functools import partial
from os import getpid, kill
from pathlib import Path
from signal import SIGTERM
from typing import Unpack

import click

from harness.cli.console import say
from harness.cli.mock_options import (
    Behaviour,
    behaviour_options,
    list_options,
    place_options,
    settings_from,
)
from harness.cli.options import refuse_given, size_option
from harness.errors import ConfigurationError
from harness.mock.app import create_app
from harness.mock.server import TlsFiles, issue_certificate, listener, serve, tls_files
from harness.session.run.spec_products import frame_for


@click.command("mock")
@click.option(
    "--spec",
    "specs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE-OR-NAME",
    is_eager=True,
    help="Serve this OpenAPI document in place of the installed APIs; may be given again.",
)
@place_options
@behaviour_options
@list_options
@size_option
def command(
    *,
    specs: tuple[Path, ...],
    port: int,
    host: str,
    is_open: bool,
    default_credentials: bool,
    tls: bool,
    tls_folder: Path,
    stop_with_stdin: bool,
    **behaviour: Unpack[Behaviour],
) -> None:
    """Serve the mock of all products; SIGTERM or Ctrl-C ends it.

    One line says when it is ready, and where; the page there says the rest.

    \b
    Examples:
      harness mock
      harness mock --port 0 --fault search-loses-a-byte
      harness mock --clock 2026-01-16T12:00:00Z --latency 200 --canned
      harness mock --rate-limit 5/s --tls
      harness mock --list-faults
      harness mock --spec openapi.yaml

    \b
    A file for --credentials; all but the first two are optional:
      clients:
        - client_id: clinic
          client_secret: made-up
          organisation: north            # clients of one share what they upload
          roles: [provider]              # or payer; both unless said
          products: [dental, medical]    # or prior-auth; all unless said
          submitter_ids: ["999898"]
          tax_ids: ["123456789"]
          rate_limit: 5/s
    """
    if specs:
        refuse_given(
            click.get_current_context(),
            ("tolerances", "rate_limit", "strict", "credentials", "default_credentials"),
            "with --spec",
        )
    if not tls:
        refuse_given(click.get_current_context(), ("tls_folder",), "without --tls")
    settings = settings_from(behaviour)
    if tls:
        settings = replace(settings, authority=str(tls_files(tls_folder).authority))
    if is_open and not behaviour["credentials"] and not default_credentials:
        raise ConfigurationError(
            "--open lets other machines in, and the built-in clients are known to everybody.",
            advice="Name clients of your own with --credentials, or add --default-credentials.",
        )
    with frame_for(specs) as served:
        app = create_app(settings, served)
        damage = served.damage(settings.faults)
    bound = listener(host, port, is_open=is_open)
    certificate = issue_certificate(tls_folder) if tls else None
    if stop_with_stdin:
        _stop_with_stdin()
    serve(
        app, bound, ready=partial(_say_ready, certificate), certificate=certificate, damage=damage
    )


def _say_ready(certificate: TlsFiles | None, url: str) -> None:
    say(f"harness mock is ready at {url}")
    if certificate:
        say(f"trust it with: curl --cacert {certificate.authority} {url}")


def _stop_with_stdin() -> None:
    """End with the process that started this one, even where it was killed."""

    def watch() -> None:
        sys.stdin.read()
        kill(getpid(), SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
