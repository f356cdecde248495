"""Sessions by hand, in one process: clients are calls of ASGI, the person is a method."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness import record
from harness.config import Overrides
from harness.judge.observe import Clocks
from harness.outcome import Status
from harness.products.registry import installed
from harness.session.judge.products import judged_products, selected
from harness.session.judge.serve import judging
from harness.session.judge.serve.app import Front, Office
from harness.session.judge.serve.desk import Desk, DeskOptions
from harness.session.judge.serve.guard import Guard
from harness.session.judge.serve.partner import PartnerSession
from harness.session.judge.serve.state import Refused, Subject
from harness.settings import load
from harness.verdict.attestations import recorded

SUBJECT = Subject("Sample Vendor", "Uploader", "1.0")
ONE = "dental/create/one-file"
WAITS = "dental/waiting/429-seconds"
SILENT = "dental/input/wrong-npi"
CREATE = "/dental/attachments/v1/attachments/documents"


class Clock:
    """Time that passes only where somebody waits for it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(1_796_000_000 + self.seconds, UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    found = Clock()
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds < 1:
            found.seconds += seconds
        await real(0)

    monkeypatch.setattr("harness.session.judge.serve.partner.asyncio.sleep", sleep)
    yield found
    for desk in DESKS:
        desk.close()
    DESKS.clear()


DESKS: list[Desk] = []


def desk_at(folder: Path, clock: Clock) -> Desk:
    settings = load(Overrides(reports=folder), folder=folder, products=installed())
    products = selected(judged_products(("dental",)), (ONE, WAITS, SILENT))
    options = DeskOptions(settings, products, scenarios_total=3)
    desk = Desk(options, Clocks(clock.now, clock.monotonic))
    desk.url = "http://127.0.0.1:8070"
    DESKS.append(desk)
    return desk


def client(desk: Desk) -> httpx.AsyncClient:
    app = Front(desk, Office(desk, Guard(desk.master, is_open=False)).app())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8070")


async def token(http: httpx.AsyncClient, session: PartnerSession) -> str:
    credentials = session.place.identity.credentials
    answer = await http.post(
        f"{session.prefix}/apip/auth/sntl/v1/token",
        data={
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        },
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def upload(http: httpx.AsyncClient, session: PartnerSession, bearer: str) -> httpx.Response:
    active = session.active
    assert active is not None
    files: list[Any] = [
        ("request", (None, json.dumps(active.inputs.values["claim"]), "application/json")),
        *(("files", (f.name, f.content, f.media_type)) for f in active.inputs.files),
    ]
    headers = {"Authorization": f"Bearer {bearer}"}
    return await http.post(f"{session.prefix}{CREATE}", files=files, headers=headers)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]  # a coroutine function, as all of them are


def test_a_scenario_is_begun_observed_and_judged(tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        async with client(desk) as http:
            session.begin(ONE)
            await upload(http, session, await token(http, session))
            await session.done()
            outcome = session.state(ONE).outcome
            assert outcome is not None
            assert outcome.status is Status.PASS, outcome

    run(work)


def test_sessions_side_by_side_are_never_mixed(tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        one, two = desk.open(SUBJECT), desk.open(Subject("Other Vendor", "Sender"))
        assert one.prefix != two.prefix
        async with client(desk) as http:
            one.begin(ONE)
            two.begin(ONE)
            mine = await token(http, one)
            assert (await upload(http, two, mine)).status_code == 401
            await upload(http, one, mine)
            assert [call.operation for call in two.active.session.calls] == ["createAttachments"]  # type: ignore[union-attr]  # begun above
            await one.done()
            await two.done()
        first, second = one.state(ONE).outcome, two.state(ONE).outcome
        assert first is not None
        assert second is not None
        assert (first.status, second.status) == (Status.PASS, Status.FAIL)
        ours = record.read(one.place.folder / "record.jsonl").exchanges
        theirs = record.read(two.place.folder / "record.jsonl").exchanges
        assert (len(ours), len(theirs)) == (2, 1)

    run(work)


def test_sessions_count_together_what_they_keep_until_a_scenario_is_over(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        one, two = desk.open(SUBJECT), desk.open(Subject("Other Vendor", "Sender"))
        kept = one.place.kept
        assert two.place.kept is kept
        async with client(desk) as http:
            one.begin(ONE)
            two.begin(ONE)
            await upload(http, one, await token(http, one))
            alone = kept.bytes
            await upload(http, two, await token(http, two))
            assert 0 < alone < kept.bytes
            await one.done()
            two.skip(ONE, "not today")
        assert (kept.bytes, kept.reading) == (0, 0)

    run(work)


async def left_half_way(desk: Desk) -> PartnerSession:
    """Judge one scenario, skip one, and leave while a third is under way."""
    session = desk.open(SUBJECT)
    async with client(desk) as http:
        session.begin(ONE)
        await upload(http, session, await token(http, session))
        await session.done()
        session.skip(SILENT, "the form does not let us")
        session.begin(WAITS)
        await upload(http, session, await token(http, session))
    await session.close()
    return session


async def gone_on_with(desk: Desk, session: PartnerSession, clock: Clock) -> None:
    """Judge the scenario anew that was under way, by a client that kept its token."""
    async with client(desk) as http:
        session.begin(WAITS)
        stale = await upload(http, session, "a.token.of.before")
        assert stale.status_code == 401
        bearer = await token(http, session)
        await upload(http, session, bearer)
        clock.seconds += 1.5
        await upload(http, session, bearer)
        await session.done()


def test_a_restart_loses_nothing(tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)
    before = asyncio.run(left_half_way(desk))
    desk.close()

    again = desk_at(tmp_path, clock)

    assert list(again.restore()) == []
    session = again.find(SUBJECT)
    assert session is not None
    assert session.place.identity == before.place.identity
    outcomes = {name: session.state(name).outcome for name in session.scenarios}
    assert {n: (o.status, o.message) for n, o in outcomes.items() if o} == {
        ONE: (Status.PASS, ""),
        SILENT: (Status.SKIP, "skipped by hand: the form does not let us"),
    }
    assert "begin it anew (the 2 calls before" in session.state(WAITS).note


def test_after_a_restart_a_client_that_kept_its_token_is_not_accused(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)
    asyncio.run(left_half_way(desk))
    desk.close()
    again = desk_at(tmp_path, clock)
    list(again.restore())
    session = again.sessions[0]

    asyncio.run(gone_on_with(again, session, clock))

    outcome = session.state(WAITS).outcome
    assert outcome is not None
    assert outcome.status is Status.PASS, outcome
    again.close()
    ids = [each.id for each in record.read(session.place.folder / "record.jsonl").exchanges]
    assert ids == sorted(set(ids))


def test_a_token_of_an_earlier_scenario_accuses_nobody(tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        async with client(desk) as http:
            session.begin(ONE)
            first = await token(http, session)
            await upload(http, session, first)
            await session.done()
            session.begin(ONE)
            assert (await upload(http, session, first)).status_code == 401
            await upload(http, session, await token(http, session))
            await session.done()
        state = session.state(ONE)
        assert state.outcome is not None
        assert state.outcome.status is Status.PASS, state.outcome
        assert state.attempts == ("pass", "pass")
        assert state.outcome.checks[-1].actual == "attempt 2; before: pass"

    run(work)


def test_silence_counts_after_a_control_and_rests_on_a_person(tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        async with client(desk) as http:
            session.begin(SILENT)
            with pytest.raises(Refused, match="no accepted call has arrived yet"):
                await session.done()
            await upload(http, session, await token(http, session))
            await session.done()
            await session.done()
        outcome = session.state(SILENT).outcome
        assert outcome is not None
        assert outcome.status is Status.PASS

    run(work)
    desk.close()
    told = recorded(record.read(desk.sessions[0].place.folder / "record.jsonl"))
    assert [each.what for each in told] == ["The client was asked to act, and sent nothing: yes"]


def test_a_scenario_without_a_call_is_no_pass_and_one_at_a_time_is_under_way(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        session.begin(ONE)
        with pytest.raises(Refused, match="is under way"):
            session.begin(WAITS)
        with pytest.raises(Refused, match="is under way"):
            session.skip(WAITS, "later")
        await session.done()
        outcome = session.state(ONE).outcome
        assert outcome is not None
        assert outcome.status is Status.ERROR

    run(work)


def test_skipping_takes_a_reason_and_an_absent_action_takes_silence(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        with pytest.raises(Refused, match="a reason is missing"):
            session.skip(ONE, "  ")
        session.skip(ONE, "no uploads", is_absent=True)
        outcome = session.state(ONE).outcome
        assert outcome is not None
        assert outcome.status is Status.OMIT
        async with client(desk) as http:
            session.begin(WAITS)
            await token(http, session)
            with pytest.raises(Refused, match="it has the action"):
                session.skip(WAITS, "no uploads", is_absent=True)

    run(work)


def test_time_that_is_up_judges_what_has_arrived_and_nothing_without_a_call(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        session.begin(ONE)
        clock.seconds += 890
        session.extend()
        clock.seconds += 890
        assert session.seconds_left == 10
        clock.seconds += 20
        for _ in range(50):
            await asyncio.sleep(0)
        assert session.active is None
        assert session.state(ONE).outcome is None
        assert "time was up" in session.state(ONE).note

    run(work)


def test_what_a_stranger_sends_is_neither_in_the_record_nor_on_the_page(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        async with client(desk) as http:
            session.begin(ONE)
            bearer = await token(http, session)
            claim = {"patientLastName": "Rosalindsdottir", "memberId": "W99887766"}
            files: list[Any] = [
                ("request", (None, json.dumps(claim), "application/json")),
                ("files", ("rosalindsdottir.pdf", b"%PDF real", "application/pdf")),
            ]
            headers = {"Authorization": f"Bearer {bearer}"}
            await http.post(f"{session.prefix}{CREATE}", files=files, headers=headers)
            state = (await http.get(f"/_judge/sessions/{session.place.id}")).text
            await session.done()
            after = (await http.get(f"/_judge/sessions/{session.place.id}")).text
        written = (session.place.folder / "record.jsonl").read_text()
        for text in (state, after, written):
            lower = text.lower()
            assert "rosalindsdottir" not in lower
            assert "w99887766" not in lower
            assert "%pdf real" not in lower
            assert bearer not in text
        assert session.place.identity.credentials.client_secret not in written

    run(work)


def test_a_finished_session_has_its_reports_and_can_be_gone_on_with(
    tmp_path: Path, clock: Clock
) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        async with client(desk) as http:
            session.begin(ONE)
            await upload(http, session, await token(http, session))
            with pytest.raises(Refused, match="is under way"):
                await desk.finish(session)
            await session.done()
            result = await desk.finish(session)
            assert str(result.verdict.conclusion) == "INCONCLUSIVE"
            page = await http.get(f"/_judge/sessions/{session.place.id}/run/report.html")
            assert "Conformance report of a client" in page.text
            hidden = await http.get(f"/_judge/sessions/{session.place.id}/run/record.jsonl")
            assert hidden.status_code == 404
            session.begin(ONE)
            await upload(http, session, await token(http, session))
            await session.done()
            again = await desk.finish(session)
            assert again.verdict.cases.executed == 1
        found = record.read(session.place.folder / "record.jsonl")
        assert len(found.exchanges) == 4
        assert found.finished is not None

    run(work)


@pytest.mark.parametrize("path", ["/s/none/x", "/s/", "/s/../_judge/sessions"])
def test_an_address_of_no_session_answers_404(path: str, tmp_path: Path, clock: Clock) -> None:
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        desk.open(SUBJECT)
        async with client(desk) as http:
            assert (await http.get(path)).status_code in (200, 404)
            assert (await http.get("/s/none/_judge/sessions")).status_code == 404

    run(work)


def test_our_own_bug_is_no_verdict(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(judging, "judged", broken)
    desk = desk_at(tmp_path, clock)

    async def work() -> None:
        session = desk.open(SUBJECT)
        session.begin(ONE)
        await session.done()
        outcome = session.state(ONE).outcome
        assert outcome is not None
        assert outcome.status is Status.ERROR
        assert "boom" not in outcome.message

    run(work)
