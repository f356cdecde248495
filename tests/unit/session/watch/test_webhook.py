"""Messages as they arrive on a loopback server."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from harness.config import Credentials, Environment, Settings
from harness.errors import ConfigurationError
from harness.plugin.clock import real_time
from harness.session.watch.webhook import VARIABLE, Webhook, post, redactor_of, webhook_of

SECRET = "kx81-very-secret-31"
PAYLOAD = {"text": f"new <!channel> & [x](y) {SECRET}\nstill", "open": 2}
SETTINGS = Settings(Environment("mock", ""), Credentials("someone", SECRET))


@dataclass
class Received:
    status: int = 200
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""


@contextmanager
def receiving(status: int = 200) -> Iterator[Received]:
    received = Received(status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(received.status)
            self.send_header("location", "http://localhost:1/elsewhere")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.url = f"http://127.0.0.1:{server.server_port}/services/T0/{SECRET}-hook"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield received
        server.shutdown()
        thread.join()


def told(url: str, form: str = "auto") -> Webhook | None:
    return webhook_of(replace(SETTINGS, variables={VARIABLE: url}), form)


def sent(form: str) -> tuple[object, str]:
    with receiving() as received:
        assert post(Webhook(received.url, form), PAYLOAD, SETTINGS, time=real_time()) == ""
    [body] = received.bodies
    return json.loads(body), body.decode()


def test_a_program_gets_the_payload_as_it_is_with_secrets_masked() -> None:
    found, raw = sent("json")

    assert found == {"text": "new <!channel> & [x](y) [masked]\nstill", "open": 2}
    assert SECRET not in raw


def test_slack_gets_text_that_mentions_nobody() -> None:
    found, _ = sent("slack")

    assert found == {"text": "new &lt;!channel&gt; &amp; [x](y) [masked]\nstill"}


def test_teams_gets_a_card_that_reads_no_markdown() -> None:
    found, _ = sent("teams")

    assert isinstance(found, dict)
    rows = found["attachments"][0]["content"]["body"]
    assert {each["type"] for each in rows} == {"RichTextBlock"}
    assert rows[0]["inlines"][0]["text"] == "new <!channel> & [x](y) [masked]"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_refusal_is_told_and_no_redirect_is_followed(status: int) -> None:
    with receiving(status) as received:
        problem = post(Webhook(received.url, "json"), PAYLOAD, SETTINGS, time=real_time())

    assert problem == f"it answered with the status {status}"


def test_a_place_where_nobody_answers_is_told_without_the_address() -> None:
    with receiving() as received:
        url = received.url

    problem = post(Webhook(url, "json"), PAYLOAD, SETTINGS, time=real_time())

    assert problem.startswith("no connection")
    assert SECRET not in problem


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("https://sample.webhook.office.com/webhookb2/x", "teams"),
        ("https://prod-1.westeurope.logic.azure.com/workflows/x", "teams"),
        ("https://chat.example/x", "json"),
        ("https://hooks.slack.com.example/x", "json"),
    ],
)
def test_the_form_follows_from_the_host(url: str, form: str) -> None:
    found = told(url)

    assert found is not None
    assert found.form == form


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "set but empty"),
        ("not-a-url", "not the address of a webhook"),
        ("https://sandbox-apigw.optum.com/x", "a host of the vendor's"),
        (f"http://chat.example/{SECRET}", "plain http"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(
    url: str, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words) as caught:
        told(url)

    assert SECRET not in str(caught.value)


def test_without_the_variable_there_is_none_and_a_form_has_no_effect() -> None:
    assert webhook_of(SETTINGS, "auto") is None
    with pytest.raises(ConfigurationError, match="has no effect without HARNESS_WEBHOOK_URL"):
        webhook_of(SETTINGS, "slack")


def test_the_address_is_a_secret_in_every_report() -> None:
    hook = Webhook(f"https://chat.example/services/{SECRET}-hook?sig=abcdefgh1234", "json")

    text = redactor_of(SETTINGS, hook).text(f"see {hook.url} or services/{SECRET}-hook")

    assert f"{SECRET}-hook" not in text
    assert "abcdefgh1234" not in text
    assert hook.url not in repr(hook)
