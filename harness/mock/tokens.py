"""Issue signed bearer tokens, and find the client behind one."""

import base64
import hmac
import json
import uuid
from dataclasses import dataclass
from functools import cache

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from harness.config import MOCK_TOKEN_KEY
from harness.jsonvalue import Json, members, number, text
from harness.mock.body import json_value
from harness.mock.fault import ActiveFaults
from harness.mock.settings import Client, MockSettings

ALGORITHM = "RS256"
# Many servers take no longer header field; a longer token is not worth a check.
MAX_TOKEN_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says about itself."""

    client_id: str
    not_before: float
    expires: float
    token_id: str


class Tokens:
    """The issuer and the judge of tokens, with a key that lives as long as the process."""

    def __init__(self, settings: MockSettings, faults: ActiveFaults) -> None:
        self._settings = settings
        self._faults = faults
        self._clients = {client.client_id: client for client in settings.clients}
        self._key = _signing_key()
        # By token, so that a signature is checked once a token and not once a call.
        self._claims: dict[str, Claims] = {}
        self._used: set[str] = set()

    def authenticated(self, client_id: str, client_secret: str) -> Client | None:
        """Return the client whose credentials these are."""
        if "client-id-unchecked" in self._faults:
            # A known id keeps its client, so that the fault changes nothing for those.
            client_id = client_id if client_id in self._clients else self._default.client_id
        client = self._clients.get(client_id)
        if client is None or "secret-unchecked" in self._faults:
            return client
        # In constant time, as of a server: a comparison that stops at the first difference tells
        # how far it came.
        same = hmac.compare_digest(client.client_secret.encode(), client_secret.encode())
        return client if same else None

    def issue(self, client: Client, lifetime_seconds: int | None = None) -> str:
        """Return a new token: a JWT signed with RS256; it lives as long as the settings say unless a lifetime is given."""
        if "token-not-a-jwt" in self._faults:
            # Nobody can check it, so it opens nothing, which the fault is about.
            return uuid.uuid4().hex
        claims = self._new_claims(client, lifetime_seconds or self._settings.token_lifetime_seconds)
        if "token-unsigned" in self._faults:
            # A verifier that believes the head takes this one, too (RFC 8725, 2.1).
            return f"{_segment({'alg': 'none', 'typ': 'JWT'})}.{_segment(claims)}.c2lnbmVk"
        header = {"alg": ALGORITHM, "kid": MOCK_TOKEN_KEY}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])

    def client(self, token: str) -> Client | None:
        """Return the client that a token speaks for; None where it is not valid now."""
        claims = self._known(token)
        if claims is None:
            return self._default if "malformed-token-accepted" in self._faults else None
        now = self._settings.clock().timestamp()
        # At its very end a token is over (RFC 7519, 4.1.4: "on or after").
        if now >= claims.expires and "expired-token-accepted" not in self._faults:
            return None
        if now < claims.not_before or self._is_used_up(claims):
            return None
        return self._clients.get(claims.client_id)

    @property
    def _default(self) -> Client:
        return self._settings.clients[0]

    def _new_claims(self, client: Client, lifetime: int) -> dict[str, Json]:
        # Times in a JWT are seconds since 1970 (RFC 7519, 2: NumericDate).
        issued = int(self._settings.clock().timestamp())
        if "token-ends-early" in self._faults:
            lifetime = 60
        return {
            "iat": issued,
            "nbf": issued,
            "exp": issued + lifetime,
            "aud": "apiPlatform",
            # Two tokens of one second would otherwise be equal, and used up together.
            "jti": uuid.uuid4().hex,
            "client_id": client.client_id,
            "application_name": client.organisation,
            "api_product_list": ["attachments"],
        }

    def _known(self, token: str) -> Claims | None:
        """Return a token's claims; the signature of each token is checked once."""
        found = self._claims.get(token)
        if found is not None or len(token) > MAX_TOKEN_CHARACTERS:
            return found
        claims = _claims(self._payload(token))
        if claims is not None:
            self._claims[token] = claims
            if len(self._claims) > self._settings.limits.known_tokens:
                # A dict keeps the order of insertion, so this is the oldest.
                del self._claims[next(iter(self._claims))]
        return claims

    def _payload(self, token: str) -> Json:
        try:
            # Only the algorithm we sign with: the head of a token is its bearer's word (RFC 8725,
            # 3.1).
            return jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        # The library raises these for what is no token at all, besides its own errors.
        except (JoseError, ValueError, TypeError, KeyError):
            return self._unproved(token)

    def _unproved(self, token: str) -> Json:
        """Return the payload of a token that proves nothing, where a fault lets it pass."""
        parts = token.split(".")
        if len(parts) != 3:
            return None
        # The head says which of the two faults this token would need.
        algorithm = text(members(_decoded(parts[0])).get("alg")).lower()
        fault = "unsigned-token-accepted" if algorithm == "none" else "tampered-token-accepted"
        return _decoded(parts[1]) if fault in self._faults else None

    def _is_used_up(self, claims: Claims) -> bool:
        if "token-used-only-once" not in self._faults:
            return False
        used = claims.token_id in self._used
        self._used.add(claims.token_id)
        return used


@cache
def _signing_key() -> RSAKey:
    """Return the key of this process; making one takes longer than starting all the rest."""
    return RSAKey.generate_key(2048, private=True)


def _claims(payload: Json) -> Claims | None:
    found = members(payload)
    client_id = text(found.get("client_id"))
    if not client_id:
        return None
    return Claims(
        client_id,
        not_before=number(found.get("nbf")),
        expires=number(found.get("exp")),
        token_id=text(found.get("jti")),
    )


def _segment(value: Json) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(value).encode())
    return encoded.rstrip(b"=").decode()


def _decoded(segment: str) -> Json:
    try:
        # Padded to a multiple of four; JWTs leave the padding out (RFC 7515, 2).
        return json_value(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except ValueError:
        return None
