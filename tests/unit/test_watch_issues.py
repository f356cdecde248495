"""The script of the CI templates against a loopback server that keeps issues as GitHub and GitLab do."""

import importlib.util
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.report.watch_report import issues
from harness.verdict.watching import Known, RunChanges
from tests.unit.report.test_watch_report import known, watched

SCRIPT = Path(__file__).parents[2] / "docs" / "ci" / "watch_issues.py"
A, B = "a" * 12, "b" * 12


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("watch_issues", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Project:
    """Issues of a project, and the tokens that were shown."""

    open: dict[int, str] = field(default_factory=dict)
    """Texts by number."""
    closed: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    url: str = ""

    def answer(self, method: str, path: str, value: Mapping[str, str]) -> object:
        place = urlsplit(path)
        if method == "GET":
            page = int(parse_qs(place.query)["page"][0])
            listed = sorted(self.open)[(page - 1) * 100 : page * 100]
            return [
                {
                    "number": each,
                    "iid": each,
                    "body": self.open[each],
                    "description": self.open[each],
                }
                for each in listed
            ]
        last = place.path.rpartition("/")[2]
        if method == "POST" and last == "issues":
            self.open[len(self.open) + len(self.closed) + 1] = (
                value.get("body") or value["description"]
            )
            self.titles.append(value["title"])
        if value.get("state") == "closed" or value.get("state_event") == "close":
            del self.open[int(last)]
            self.closed.append(int(last))
        return {}


@contextmanager
def serving(project: Project) -> Iterator[Project]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            size = int(self.headers.get("content-length", 0))
            value = json.loads(self.rfile.read(size) or b"{}")
            token = self.headers.get("authorization") or self.headers.get("private-token")
            project.tokens.add(token or "")
            raw = json.dumps(project.answer(self.command, self.path, value)).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815 as http.server calls them

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        project.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield project
        server.shutdown()
        thread.join()


def variables(system: str, url: str) -> Mapping[str, str]:
    if system == "github":
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": url,
            "GITHUB_REPOSITORY": "team/api",
            "GITHUB_TOKEN": "of-the-job",
        }
    return {"CI_API_V4_URL": url, "CI_PROJECT_ID": "7", "WATCH_ISSUES_TOKEN": "of-the-project"}


def told(folder: Path, *opened: Known, still: tuple[Known, ...] = ()) -> str:
    path = folder / "issues.json"
    path.write_text(issues(watched(RunChanges(opened=opened, still=still))))
    return str(path)


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_one_issue_a_cause_is_opened_kept_and_closed(
    system: str, script: ModuleType, tmp_path: Path
) -> None:
    with serving(Project()) as project:
        environ = variables(system, project.url)
        script.main(told(tmp_path, known(A), known(B)), environ)
        script.main(told(tmp_path, still=(known(A), known(B))), environ)
        opened = sorted(project.open)
        script.main(told(tmp_path, still=(known(B),)), environ)

    assert (opened, project.closed, sorted(project.open)) == ([1, 2], [1], [2])
    assert project.tokens == {"Bearer of-the-job" if system == "github" else "of-the-project"}


def test_more_than_a_page_of_issues_is_read_and_few_are_opened_at_once(
    script: ModuleType, tmp_path: Path
) -> None:
    many = tuple(known(f"{number:012x}") for number in range(150))
    texts = {number: f"harness-cause: {number:012x}" for number in range(120)}
    with serving(Project(open=dict(texts))) as project:
        script.main(told(tmp_path, still=many), variables("github", project.url))

    assert len(project.titles) == script.MOST_NEW
    assert project.closed == []


def test_what_people_opened_is_left_alone(script: ModuleType, tmp_path: Path) -> None:
    with serving(Project(open={5: "a question about the watch"})) as project:
        script.main(told(tmp_path), variables("github", project.url))

    assert project.closed == []


def test_words_from_outside_stand_set_in(script: ModuleType, tmp_path: Path) -> None:
    hostile = known(A, sentence="@everyone\n```\nsee #1 <b>")
    with serving(Project()) as project:
        script.main(told(tmp_path, hostile), variables("github", project.url))

    assert "    @everyone ``` see #1 <b>\n" in project.open[1]
