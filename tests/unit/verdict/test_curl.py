import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.exchange import Request
from harness.verdict.findings import MAX_BODY, curl

URL = "https://api.example/dental/attachments/v1/healthcheck"
JSON = (("Content-Type", "application/json"),)
FAKE = """
curl() {
  for argument in "$@"; do printf '%s\\0' "$argument"; done >"$OUT"
  case "$*" in *--data-binary*) cat >"$OUT.stdin";; esac
}
"""


def run(command: str, folder: Path) -> tuple[list[str], bytes]:
    """Let a real bash read the command; a function stands in for the program."""
    out = folder / "arguments"
    environment = {"OUT": str(out), "PATH": "/usr/bin:/bin", "TOKEN": "t0ken", "CLIENT_SECRET": "s"}
    script = f"{FAKE}\n{command}\n"
    subprocess.run(
        ["/usr/bin/env", "bash", "-euo", "pipefail"],
        input=script.encode(),
        env=environment,
        check=True,
    )
    stdin = out.with_name("arguments.stdin")
    sent = stdin.read_bytes() if stdin.exists() else b""
    return out.read_bytes().decode().split("\0")[:-1], sent


def test_a_get_is_one_plain_line() -> None:
    headers = (("Authorization", "Bearer [masked]"), ("Host", "api.example"))

    assert curl(Request("GET", URL, headers)) == (
        f'curl -sS -i {URL} -H "Authorization: Bearer $TOKEN"'
    )


def test_a_json_body_survives_quotes() -> None:
    body = b"""{"name": "O'Sample", "note": "$HOME `id`"}"""

    assert curl(Request("POST", URL, JSON, body)) == (
        f"curl -sS -i {URL} -H 'Content-Type: application/json' "
        """--data-raw '{"name": "O'"'"'Sample", "note": "$HOME `id`"}'"""
    )


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60))
@settings(max_examples=15, deadline=None)
def test_bash_hands_every_body_over_as_it_was(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("curl")

    arguments, _ = run(curl(Request("PUT", URL, JSON, text.encode())), folder)

    assert arguments[-2:] == ["--data-raw", text]


def test_a_multipart_body_of_text_stays_readable_and_exact(tmp_path: Path) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nO\'Sample \\n $HOME\r\n--b--\r\n'
    )
    request = Request("POST", URL, (("Content-Type", "multipart/form-data; boundary=b"),), body)

    arguments, _ = run(curl(request), tmp_path)

    assert arguments[-2:] == ["--data-binary", body.decode()]


def test_a_multipart_body_with_bytes_goes_through_base64(tmp_path: Path) -> None:
    body = b'--b1\r\nContent-Disposition: form-data; name="files"\r\n\r\n\xff\x00\r\n--b1--\r\n'
    kind = "multipart/form-data; boundary=b1"
    request = Request("POST", URL, (("Content-Type", kind),), body)

    arguments, sent = run(curl(request), tmp_path)

    assert f"Content-Type: {kind}" in arguments
    assert arguments[-2:] == ["--data-binary", "@-"]
    assert sent == body


def test_terminal_escapes_never_reach_the_command() -> None:
    command = curl(Request("POST", URL, JSON, b'"\x1b[2J"'))

    assert "\x1b" not in command
    assert command.startswith("base64 -d <<< '")


def test_a_masked_secret_becomes_a_variable(tmp_path: Path) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    body = b"grant_type=client_credentials&client_secret=[masked]"

    arguments, _ = run(curl(Request("POST", URL, form, body)), tmp_path)

    assert arguments[-1] == "grant_type=client_credentials&client_secret=s"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("Bearer [masked]", "Bearer $TOKEN", id="bearer"),
        pytest.param("Basic [masked]", "Basic $TOKEN", id="basic"),
        pytest.param("[masked]", "Bearer $TOKEN", id="no_scheme"),
        pytest.param("$(id) [masked]", "Bearer $TOKEN", id="hostile"),
        pytest.param("Bearer secret", "Bearer $TOKEN", id="unmasked"),
    ],
)
def test_the_authorization_is_always_a_variable(value: str, written: str) -> None:
    command = curl(Request("GET", URL, (("Authorization", value),)))

    assert command.endswith(f'-H "Authorization: {written}"')


def test_a_large_body_is_left_out_with_a_word() -> None:
    command = curl(Request("POST", URL, JSON, b"x" * (MAX_BODY + 1)))

    assert command.endswith("# body left out, 49,153 bytes: see this case in record.jsonl")


def test_a_body_that_was_not_recorded_is_not_sent() -> None:
    body = f"[70,000 bytes, sha256 {'a' * 64}]".encode()

    command = curl(Request("POST", URL, JSON, body))

    assert f"# body left out, 70,000 bytes, sha256 {'a' * 64}: see" in command


@pytest.mark.parametrize(
    ("request_", "argument"),
    [
        pytest.param(Request("HEAD", URL), "--head", id="head"),
        pytest.param(Request("DELETE", URL), "-X DELETE", id="delete"),
        pytest.param(Request("GET", URL, JSON, b"{}"), "-X GET", id="get_with_body"),
        pytest.param(Request("GET", f"{URL}?a[]=1"), "-g", id="globs"),
        pytest.param(Request("GET", f"{URL}/../x"), "--path-as-is", id="dots"),
        pytest.param(Request("GET", URL, (("X-Empty", ""),)), "-H 'X-Empty;'", id="empty_header"),
        pytest.param(Request("POST", URL, (), b"{}"), "-H 'Content-Type:'", id="untyped"),
    ],
)
def test_what_curl_would_change_is_kept(request_: Request, argument: str) -> None:
    assert f" {argument}" in curl(request_)


def test_a_json_document_stays_readable(tmp_path: Path) -> None:
    body = json.dumps({"a": "ü\n"}, ensure_ascii=False).encode()

    arguments, _ = run(curl(Request("POST", URL, JSON, body)), tmp_path)

    assert json.loads(arguments[-1]) == {"a": "ü\n"}
