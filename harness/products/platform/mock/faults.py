"""Faults that every API can have: of token endpoints, of what calls make of a token, of answers before any rule."""

from harness.mock.fault import (
    Fault,
    with_changed,
    with_member,
    with_status,
    without,
    without_header,
)

PROTOCOL = "protocol"


def _fault(name: str, breaks: str, sentence: str, status: int, answer: int) -> Fault:
    return Fault(name, PROTOCOL, breaks, sentence, f"failure.{status}", with_status(answer))


PROTOCOL_FAULTS = (
    # Each at the failure that the frame makes of a status, whatever API it belongs to.
    _fault("missing-path-as-success", "O017", "An unknown path answers 200.", 404, 200),
    _fault("wrong-method-as-success", "P027", "A wrong method answers 200.", 405, 200),
    _fault("wrong-media-type-crashes", "D020", "A wrong media type ends in 500.", 415, 500),
    _fault("malformed-body-crashes", "D021", "An unreadable body ends in 500.", 400, 500),
    _fault("bad-token-as-400", "O003", "A missing or bad token answers 400.", 401, 400),
    Fault(
        "challenge-missing",
        PROTOCOL,
        "D122",
        "A 401 answer has no WWW-Authenticate header.",
        "failure.401",
        without_header("www-authenticate"),
    ),
    Fault(
        "allow-missing",
        "gateway",
        "D060",
        "A 405 does not say which methods there are.",
        "failure.405",
        without_header("allow"),
    ),
)


TOKENS = "tokens"
SNTL, V2 = "token.sntl", "token.v2"

TOKEN_FAULTS = (
    Fault(
        "expired-token-accepted", TOKENS, "D009", "A token still opens every door after its end."
    ),
    Fault("missing-token-accepted", TOKENS, "O003", "Calls without a token are served."),
    Fault("empty-token-accepted", TOKENS, "O021", "An empty bearer token is served."),
    Fault("token-in-query-accepted", TOKENS, "O021", "A token in the query is taken."),
    Fault("malformed-token-accepted", TOKENS, "P006", "Any text passes for a bearer token."),
    Fault("wrong-scheme-accepted", TOKENS, "P029", "A token is taken under any scheme."),
    Fault(
        "tampered-token-accepted", TOKENS, "P003", "A changed payload passes: no signature check."
    ),
    Fault("unsigned-token-accepted", TOKENS, "P003", "A token with algorithm none passes."),
    Fault("token-used-only-once", TOKENS, "O004", "A token is refused from its second call on."),
    Fault(
        "token-ends-early", TOKENS, "O006", "A token ends after a minute, whatever expires_in says."
    ),
    Fault("secret-unchecked", TOKENS, "D012", "Any secret gets a token."),
    Fault("client-id-unchecked", TOKENS, "D011", "Any client id gets a token."),
    Fault("grant-type-unchecked", TOKENS, "O022", "Any grant type gets a token."),
    Fault("sntl-grant-type-unchecked", TOKENS, "D010", "Any grant type gets a dental token."),
    Fault("sntl-json-accepted", TOKENS, "D010", "The dental token endpoint takes JSON."),
    Fault("v2-slash-missing", TOKENS, "O025", "The path of token v2 with a slash leads nowhere."),
    Fault("v2-json-refused", TOKENS, "P028", "The token endpoint v2 takes forms only."),
    Fault("token-by-get", TOKENS, "P027", "The token endpoint v2 answers GET with a token."),
    Fault(
        "token-error-echoes-secret", TOKENS, "O016", "A token refusal repeats the secret it got."
    ),
    # How tokens are issued and judged is decided in `harness.mock.tokens`, by these names.
    Fault("token-not-a-jwt", TOKENS, "P002", "Tokens are opaque strings."),
    Fault("token-unsigned", TOKENS, "P002", "Tokens are JWTs with algorithm none."),
    Fault(
        # Only what the answer says is changed: the token still ends after its true hour.
        "token-lifetime-doubled",
        TOKENS,
        "P019",
        "Token v2 says 7200 seconds.",
        V2,
        with_member("expires_in", 7200),
    ),
    Fault(
        "sntl-token-lifetime-odd",
        TOKENS,
        "D013",
        "The dental token says 60 seconds.",
        SNTL,
        with_member("expires_in", 60),
    ),
    Fault(
        "token-lifetime-as-text",
        TOKENS,
        "P001",
        "expires_in is a string.",
        V2,
        with_changed("expires_in", str),
    ),
    Fault(
        "token-type-wrong",
        TOKENS,
        "P001",
        "token_type is mac.",
        V2,
        with_member("token_type", "mac"),
    ),
    Fault(
        "token-type-missing",
        TOKENS,
        "P001",
        "token_type is left out.",
        V2,
        without("token_type"),
    ),
    Fault(
        "access-token-missing",
        TOKENS,
        "S001",
        "The answer has no access_token.",
        V2,
        without("access_token"),
    ),
    Fault(
        "token-error-without-error",
        TOKENS,
        "P001",
        "A refusal has no error member.",
        "token.v2.error",
        without("error"),
    ),
    Fault(
        "token-refused-with-200",
        TOKENS,
        "P010",
        "A refusal of token v2 has status 200.",
        "token.v2.error",
        with_status(200),
    ),
    Fault(
        # The two endpoints word their refusals differently, so each has faults of its own.
        "sntl-error-without-reason",
        TOKENS,
        "D011",
        "A dental token refusal has no failureReason.",
        "token.sntl.error",
        without("failureReason"),
    ),
    Fault("scheme-case-sensitive", TOKENS, "O021", "The scheme has to be written as Bearer."),
    Fault(
        "token-may-be-stored",
        TOKENS,
        "P006",
        "An answer with a token of v2 may be stored.",
        "token.v2",
        without_header("cache-control"),
    ),
    Fault(
        "token-error-code-unpublished",
        TOKENS,
        "P010",
        "A refusal of token v2 has a code that RFC 6749 does not know.",
        "token.v2.error",
        with_member("error", "invalid_harness"),
    ),
    Fault(
        "sntl-error-status-contradicts",
        TOKENS,
        "D011",
        "The status in a dental token refusal is another than its HTTP status.",
        "token.sntl.error",
        with_member("status", "200"),
    ),
    Fault(
        "sntl-reason-wrong",
        TOKENS,
        "D011",
        "A wrong client is called a lack of scope.",
        "token.sntl.error",
        with_changed("failureReason", lambda _: "InsufficientScope"),
    ),
)
