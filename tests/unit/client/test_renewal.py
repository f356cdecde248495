import pytest

from harness.client.tokens import Tokens, renewing
from harness.config import Credentials
from harness.exchange import Exchange, Headers, Request, Response, header
from tests.fakes import ENVIRONMENT
from tests.products import settings_at

CHALLENGE = (("WWW-Authenticate", 'Bearer realm="apip", error="invalid_token"'),)
JSON = (("Content-Type", "application/json"),)


class Service:
    """An API and its token endpoint; tokens up to a number have ended, whatever they say."""

    def __init__(self, refusal: Response, *, ended: int) -> None:
        self.refusal = refusal
        self.ended = ended
        self.given = 0
        self.calls: list[str] = []

    def send(self, request: Request) -> Exchange:
        if request.url.endswith("/token"):
            self.given += 1
            body = b'{"access_token": "token-%d", "expires_in": 3600}' % self.given
            return Exchange(1, request, Response(200, JSON, body))
        token = header(request.headers, "authorization") or ""
        self.calls.append(token)
        tail = token.rpartition("-")[2]
        number = int(tail) if tail.isdigit() else 0
        answer = self.refusal if number <= self.ended else Response(200, JSON, b"{}")
        return Exchange(2, request, answer)

    def tokens(self) -> Tokens:
        return Tokens(
            settings_at(ENVIRONMENT),
            Credentials("id", "secret"),
            send=self.send,
            monotonic=lambda: 0.0,
            learn=lambda _: None,
        )


def call(service: Service, tokens: Tokens, headers: Headers | None = None) -> int:
    sent = headers or (("Authorization", f"Bearer {tokens.bearer('dental')}"), *JSON)
    exchange = renewing(service.send, [tokens])(Request("GET", "https://api/x", sent))
    assert exchange.response is not None
    return exchange.response.status


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Response(401, CHALLENGE, b""), id="challenge"),
        pytest.param(Response(401, JSON, b'{"error": "invalid_access_token"}'), id="gateway"),
    ],
)
def test_a_token_that_ends_early_is_renewed_and_the_call_sent_again(refusal: Response) -> None:
    service = Service(refusal, ended=1)
    tokens = service.tokens()

    statuses = [call(service, tokens) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert service.calls == ["Bearer token-1", *["Bearer token-2"] * 3]
    assert service.given == 2


def test_what_is_refused_again_is_told_and_not_asked_for_again() -> None:
    service = Service(Response(401, CHALLENGE, b""), ended=99)
    tokens = service.tokens()

    statuses = [call(service, tokens) for _ in range(3)]

    assert statuses == [401, 401, 401]
    assert service.given == 2


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Response(403, CHALLENGE, b""), id="forbidden"),
        pytest.param(Response(401, JSON, b'{"error": "invalid_request"}'), id="missing"),
        pytest.param(Response(401, JSON, b"no JSON"), id="no JSON"),
    ],
)
def test_another_refusal_renews_nothing(refusal: Response) -> None:
    service = Service(refusal, ended=1)

    assert call(service, service.tokens()) == refusal.status
    assert service.given == 1


@pytest.mark.parametrize("sent", ["Bearer forged-1", "token-1", "Basic token-1", "Bearer", ""])
def test_a_header_that_a_rule_has_bent_stays_as_it_is(sent: str) -> None:
    service = Service(Response(401, CHALLENGE, b""), ended=99)
    tokens = service.tokens()
    tokens.bearer("dental")

    assert call(service, tokens, (("Authorization", sent),)) == 401
    assert service.calls == [sent]
