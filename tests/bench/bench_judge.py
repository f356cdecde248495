"""Measure whether 50 sessions on one judge disturb each other: its processor time a call, delays, memory.

python tests/bench/bench_judge.py

Sessions that compute cannot be twice as many on the same processors, so what is judged is the work of
the judge for one call where every client calls at a fixed, modest pace, and its memory. How long a
call takes is printed beside it with the load of the machine, since whatever else runs delays it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx

from tests.bench.figures import split, write
from tests.judge.by_hand import serving

SESSIONS = 50
CALLS = 12
"""Of each session; each is one upload."""
PACE_SECONDS = 4.0
"""Between two calls of one session."""
MOST_RATIO = 2.0
MOST_MEGABYTES = 200
"""By which the judge may grow for the sessions."""
SCENARIO = "dental/create/one-file"
CREATE = "/dental/attachments/v1/attachments/documents"


@dataclass(frozen=True, slots=True)
class Client:
    """One client: where its session is, and what it sends."""

    base: str
    headers: Mapping[str, str]
    files: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What some sessions side by side came to."""

    cpu_ms: float
    """Processor time of the judge for one call."""
    seconds: Sequence[float]
    """How long each call took."""
    megabytes: float
    """Memory of the judge at the end."""


def main(arguments: Sequence[str]) -> int:
    """Measure one session, then all of them; 1 where a call costs more than twice as much among all."""
    _, path = split(arguments)
    alone = asyncio.run(measured(1))
    among = asyncio.run(measured(SESSIONS))
    figures = {
        "judge, ms of processor a call, 1 session": alone.cpu_ms,
        f"judge, ms of processor a call, {SESSIONS} sessions": among.cpu_ms,
        "processor a call, ratio": among.cpu_ms / alone.cpu_ms,
        "call, ms at the median, 1 session": 1000 * median(alone.seconds),
        f"call, ms at the median, {SESSIONS} sessions": 1000 * median(among.seconds),
        "call at the median, ratio": median(among.seconds) / median(alone.seconds),
        f"call, ms at the 95th, {SESSIONS} sessions": 1000 * quantiles(among.seconds, n=20)[-1],
        "judge, MB, 1 session": alone.megabytes,
        f"judge, MB, {SESSIONS} sessions": among.megabytes,
        "load of the machine at the end": os.getloadavg()[0],
    }
    for name, value in figures.items():
        sys.stdout.write(f"{name:<50} {value:10,.2f}\n")
    write(path, figures)
    is_dearer = among.cpu_ms > MOST_RATIO * alone.cpu_ms
    return int(is_dearer or among.megabytes - alone.megabytes > MOST_MEGABYTES)


async def measured(count: int) -> Measured:
    """Serve a judge in a process of its own, and have so many clients call at their pace."""
    with TemporaryDirectory() as reports, serving(Path(reports), "--port", "0") as judge:
        number = judge.process.pid
        async with httpx.AsyncClient(timeout=60) as page:
            opened = [judge.session]
            opened += [await _opened(page, judge.url) for _ in range(count - 1)]
            clients = [await _client(page, judge.url, each) for each in opened]
            await asyncio.gather(*(_calls(each, 0.0, 2) for each in clients))  # what is made once
            before = _cpu_seconds(number)
            starts = [PACE_SECONDS * index / count for index in range(count)]
            taken = await asyncio.gather(*map(_calls, clients, starts))
            spent = _cpu_seconds(number) - before
        seconds = [each for some in taken for each in some]
        return Measured(1000 * spent / len(seconds), seconds, _megabytes(number))


async def _opened(page: httpx.AsyncClient, url: str) -> str:
    answer = await page.post(f"{url}/_judge/sessions", json={})
    return str(answer.raise_for_status().json()["id"])


async def _client(page: httpx.AsyncClient, url: str, session: str) -> Client:
    """Begin a scenario in a session, and return the client that knows what the page says of it."""
    at = f"{url}/_judge/sessions/{session}"
    (await page.post(f"{at}/begin", json={"scenario": SCENARIO})).raise_for_status()
    told = (await page.get(at, params={"scenario": SCENARIO})).raise_for_status().json()
    form = {"grant_type": "client_credentials"}
    form |= {name: told[name] for name in ("client_id", "client_secret")}
    token = (await page.post(told["token_urls"][0]["url"], data=form)).raise_for_status().json()
    way = told["card"]["under_way"]
    content = (await page.get(f"{at}/files/0")).content
    first = way["files"][0]
    return Client(
        base=told["base_url"],
        headers={"Authorization": f"Bearer {token['access_token']}"},
        files=[
            ("request", (None, json.dumps(way["inputs"]["claim"]), "application/json")),
            ("files", (first["name"], content, first["media_type"])),
        ],
    )


async def _calls(client: Client, start: float, calls: int = CALLS) -> list[float]:
    """Upload at a fixed pace, whatever the answers take; return how long each took."""
    taken = []
    async with httpx.AsyncClient(timeout=60) as http:
        begun = monotonic() + start
        for number in range(calls):
            await asyncio.sleep(max(begun + number * PACE_SECONDS - monotonic(), 0.0))
            sent = monotonic()
            answer = await http.post(
                client.base + CREATE, files=client.files, headers=client.headers
            )
            answer.raise_for_status()
            taken.append(monotonic() - sent)
    return taken


def _cpu_seconds(process: int) -> float:
    """Return what all threads have used; ticks of a hundredth are too coarse for a few calls."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(each.read_text().split()[0]) for each in threads) / 1e9


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
