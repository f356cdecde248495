"""Bad input to `harness spec`: one clear error each, within five seconds and 500 MB."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.e2e.spec_command import SCHEMAS, TOKEN, spec, worked

pytestmark = pytest.mark.slow


def _chain(count: int) -> str:
    return "".join(
        f"    S{each}: {{allOf: [{{$ref: '#/components/schemas/S{each + 1}'}}, {{$ref: '#/components/schemas/S{each + 1}'}}]}}\n"
        for each in range(count)
    )


def _bomb(levels: int) -> str:
    more = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels))
    return "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(more)


BAD = {
    "not YAML": ("a: [1,\n]: }{\n", "bad.yaml:2:2: is not valid YAML"),
    "a bomb": (_bomb(9), "holds more than 400,000 values"),
    "deep brackets": ("[" * 10_000 + "]" * 10_000, "is nested more than 100 deep"),
    "deep objects": ('{"a":' * 10_000 + "1" + "}" * 10_000, "is nested more than 100 deep"),
    "a reference in a circle": (
        f"{SCHEMAS}    A: {{$ref: '#/components/schemas/B'}}\n    B: {{$ref: '#/components/schemas/A'}}\n",
        "leads back to itself",
    ),
    "a schema in a circle": (
        f"{SCHEMAS}    A: {{allOf: [{{$ref: '#/components/schemas/A'}}]}}\n",
        "leads back to itself",
    ),
    "schemas that multiply": (f"{SCHEMAS}{_chain(14)}    S14: {{}}\n", "multiplies into more than"),
    "a million members": (
        "{" + ",".join(f'"k{each}":1' for each in range(1_000_001)) + "}",
        "more than 100,000 members",
    ),
    "a million values": ("[" + "[1]," * 400_001 + "1]", "holds more than 400,000 values"),
    "50 MB": (" " * 50_000_000, "is larger than 20,971,520 bytes"),
}


FOUND = {
    "a reference in a circle": "error reference-dangling: the reference '#/components/schemas/B' leads in a circle",
    "a schema in a circle": "error schema-unbounded: the schema leads back to itself",
    "schemas that multiply": "error schema-unbounded: the schema multiplies into more than",
}
"""What makes a document unusable and a lint lists."""


@pytest.mark.parametrize(
    ("command", "name"),
    [
        pytest.param(command, name, id=f"{command}-{name}")
        for command in ("import", "lint")
        for name in BAD
        if command == "import" or name not in FOUND
    ],
)
def test_bad_input_is_one_clear_error_within_five_seconds(
    tmp_path: Path, name: str, command: str
) -> None:
    content, said = BAD[name]
    (tmp_path / "bad.yaml").write_text(content)

    begun = worked()
    refused = spec(command, "bad.yaml", folder=tmp_path)
    spent = worked() - begun

    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert refused.stderr.startswith("error: bad.yaml")
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert spent < 5
    assert not (tmp_path / "specs").exists()


@pytest.mark.parametrize("name", FOUND)
def test_what_makes_a_document_unusable_is_listed_within_five_seconds(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "bad.yaml").write_text(BAD[name][0])

    begun = worked()
    linted = spec("lint", "bad.yaml", folder=tmp_path)

    assert worked() - begun < 5
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert FOUND[name] in linted.stdout


def test_an_exponential_pattern_is_refused_by_import_and_told_by_lint(tmp_path: Path) -> None:
    example = "a" * 60 + "!"
    (tmp_path / "bad.yaml").write_text(
        f"{SCHEMAS}    A: {{type: string, pattern: '^(a+)+$', example: '{example}'}}\n"
    )

    begun = worked()
    refused = spec("import", "bad.yaml", folder=tmp_path)
    linted = spec("lint", "bad.yaml", folder=tmp_path)

    assert worked() - begun < 5
    assert refused.returncode == 2
    assert "bad.yaml:6:32: is a pattern that can take exponential time" in refused.stderr
    assert linted.returncode == 1
    assert "bad.yaml:6:32: error pattern-unusable" in linted.stdout


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = _PAGES[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


_PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/token.yaml": (200, {"Content-Type": "application/yaml"}, TOKEN.encode()),
    "/moved": (302, {"Location": "/token.yaml"}, b""),
    "/away": (302, {"Location": "http://localhost:1/token.yaml?key=secret"}, b""),
    "/circle": (302, {"Location": "/circle"}, b""),
    "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>Log in first</p>"),
    "/hidden-page": (200, {"Content-Type": "text/plain"}, b"\n<!DOCTYPE html><html></html>"),
    "/gone": (404, {}, b""),
    "/large": (200, {}, b" " * (20 * 1024 * 1024 + 1)),
}


@contextmanager
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("page", ["token.yaml", "moved"])
def test_a_document_is_fetched_also_where_its_own_host_moved_it(tmp_path: Path, page: str) -> None:
    with site() as url:
        imported = spec("import", f"{url}/{page}", folder=tmp_path)

    assert imported.returncode == 0, imported.stderr
    assert f"source    {url}/{page}\n" in imported.stdout


@pytest.mark.parametrize(
    ("page", "code", "said"),
    [
        pytest.param("page", 2, "is a web page (HTML), not an OpenAPI document", id="html"),
        pytest.param("hidden-page", 2, "is a web page (HTML)", id="html-as-text"),
        pytest.param(
            "away", 2, "redirects to http://localhost:1/token.yaml, which was", id="other-host"
        ),
        pytest.param("circle", 2, "redirects more than 5 times", id="circle"),
        pytest.param("gone", 2, "answers with the status 404", id="404"),
        pytest.param("large", 3, "the answer is larger than 20,971,520 bytes", id="large"),
    ],
)
def test_a_url_that_gives_no_document_is_one_clear_error(
    tmp_path: Path, page: str, code: int, said: str
) -> None:
    with site() as url:
        begun = worked()
        refused = spec("import", f"{url}/{page}", folder=tmp_path)
        spent = worked() - begun

    assert refused.returncode == code, refused.stdout + refused.stderr
    assert refused.stderr.startswith(f"error: {url}/{page}: ")
    assert said in refused.stderr
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr
    assert spent < 5
    assert not (tmp_path / "specs").exists()


def test_a_port_where_nobody_answers_is_one_clear_error(tmp_path: Path) -> None:
    refused = spec("import", "http://127.0.0.1:1/token.yaml", folder=tmp_path)

    assert refused.returncode == 3
    assert "http://127.0.0.1:1/token.yaml: cannot be fetched: no connection" in refused.stderr
