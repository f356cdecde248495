"""Serve the judge by hand until it is asked to stop."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harness.client.http import Time
from harness.config import Settings
from harness.errors import ConfigurationError, StorageError
from harness.judge.observe import Clocks
from harness.mock.server import MockServer, TlsFiles, issue_certificate, listener
from harness.session.judge.products import Judged
from harness.session.judge.serve.app import Front, Office
from harness.session.judge.serve.desk import Desk, DeskOptions
from harness.session.judge.serve.guard import Guard
from harness.session.judge.serve.state import Subject
from harness.session.judge.serve.terminal import TERMINAL
from harness.session.judge.server import CuttableProtocol


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Where the judge listens, and for whom."""

    subject: Subject
    products: tuple[Judged, ...]
    scenarios_total: int
    selection: str = ""
    port: int = 8070
    host: str = "127.0.0.1"
    tls: bool = False
    is_open: bool = False
    is_new: bool = False
    """Open a new session also where one of the subject is to be gone on with."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a person at the terminal learns once the judge listens."""

    url: str
    session: str
    is_restored: bool
    authority: str = ""
    problems: tuple[str, ...] = ()


def serve_judge(
    settings: Settings,
    options: ServeOptions,
    *,
    time: Time,
    ready: Callable[[Ready], None],
    announce: Callable[[str], None],
) -> None:
    """Take up what was not finished, open a session where none is, and serve until a signal ends it."""
    if options.is_open and not options.tls:
        raise ConfigurationError(
            "--open without --tls would send the access code and patient data in the clear.",
            advice="Add --tls.",
        )
    # Bound before anything is written: a port that is taken must leave no session behind.
    bound = listener(options.host, options.port, is_open=options.is_open)
    certificate = _certificate(settings.reports, options)
    desk = Desk(_desk_options(settings, options, certificate), Clocks(time.now, time.monotonic))
    guard = Guard(desk.master, is_open=options.is_open, announce=announce)
    front = Front(desk, Office(desk, guard).app())
    server = MockServer(front, bound, certificate, protocol=CuttableProtocol)
    desk.url = _reached(server.url, options.host)
    shown = _opened(desk, options, certificate)
    terminal = settings.reports / TERMINAL
    _write_terminal(terminal, desk, guard, certificate)

    def when_listening(_: str) -> None:
        ready(shown)
        if options.is_open:
            guard.new_code()

    try:
        server.run(when_listening)
    finally:
        desk.close()
        # Commands would otherwise ask a port that nobody serves any more.
        with suppress(OSError):
            terminal.unlink()


def _desk_options(
    settings: Settings, options: ServeOptions, certificate: TlsFiles | None
) -> DeskOptions:
    return DeskOptions(
        settings=settings,
        products=options.products,
        scenarios_total=options.scenarios_total,
        selection=options.selection,
        ca_file=str(certificate.authority.resolve()) if certificate else "",
    )


def _opened(desk: Desk, options: ServeOptions, certificate: TlsFiles | None) -> Ready:
    """Take up what was not finished; open a session where none is of the subject."""
    # First, so that an unfinished session of the subject can be gone on with.
    problems = tuple(desk.restore())
    found = None if options.is_new else desk.find(options.subject)
    session = found or desk.open(options.subject)
    authority = str(certificate.authority) if certificate else ""
    return Ready(desk.url, session.place.id, found is not None, authority, problems)


def _certificate(reports: Path, options: ServeOptions) -> TlsFiles | None:
    """Return a certificate for this judge; the authority stays as long as its files do not expire."""
    if not options.tls:
        return None
    return issue_certificate(reports / "judge-tls", names=(options.host,))


def _reached(url: str, host: str) -> str:
    """Return the URL to give to a client: an address that stands for all of them is none."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 compared, not bound
        return url
    return url.replace(urlsplit(url).netloc, f"localhost:{urlsplit(url).port}")


def _write_terminal(path: Path, desk: Desk, guard: Guard, certificate: TlsFiles | None) -> None:
    content = {
        "url": desk.url,
        "pass": guard.terminal,
        "authority": str(certificate.authority.resolve()) if certificate else "",
        "pid": os.getpid(),
    }
    try:
        # Made anew and not overwritten, so that no other process keeps it open, or gave it its
        # mode.
        with suppress(FileNotFoundError):
            path.unlink()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(content, stream)
    except OSError as problem:
        raise StorageError(path, problem) from None
