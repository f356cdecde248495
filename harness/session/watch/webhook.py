"""Post a short message to a chat or a program: to the one host that the address names."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.client.http import Client, Time
from harness.client.redaction import Redactor
from harness.config import Environment, Settings
from harness.errors import ConfigurationError
from harness.exchange import Request
from harness.guard import check_url
from harness.hosts import host_of, is_vendor

VARIABLE = "HARNESS_WEBHOOK_URL"
AUTO = "auto"
TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 30.0

_HOSTS = {
    "hooks.slack.com": "slack",
    "hooks.slack-gov.com": "slack",
    "webhook.office.com": "teams",
    "logic.azure.com": "teams",
    "api.powerplatform.com": "teams",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages go, and in which form."""

    url: str = field(repr=False)
    """A secret: whoever has it can write there."""
    form: str


def webhook_of(settings: Settings, form: str) -> Webhook | None:
    """Return the webhook that the environment names; None where it names none.

    Raises ConfigurationError where it is set and cannot be used; the message does not show it.
    """
    if VARIABLE not in settings.variables:
        if form != AUTO:
            raise ConfigurationError(
                f"--webhook {form} has no effect without {VARIABLE}.",
                advice="Set it in the environment or in a .env file, or leave the option out.",
            )
        return None
    url = settings.variables[VARIABLE].strip()
    host = host_of(url)
    if not url or not host:
        raise ConfigurationError(
            f"{VARIABLE} is {'not the address of a webhook' if url else 'set but empty'}.",
            advice="Write it as https://host/path, or do not set it.",
        )
    if is_vendor(host):
        raise ConfigurationError(
            f"{VARIABLE} names a host of the vendor's.", advice="Name the host of your chat."
        )
    # By the guard of requests, for a message is one.
    check_url(_environment(settings.environment, url), f"{_scheme(url)}://{host}")
    return Webhook(url, _form_of(host) if form == AUTO else form)


def post(webhook: Webhook, payload: Mapping[str, object], settings: Settings, *, time: Time) -> str:
    """Send a message; return why it did not arrive, or nothing."""
    redactor = redactor_of(settings, webhook)
    masked = {
        name: redactor.text(each) if isinstance(each, str) else each
        for name, each in payload.items()
    }
    body = json.dumps(_FORMS[webhook.form](masked)).encode()
    client = Client(
        _environment(settings.environment, webhook.url),
        time=time,
        redactor=redactor,
        record=lambda _: None,
    )
    headers = (("content-type", "application/json"),)
    try:
        exchange = client.bound("watch/webhook")(Request("POST", webhook.url, headers, body))
    finally:
        client.close()
    if exchange.response is None:
        return redactor.text(exchange.failure)
    status = exchange.response.status
    return "" if 200 <= status < 300 else f"it answered with the status {status}"


def redactor_of(settings: Settings, webhook: Webhook | None = None) -> Redactor:
    """Return what masks all secrets that the settings hold."""
    redactor = Redactor(settings.environment.masked_names)
    owners = (settings.credentials, *settings.roles.values())
    for owner in filter(None, owners):
        redactor.learn_credential(owner.client_secret)
        redactor.allow(owner.client_id)
    for secret in settings.secrets:
        redactor.learn_credential(secret)
    if webhook:
        # The whole, and its parts as an error may quote them.
        parts = urlsplit(webhook.url)
        for each in (webhook.url, parts.path, parts.query):
            # A lone slash would be masked everywhere.
            if len(each) > 1:
                redactor.learn(each)
    return redactor


def _environment(target: Environment, url: str) -> Environment:
    """Return an environment that reaches the host of the webhook alone, by the proxy of the target's."""
    return Environment(
        name="webhook",
        base_url="",
        allowed_hosts=(host_of(url),),
        timeout_seconds=TIMEOUT_SECONDS,
        deadline_seconds=DEADLINE_SECONDS,
        max_answer_bytes=64 * 1024,
        proxy=target.proxy,
        ca_file=target.ca_file,
    )


def _scheme(url: str) -> str:
    return urlsplit(url).scheme


def _form_of(host: str) -> str:
    return next(
        # Whoever has a domain has what is below it.
        (form for known, form in _HOSTS.items() if host == known or host.endswith(f".{known}")),
        "json",
    )


def _plain(payload: Mapping[str, object]) -> object:
    return payload


def _slack(payload: Mapping[str, object]) -> object:
    """Return a message for Slack, in which these three signs would begin a link or a mention."""
    text = str(payload["text"])
    # The ampersand first, or it would escape the escapes.
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, name)
    return {"text": text}


def _teams(payload: Mapping[str, object]) -> object:
    """Return an Adaptive Card; a RichTextBlock shows its text as it is, where a TextBlock reads Markdown."""
    rows = [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line}]}
        for line in str(payload["text"]).split("\n")
    ]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": rows}
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


_FORMS: Mapping[str, Callable[[Mapping[str, object]], object]] = {
    "json": _plain,
    "slack": _slack,
    "teams": _teams,
}
FORMS = (AUTO, *_FORMS)
