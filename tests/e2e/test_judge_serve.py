"""The judge by hand, as a person has it: in a browser by the keyboard alone, and in a terminal."""

import json
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.judge.browser import CHROMIUM, Page, browsing
from tests.judge.by_hand import HARNESS, SUBJECT, Hand, serving

ONE = "dental/create/one-file"
API = ("--api", "dental", "--port", "0")


def harness(*words: str | Path) -> tuple[int, str]:
    done = subprocess.run(
        [HARNESS, *words], capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_a_session_from_a_terminal(tmp_path: Path) -> None:
    with serving(tmp_path, *API, "--scenario", ONE) as judge:
        code, card = harness("judge", "next", "--reports", tmp_path)
        assert code == 0, card
        assert "waiting        Waiting for POST /dental/attachments" in card
        Hand(judge.url, judge.session, tmp_path / "hand").act(ONE)

        code, output = harness("judge", "next", "--reports", tmp_path)

        assert code == 0, output
        assert f"PASS  {ONE}" in output
        code, output = harness("judge", "finish", "--reports", tmp_path)
        assert code == 3, output
        assert "it ran only" in output
        assert output.rstrip().splitlines()[-1].startswith("INCONCLUSIVE: ")
    code, output = harness("judge", "next", "--reports", tmp_path)
    assert code == 2
    assert "no judge serves" in output


@pytest.mark.slow
def test_a_restart_keeps_address_outcomes_and_credentials(tmp_path: Path) -> None:
    with serving(tmp_path, *API) as judge:
        hand = Hand(judge.url, judge.session, tmp_path / "hand")
        assert hand.judge(ONE) == "pass"
        before = hand.state()
    port = judge.url.rpartition(":")[2]

    with serving(tmp_path, "--api", "dental", "--port", port) as again:
        assert again.session == judge.session
        after = Hand(again.url, again.session, tmp_path / "hand").state()

    same = ("base_url", "client_id", "client_secret", "scenarios")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def begin_at(page: Page, url: str) -> None:
    """Choose a scenario in the list and begin it."""
    page.open(f"{url}/")
    page.until("document.querySelector('#list button')")
    page.tab_to(f"it.dataset.key === '{ONE}'")
    page.key("Enter")
    page.until("document.getElementById('title').textContent.includes('one')")
    page.press_for("begin", "document.querySelector('.waiting')")


def skip_the_next(page: Page) -> None:
    """Go to the next scenario, and leave it out with a reason."""
    page.press("next")
    page.until("document.getElementById('title').textContent.includes('Retry-After')")
    page.press("leave")
    page.tab_to("it.id === 'reason'")
    page.type("there is no time")
    page.tab_to("it.textContent === 'Leave it out'")
    page.key("Enter")
    page.until("document.querySelector('.outcome.skip')")
    assert "there is no time" in page.js("document.querySelector('.outcome').innerText")


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_a_client_is_onboarded_by_the_keyboard_on_a_telephone(tmp_path: Path) -> None:
    chosen = ("--scenario", ONE, "--scenario", "dental/waiting/429-seconds")
    with serving(tmp_path / "r", *API, *chosen) as judge, browsing(tmp_path) as page:
        hand = Hand(judge.url, judge.session, tmp_path / "hand")
        page.shape(390, scheme="dark")
        begin_at(page, judge.url)
        assert "Waiting for POST" in page.js("document.querySelector('.waiting').textContent")
        hand.act(ONE)
        page.until("document.querySelectorAll('#calls details').length === 2")
        page.press("done")
        page.until("document.querySelector('.outcome.pass')")
        page.open(f"{judge.url}/")
        page.until("document.querySelector('.outcome.pass')")
        skip_the_next(page)
        page.press("finish")
        page.until("document.querySelector('#result a[href$=\"report.html\"]')")

        assert page.js("document.documentElement.scrollWidth") == 390
        assert {url.partition("/_judge")[0].rstrip("/") for url in page.requests} == {judge.url}
        assert page.console == []
        unnamed = "[...document.querySelectorAll('button,input,select,textarea,a')].filter("
        unnamed += "e => !(e.textContent.trim() || e.labels?.length || e.ariaLabel)).length"
        assert page.js(unnamed) == 0


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
@pytest.mark.parametrize("width", [1400, 390])
def test_the_list_shows_the_scenario_that_is_under_way(tmp_path: Path, width: int) -> None:
    last = "dental/ambiguity/slow-answer"
    in_sight = """(() => {
      const one = document.querySelector("#list [aria-current]")?.getBoundingClientRect();
      const box = document.querySelector("nav").getBoundingClientRect();
      return one && one.top >= box.top && one.bottom <= box.bottom + 1;
    })()"""
    with serving(tmp_path / "r", *API) as judge, browsing(tmp_path) as page:
        Hand(judge.url, judge.session, tmp_path / "hand").post("begin", {"scenario": last})
        page.shape(width)
        page.open(f"{judge.url}/?session={judge.session}")
        page.until("document.querySelector('.waiting')")

        assert page.js("document.querySelector('#list [aria-current]').dataset.key") == last
        assert page.js("document.querySelector('#list').parentElement.scrollTop") > 0
        assert page.js(in_sight)
        assert page.js("scrollY") == 0


@pytest.mark.slow
def test_an_open_judge_asks_for_its_code_over_tls(tmp_path: Path) -> None:
    code, output = harness("judge", "serve", *SUBJECT, "--reports", tmp_path, "--open", *API)
    assert code == 2
    assert "--open without --tls" in output
    with serving(tmp_path, *API, "--open", "--tls", "--host", "127.0.0.1") as judge:
        authority = json.loads((tmp_path / "judge-serve.json").read_text())["authority"]
        trusted = ssl.create_default_context(cafile=authority)
        with httpx.Client(base_url=judge.url, verify=trusted) as http:
            assert http.get("/").status_code == 200
            assert http.get("/_judge/sessions").status_code == 401
            wrong = http.post("/_judge/enter", json={"code": "AAAA-AAAA-AAAA"})
            assert wrong.status_code == 401
            shown = next(line for line in judge.lines if "access code" in line)
            entered = http.post("/_judge/enter", json={"code": shown.rpartition(" ")[2]})
            assert entered.status_code == 200
            assert http.get("/_judge/sessions").status_code == 200
        code, output = harness("judge", "next", "--reports", tmp_path)
        assert code == 0, output


@pytest.mark.slow
def test_a_certificate_that_is_to_be_refused_is_served_on_a_port_of_its_own(tmp_path: Path) -> None:
    expired = "dental/transport/expired"
    with serving(tmp_path, *API, "--scenario", expired, "--scenario", ONE) as judge:
        hand = Hand(judge.url, judge.session, tmp_path / "hand")

        assert hand.judge(expired) == "pass"
        assert hand.judge(ONE) == "pass"
