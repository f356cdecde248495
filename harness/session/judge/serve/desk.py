"""Keep the sessions of a judge: open them, take them up again from their records, and conclude them."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.types import Receive, Scope, Send

from harness import __version__, record
from harness.client.redaction import Redactor
from harness.config import Settings
from harness.errors import ConfigurationError, DocumentError, HarnessError
from harness.events import (
    Attested,
    CaseFinished,
    CasesCounted,
    CaseStarted,
    Event,
    RunResumed,
    RunStarted,
)
from harness.jsonvalue import members, text
from harness.judge.calls import Reply
from harness.judge.observe import Clocks, Kept, send_reply
from harness.openapi.effective import effective
from harness.record import FILE_NAME, Record, RecordWriter
from harness.session.certify.certificate import ARCHIVE, FOLDER, Application, issue
from harness.session.certify.keys import FILE_NAME as SIGNING_KEY
from harness.session.certify.keys import load_or_make as signing_key
from harness.session.judge.products import Judged
from harness.session.judge.run import ENVIRONMENT, planned
from harness.session.judge.serve.guard import FILE_NAME as MASTER_KEY
from harness.session.judge.serve.guard import MasterKey, load_or_make
from harness.session.judge.serve.partner import PartnerSession
from harness.session.judge.serve.ports import Ports
from harness.session.judge.serve.state import Answer, Refused, SessionPlace, Subject
from harness.session.judge.server import Place
from harness.session.reporting.reports import Result, write_reports
from harness.session.reporting.verdict_inputs import Digests, judged_run, snapshot
from harness.session.run.documents import documents_used
from harness.session.run.folder import job_of, open_folder, point_latest
from harness.session.run.journal import Journal
from harness.session.run.lifecycle import CompletedRun, RunEnd
from harness.verdict.certificate import Subject as CertifiedSubject
from harness.verdict.scope import CLIENT, SCENARIOS

LABEL = "judge-serve"
SIDECAR = "session.json"
MOST_SESSIONS = 200
_NOTHING_HERE = Reply(
    404,
    (("content-type", "text/plain; charset=utf-8"),),
    b"No session has this address. Use the base URL that the judge gave.\n",
)


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What all sessions of a judge have in common."""

    settings: Settings
    products: tuple[Judged, ...]
    scenarios_total: int
    selection: str = ""
    profile: str = "onboarding"
    ca_file: str = ""


class Desk:
    """All sessions of a judge, by the id of their run and by the key of their address."""

    def __init__(self, options: DeskOptions, clocks: Clocks) -> None:
        self.options = replace(options, products=tuple(map(_drawing_once, options.products)))
        self.ports = Ports(self, options.settings.reports / "judge-tls" / "scenarios")
        self.url = ""
        """Where the judge is reached; known once it listens."""
        self._clocks = clocks
        self._sessions: dict[str, PartnerSession] = {}
        self._by_key: dict[str, PartnerSession] = {}
        self._writers: dict[str, RecordWriter] = {}
        self._results: dict[str, Result] = {}
        self._problems: dict[str, str] = {}
        self._kept = Kept()
        self._master = load_or_make(options.settings.reports / MASTER_KEY)

    @property
    def master(self) -> MasterKey:
        return self._master

    @property
    def sessions(self) -> Sequence[PartnerSession]:
        """Every session, the oldest first."""
        return tuple(self._sessions.values())

    def session(self, name: str) -> PartnerSession | None:
        """Return a session by the id of its run."""
        return self._sessions.get(name)

    def result(self, name: str) -> Result | None:
        """Return what a finished session came to."""
        return self._results.get(name)

    def problem(self, name: str) -> str:
        """Say why a finished session has no certificate bundle; empty where it has one."""
        return self._problems.get(name, "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a call of a client to the session whose address it has."""
        # A path below `/s/KEY`; a shorter one names no session.
        key = scope["path"].split("/")[2] if scope["path"].count("/") > 1 else ""
        session = self._by_key.get(key)
        if session is None:
            await send_reply(_NOTHING_HERE, send)
            return
        await session(scope, receive, send)

    def open(self, subject: Subject) -> PartnerSession:
        """Open a session for a partner. Raises ConfigurationError."""
        if len(self._sessions) >= MOST_SESSIONS:
            raise ConfigurationError(
                f"the judge has {MOST_SESSIONS} sessions already.",
                advice="Finish some, and start it again.",
            )
        settings = self.options.settings
        folder = open_folder(settings.reports, now=self._clocks.now(), label=LABEL)
        digests = snapshot(
            folder,
            more=settings.products.specs,
            waiver_file=None,
            baseline=None,
            role=CLIENT,
        )
        sidecar = {"form": 1, **asdict(subject)}
        (folder / SIDECAR).write_text(json.dumps(sidecar, indent=2) + "\n", encoding="utf-8")
        session = self._placed(folder, subject, first_exchange=1)
        session.journal.write(self._start_of(folder, digests))
        session.journal.write(CasesCounted(self.options.scenarios_total))
        # The whole plan at once, so that what is never begun shows as not run.
        for product, scenario in session.scenarios.values():
            session.journal.write(planned(product, scenario))
        point_latest(folder)
        return session

    def _start_of(self, folder: Path, digests: Digests) -> RunStarted:
        settings = self.options.settings
        names = dict.fromkeys(n for each in self.options.products for n in each.product.documents)
        return RunStarted(
            run_id=folder.name,
            started=self._stamp(),
            harness_version=__version__,
            environment=ENVIRONMENT,
            base_url=self.url or "http://127.0.0.1",
            profile=self.options.profile,
            seed=settings.seed,
            apis=tuple(each.product.name for each in self.options.products),
            documents=documents_used(effective(n, settings.downloaded) for n in names),
            sets=tuple(digests.sets),
            embedded=True,
            job=job_of(settings.variables),
            role=CLIENT,
            suite=SCENARIOS,
            selection=self.options.selection,
        )

    def restore(self) -> Iterator[str]:
        """Take up again every session that was not finished; yield why one could not be."""
        folders = sorted(self.options.settings.reports.glob(f"*-{LABEL}*"))
        # The newest, where there are more than a judge holds.
        for folder in folders[-MOST_SESSIONS:]:
            try:
                self._restore(folder)
            except HarnessError as problem:
                yield f"{folder.name} is not taken up: {problem}"

    def find(self, subject: Subject) -> PartnerSession | None:
        """Return the newest session of a subject that is not finished."""
        found = [each for each in self.sessions if each.place.subject == subject]
        return next((each for each in reversed(found) if not each.is_finished), None)

    async def place_of(self, session: PartnerSession) -> Place:
        """Return where a client reaches its session, as the scenario under way has it."""
        certificate = session.active.certificate if session.active else ""
        if not certificate:
            return Place(self.url, self.options.ca_file)
        return await self.ports.at(certificate)

    async def finish(self, session: PartnerSession) -> Result:
        """Conclude a session: verdict, reports and the bundle. Raises Refused."""
        if session.active is not None:
            raise Refused(
                f"{session.active.scenario.id} is under way. Press Done or Skip before you finish."
            )
        if session.is_concluding:
            raise Refused("the session is being finished. Wait a moment.")
        # Finished once more, a session gets new reports and a new bundle, and no second end.
        if not session.is_finished:
            session.note_finished(self._seconds(session))
        session.is_concluding = True
        # Reports write to the record as well, and one writer alone may hold it.
        self._writers[session.place.id].close()
        try:
            result = await asyncio.to_thread(self._concluded, session)
        finally:
            session.is_concluding = False
            self._writers[session.place.id] = RecordWriter(session.place.folder / FILE_NAME)
            session.journal.reopen(self._writers[session.place.id])
        self._results[session.place.id] = result
        session.changed()
        return result

    def close(self) -> None:
        """Close every record; what is under way is taken up again by the next start."""
        self.ports.close()
        # A full disk must not keep the other records from being closed.
        for writer in self._writers.values():
            with suppress(HarnessError):
                writer.close()

    def _restore(self, folder: Path) -> None:
        events = tuple(record.events(folder / FILE_NAME))
        read = record.fold(events, str(folder / FILE_NAME))
        # Finished sessions stay on the disk alone.
        if read.run.role != CLIENT or read.finished is not None:
            return
        subject = _subject(folder / SIDECAR)
        # Ids of exchanges go on where they ended.
        first = max((each.id for each in read.exchanges), default=0) + 1
        session = self._placed(folder, subject, first_exchange=first)
        # A session is judged by the scenarios that it was opened with, or not at all.
        missing = [each.case for each in read.planned if each.case not in session.scenarios]
        if missing or len(read.planned) != len(session.scenarios):
            self._drop(session)
            raise DocumentError(
                "it was opened with other scenarios than those of this start.",
                advice="Start the judge as before, or open a new session.",
            )
        session.was_restored = session.earlier.has_forgotten = True
        session.journal.write(RunResumed(self._stamp(), __version__))
        _refill(session, read, events)

    def _placed(self, folder: Path, subject: Subject, *, first_exchange: int) -> PartnerSession:
        identity = self._master.identity(folder.name)
        writer = RecordWriter(folder / FILE_NAME)
        journal = Journal(writer, lambda _: None, first_exchange=first_exchange)
        settings = self.options.settings
        place = SessionPlace(
            *(folder.name, folder, identity, subject, self.options.products, settings.seed),
            kept=self._kept,
        )
        redactor = Redactor(settings.environment.masked_names)
        session = PartnerSession(place, journal, redactor, self._clocks)
        self._sessions[place.id] = session
        self._by_key[identity.key] = session
        self._writers[place.id] = writer
        return session

    def _drop(self, session: PartnerSession) -> None:
        self._writers.pop(session.place.id).close()
        del self._sessions[session.place.id]
        del self._by_key[session.place.identity.key]

    def _concluded(self, session: PartnerSession) -> Result:
        folder, redactor = session.place.folder, session.redactor
        result = write_reports(
            CompletedRun(folder, RunEnd(), redactor.secrets, redactor.pieces), allure=False
        )
        _set_aside(folder)
        subject = session.place.subject
        # A certificate names a version, which partners may leave out.
        named = CertifiedSubject(
            subject.partner, subject.product, subject.version or "unversioned", CLIENT
        )
        # What certifies nothing still has its verdict and its reports.
        try:
            issue(judged_run(folder), Application(named), self._key(), now=self._clocks.now())
            self._problems.pop(session.place.id, None)
        except HarnessError as problem:
            self._problems[session.place.id] = str(problem)
        return result

    def _key(self) -> Ed25519PrivateKey:
        key, _ = signing_key(self.options.settings.reports / SIGNING_KEY)
        return key

    def _seconds(self, session: PartnerSession) -> float:
        begun = record.read(session.place.folder / FILE_NAME).run.started
        started = datetime.fromisoformat(begun)
        return max((self._clocks.now() - started).total_seconds(), 0.0)

    def _stamp(self) -> str:
        return self._clocks.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _drawing_once(judged: Judged) -> Judged:
    """Draw each synthetic value once: it is the same for a seed, and drawing would hold up all sessions."""
    generators = judged.product.generators
    cached = {name: lru_cache(maxsize=64)(each) for name, each in generators.items()}
    return replace(judged, product=replace(judged.product, generators=cached))


def _subject(path: Path) -> Subject:
    try:
        fields = members(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise DocumentError(f"{path.name} beside its record cannot be read.") from None
    return Subject(*(text(fields.get(name)) for name in ("partner", "product", "version")))


def _refill(session: PartnerSession, read: Record, events: Iterable[Event]) -> None:
    """Put back what a record holds: outcomes, attempts, answers, and which scenario was under way."""
    started = ""
    for event in events:
        match event:
            case CaseStarted(case=case):
                started = case
            case CaseFinished(outcome=outcome):
                session.keep_outcome(outcome.case, outcome)
                started = "" if outcome.case == started else started
            case Attested(case=case, who=who, when=when, what=what):
                # A question may hold colons; the last one stands before yes or no.
                session.keep_answer(case, what.rpartition(": ")[0], Answer(who, when, what))
            case _:
                pass
    if started:
        state = session.state(started)
        calls = len(read.exchanges_of(started))
        note = (
            "the judge was started again while this was under way; begin it anew "
            f"(the {calls} calls before are in the record and do not count)"
        )
        session.states[started] = replace(state, note=note)
        session.last = started


def _set_aside(folder: Path) -> None:
    """Move the bundle of an earlier end away; a certificate is never overwritten."""
    number = 1
    # Earlier bundles are numbered from 1, the newest last.
    while (folder / f"earlier-{number}-{ARCHIVE}").exists():
        number += 1
    for name in (FOLDER, ARCHIVE):
        if (folder / name).exists():
            (folder / name).rename(folder / f"earlier-{number}-{name}")
