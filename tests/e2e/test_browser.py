"""The pages as a reader opens them: in a browser, on a telephone's width, with nothing to load."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.report.allure import results as allure_results
from harness.report.allure.generator import Generator, find
from harness.report.allure.history import config
from harness.report.allure.page import render
from harness.report.html import report_page as html
from harness.report.html.proof import html as proof_page
from tests.unit.report.html.test_certificate import CASE
from tests.unit.report.html.test_certificate import page as certificate
from tests.unit.report.runs import hostile_run, waived_run, whole_run
from tests.unit.report.samples import failed
from tests.unit.report.test_proof import REPORT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
TELEPHONE = 390
MOST_NODES = 5_000
MOST_STOPS = 60
MOST_SHEETS = 15
QUIET = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--enable-logging=stderr", "--v=0", "--virtual-time-budget=8000"),
    # A test reaches nothing beyond this machine, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WRAPPER = """<!doctype html><title>frames</title>{frames}<script>
addEventListener("load", () => setTimeout(() => {{
  for (const frame of document.querySelectorAll("iframe")) {{
    const view = frame.contentWindow;
    const told = {{
      width: view.document.documentElement.scrollWidth,
      nodes: view.document.querySelectorAll("*").length,
      loads: view.performance.getEntriesByType("resource").map((each) => each.name),
    }};
    const line = document.createElement("p");
    line.textContent = `${{frame.name}} ${{JSON.stringify(told)}}`;
    frame.replaceWith(line);
  }}
}}, 500));
</script>"""
AXE = os.environ.get("AXE", "")
"""The path of axe.min.js, which is not part of this project."""
AXE_RUN = """addEventListener("load", () => axe.run(document).then(({violations}) => {
  const line = document.createElement("p");
  line.id = "axe";
  line.textContent = JSON.stringify(violations.map((each) => each.id));
  document.body.append(line);
}));"""
BAD = """<!doctype html><title>bad</title><div style="width: 900px">wide</div>
<script src="https://cdn.example/a.js"></script><script>console.error("loud")</script>"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed"),
]


@dataclass(frozen=True)
class Seen:
    """What a browser made of a page."""

    dom: str
    console: tuple[str, ...]

    def frames(self) -> Mapping[str, Mapping[str, object]]:
        """Return by its name what each framed page is wide and has loaded."""
        found = re.findall(r"<p>(\S+) (\{.*?\})</p>", self.dom)
        return {name: json.loads(unescape(told)) for name, told in found}


class Silent(SimpleHTTPRequestHandler):
    """Serves a folder and prints nothing."""

    def log_message(self, *_: object) -> None:
        return


def printed(url: str, place: Path) -> int:
    """Return on how many sheets a browser prints a page."""
    target = place / "page.pdf"
    subprocess.run(
        [CHROMIUM, *QUIET, f"--user-data-dir={place / 'profile'}", f"--print-to-pdf={target}", url],
        capture_output=True,
        timeout=90,
        check=True,
    )
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", target.read_bytes()))


def opened(url: str, place: Path, *flags: str) -> Seen:
    run = subprocess.run(
        [CHROMIUM, *QUIET, *flags, f"--user-data-dir={place / 'profile'}", "--dump-dom", url],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return Seen(run.stdout, tuple(line for line in run.stderr.splitlines() if ":CONSOLE" in line))


def framed(pages: Mapping[str, str], folder: Path) -> Seen:
    """Open pages side by side, each in a frame as wide as a telephone."""
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    frames = "".join(
        f'<iframe name="{escape(name)}" src="{name}" width="{TELEPHONE}" height="844"></iframe>'
        for name in pages
    )
    (folder / "frames.html").write_text(WRAPPER.format(frames=frames), encoding="utf-8")
    with served(folder) as site:
        return opened(f"{site}/frames.html", folder)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_our_pages_fit_a_telephone_load_nothing_and_leave_the_console_empty(tmp_path: Path) -> None:
    pages = {
        "failing.html": html.render(whole_run(passing=False)),
        "passing.html": html.render(whole_run(passing=True)),
        "waived.html": html.render(waived_run()),
        "hostile.html": html.render(hostile_run("<script>alert(1)</script>" + "W" * 500)),
        "certificate.html": certificate(failed(CASE, exchange=1)),
        "proof.html": proof_page(REPORT),
    }

    seen = framed(pages, tmp_path)

    frames = seen.frames()
    assert {name: (each["width"], each["loads"]) for name, each in frames.items()} == {
        name: (TELEPHONE, []) for name in pages
    }
    assert int(str(frames["failing.html"]["nodes"])) < MOST_NODES
    assert seen.console == ()


def test_a_page_that_does_none_of_that_is_noticed(tmp_path: Path) -> None:
    seen = framed({"bad.html": BAD}, tmp_path)

    told = seen.frames()["bad.html"]
    assert told["width"] == 908
    assert told["loads"] == ["https://cdn.example/a.js"]
    assert any("loud" in line for line in seen.console)


def test_the_report_opens_from_disk_with_its_filters_on(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(whole_run(passing=False), path)

    seen = opened(path.as_uri(), tmp_path)

    assert '<output aria-live="polite">347 requirements</output>' in seen.dom
    assert not re.search(r'<form class="filters"[^>]* hidden', seen.dom)
    assert seen.console == ()


def test_a_link_to_a_case_opens_its_row(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(whole_run(passing=False), path)

    seen = opened(f"{path.as_uri()}#case=medical/status/TESTEP06", tmp_path)

    opened_rows = re.findall(r'aria-expanded="true".*?class="mono">([^<]+)<', seen.dom)
    assert opened_rows == ["medical/status/TESTEP06"]
    assert seen.dom.count('<details class="step fail" open') == 1
    assert seen.console == ()


def test_a_link_to_a_cause_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    made = whole_run(passing=False)
    html.write(made, path)
    last = [each for each in made.verdict.causes if not each.because][-1].id

    seen = opened(f"{path.as_uri()}#cause={last}", tmp_path)

    assert re.search(rf'id="cause-{last}"[^>]* open', seen.dom)
    assert seen.console == ()


def test_filters_stand_in_the_address(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(whole_run(passing=False), path)

    seen = opened(f"{path.as_uri()}#list=cases&result=omit", tmp_path)

    [told] = re.findall(r"<output[^>]*>(\d+) of 800 cases</output>", seen.dom)
    rows = seen.dom.split('id="case-list"')[1].split("</ol>", maxsplit=1)[0]
    assert 0 < int(told) == rows.count('<li class="omit">')


def test_a_search_that_finds_nothing_offers_to_clear_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(whole_run(passing=True), path)

    seen = opened(f"{path.as_uri()}#list=cases&q=no-such-thing", tmp_path)

    assert '<p class="empty" data-of="case-list">No case fits.' in seen.dom


def test_a_reader_with_a_keyboard_is_soon_at_the_first_cause() -> None:
    page = html.render(whole_run(passing=False))

    before = page.split('id="causes"', maxsplit=1)[0]

    assert len(re.findall(r"<(?:a|button|input|select|summary)\b", before)) < MOST_STOPS


def test_a_failing_report_prints_on_few_sheets(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(whole_run(passing=False), path)

    assert 0 < printed(path.as_uri(), tmp_path) <= MOST_SHEETS


@pytest.mark.skipif(
    not AXE, reason="no axe-core is installed: npm install axe-core, and name it in AXE"
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["failing", "passing", "waived"])
def test_axe_finds_no_violation(name: str, scheme: str, tmp_path: Path) -> None:
    made = waived_run() if name == "waived" else whole_run(passing=name == "passing")
    page = re.sub(r"<meta http-equiv[^>]*>", "", html.render(made))
    dark = "--force-dark-mode" if scheme == "dark" else ""
    checks = f"<script>{Path(AXE).read_text('utf-8')}</script><script>{AXE_RUN}</script>"
    path = tmp_path / "report.html"
    path.write_text(page.replace("</body>", f"{checks}</body>"), encoding="utf-8")

    seen = opened(path.as_uri(), tmp_path, *filter(None, [dark]))

    assert re.findall(r'<p id="axe">(.*?)</p>', seen.dom) == ["[]"]


def test_the_allure_page_loads_nothing_and_remembers_its_run(tmp_path: Path) -> None:
    generator = find()
    if not isinstance(generator, Generator):
        pytest.skip(generator)
    results, history = tmp_path / "allure-results", tmp_path / "history.jsonl"
    results.mkdir()
    allure_results.write(waived_run(), results)

    reason = render(generator, results, tmp_path / "page", config("CONFORMANT: a run", history))

    assert reason == ""
    seen = framed({"page.html": (tmp_path / "page" / "index.html").read_text("utf-8")}, tmp_path)
    told = seen.frames()["page.html"]
    loads = told["loads"]
    assert isinstance(loads, list)
    assert [each for each in loads if not each.startswith(("data:", "blob:"))] == []
    assert told["width"] == TELEPHONE
    assert seen.console == ()
    assert json.loads(history.read_text())["name"] == "CONFORMANT: a run"
