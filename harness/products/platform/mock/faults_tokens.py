"""Faults of the token endpoints and of what protected calls make of a token."""

from harness.mock.changes import with_changed, with_member, with_status, without
from harness.mock.fault import Fault

AREA = "tokens"
SNTL, V2 = "token.sntl", "token.v2"

FAULTS = (
    Fault("expired-token-accepted", AREA, "D009", "A token still opens every door after its end."),
    Fault("missing-token-accepted", AREA, "O003", "Calls without a token are served."),
    Fault("upload-without-token", AREA, "O003", "Anybody can submit attachments."),
    Fault("status-without-token", AREA, "O003", "Anybody can ask for a status."),
    Fault(
        "retrieval-without-token", AREA, "O003", "Anybody can look for documents and fetch them."
    ),
    Fault("prior-auth-without-token", AREA, "P006", "Anybody can ask for a prior authorization."),
    Fault("empty-token-accepted", AREA, "O021", "An empty bearer token is served."),
    Fault("token-in-query-accepted", AREA, "O021", "A token in the query is taken."),
    Fault("malformed-token-accepted", AREA, "P006", "Any text passes for a bearer token."),
    Fault("wrong-scheme-accepted", AREA, "P029", "A token is taken under any scheme."),
    Fault("tampered-token-accepted", AREA, "P003", "A changed payload passes: no signature check."),
    Fault("unsigned-token-accepted", AREA, "P003", "A token with algorithm none passes."),
    Fault("token-used-only-once", AREA, "O004", "A token is refused from its second call on."),
    Fault(
        "token-ends-early", AREA, "O006", "A token ends after a minute, whatever expires_in says."
    ),
    Fault("secret-unchecked", AREA, "D012", "Any secret gets a token."),
    Fault("client-id-unchecked", AREA, "D011", "Any client id gets a token."),
    Fault("grant-type-unchecked", AREA, "O022", "Any grant type gets a token."),
    Fault("sntl-grant-type-unchecked", AREA, "D010", "Any grant type gets a dental token."),
    Fault("sntl-json-accepted", AREA, "D010", "The dental token endpoint takes JSON."),
    Fault("v2-slash-missing", AREA, "O025", "The path of token v2 with a slash leads nowhere."),
    Fault("v2-json-refused", AREA, "P028", "The token endpoint v2 takes forms only."),
    Fault("token-by-get", AREA, "P027", "The token endpoint v2 answers GET with a token."),
    Fault("token-error-echoes-secret", AREA, "O016", "A token refusal repeats the secret it got."),
    Fault("token-not-a-jwt", AREA, "P002", "Tokens are opaque strings."),
    Fault("token-unsigned", AREA, "P002", "Tokens are JWTs with algorithm none."),
    Fault(
        "token-lifetime-doubled",
        AREA,
        "P019",
        "Token v2 says 7200 seconds.",
        V2,
        with_member("expires_in", 7200),
    ),
    Fault(
        "sntl-token-lifetime-odd",
        AREA,
        "D013",
        "The dental token says 60 seconds.",
        SNTL,
        with_member("expires_in", 60),
    ),
    Fault(
        "token-lifetime-as-text",
        AREA,
        "P001",
        "expires_in is a string.",
        V2,
        with_changed("expires_in", str),
    ),
    Fault(
        "token-type-wrong",
        AREA,
        "P001",
        "token_type is mac.",
        V2,
        with_member("token_type", "mac"),
    ),
    Fault(
        "token-type-missing",
        AREA,
        "P001",
        "token_type is left out.",
        V2,
        without("token_type"),
    ),
    Fault(
        "access-token-missing",
        AREA,
        "S001",
        "The answer has no access_token.",
        V2,
        without("access_token"),
    ),
    Fault(
        "token-error-without-error",
        AREA,
        "P001",
        "A refusal has no error member.",
        "token.v2.error",
        without("error"),
    ),
    Fault(
        "token-refused-with-200",
        AREA,
        "P010",
        "A refusal of token v2 has status 200.",
        "token.v2.error",
        with_status(200),
    ),
    Fault(
        "sntl-error-without-reason",
        AREA,
        "D011",
        "A dental token refusal has no failureReason.",
        "token.sntl.error",
        without("failureReason"),
    ),
)
