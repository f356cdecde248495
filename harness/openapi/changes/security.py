"""Compare what a caller must show: alternatives of schemes, their scopes, and how a scheme works."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.jsonvalue import Json, compact, items, members, text
from harness.openapi.change import Level
from harness.openapi.changes.endpoints import Endpoint, resolved
from harness.openapi.changes.ledger import Ledger

_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How credentials are shown; the name that a document gives to it does not matter."""

    kind: str
    form: str
    """The header, query or cookie name of a key, or the HTTP scheme."""

    def __str__(self) -> str:
        return f"{self.kind} {self.form}".strip()


Alternative = Mapping[_Scheme, frozenset[str]]
"""Schemes that are needed together, each with its scopes."""


def compare_security(ledger: Ledger, old: Endpoint, new: Endpoint) -> None:
    """Report callers whose credentials no longer suffice (OpenAPI 3.1, 4.8.30)."""
    before, after = _alternatives(old), _alternatives(new)
    where = (old.label, "security")
    # Callers show what they showed before; each way of old has to suffice for one of today.
    refused = [shown for shown in before if not any(_suffices(shown, other) for other in after)]
    for shown in refused:
        # The way that lacks least tells best what a caller has to add.
        nearest = min(after, key=lambda other: len(_lacking(shown, other)), default={})
        lacking = ", ".join(_lacking(shown, nearest))
        what = f"{_named(shown)} no longer suffices: {lacking or 'it is not accepted'}"
        reason = "Calls that were allowed are refused now."
        ledger.note("security-narrowed", where, what, Level.BREAKING, reason)
    for asked in after:
        if not any(_suffices(asked, other) for other in before):
            reason = "Nobody has to use it."
            what = f"{_named(asked)} suffices now"
            ledger.note("security-widened", where, what, Level.HARMLESS, reason)


def _alternatives(endpoint: Endpoint) -> list[Alternative]:
    schemes = members(members(members(endpoint.root).get("components")).get("securitySchemes"))
    # In either version's place; names are those of one document, so they do not collide.
    schemes = {**members(members(endpoint.root).get("securityDefinitions")), **schemes}
    listed = items(endpoint.security)
    if not listed:
        # Without a requirement, a call without credentials suffices.
        return [{}]
    return [
        {
            _scheme(resolved(endpoint.root, schemes.get(name)), name): frozenset(
                text(scope) for scope in items(scopes)
            )
            for name, scopes in members(item).items()
        }
        for item in listed
    ]


def _scheme(value: Mapping[str, Json], name: str) -> _Scheme:
    kind = text(value.get("type"))
    if kind == "apiKey":
        shown = text(value.get("name"))
        place = text(value.get("in"))
        # Names of headers do not depend on case (RFC 9110, 5.1).
        return _Scheme("apiKey", f"{place} {shown.lower() if place == 'header' else shown}")
    if kind == "http":
        return _Scheme("http", text(value.get("scheme")).lower())
    if kind == "basic":  # Swagger 2
        return _Scheme("http", "basic")
    return _Scheme(kind, "") if kind else _Scheme("unknown", name)


def _suffices(shown: Alternative, asked: Alternative) -> bool:
    return not _lacking(shown, asked)


def _lacking(shown: Alternative, asked: Alternative) -> list[str]:
    lacking = []
    for scheme, scopes in asked.items():
        if scheme not in shown:
            lacking.append(f"{scheme} is needed")
        elif scopes - shown[scheme]:
            lacking.append(f"scope {', '.join(sorted(scopes - shown[scheme]))} is needed")
    return lacking


def _named(alternative: Alternative) -> str:
    if not alternative:
        return "a call without credentials"
    return " and ".join(
        f"{scheme} ({', '.join(sorted(scopes))})" if scopes else str(scheme)
        for scheme, scopes in alternative.items()
    )


def compare_schemes(ledger: Ledger) -> None:
    """Report where credentials come from now; schemes are taken by their names."""
    before, after = (_schemes(root) for root in (ledger.old, ledger.new))
    # Schemes that one document alone has are compared where operations require them.
    for name in before.keys() & after.keys():
        where = ("", f"security scheme {name}")
        old, new = before[name], after[name]
        for keyword in ("openIdConnectUrl", "bearerFormat"):
            if old.get(keyword) != new.get(keyword):
                what = f"{keyword} {_shown(old.get(keyword))} -> {_shown(new.get(keyword))}"
                reason = "Credentials come from elsewhere or look different."
                ledger.note("security-scheme-changed", where, what, Level.WARNING, reason)
        _compare_flows(ledger, where, members(old.get("flows")), members(new.get("flows")))


def _schemes(root: Json) -> dict[str, Mapping[str, Json]]:
    listed = members(members(members(root).get("components")).get("securitySchemes"))
    return {name: resolved(root, value) for name, value in listed.items()}


def _shown(value: Json) -> str:
    return "none" if value is None else text(value) or compact(value)


def _compare_flows(
    ledger: Ledger, where: tuple[str, str], old: Mapping[str, Json], new: Mapping[str, Json]
) -> None:
    for flow in sorted(old.keys() - new.keys()):
        reason = "Who gets a token this way gets none any more."
        ledger.note("security-flow-removed", where, f"flow {flow} removed", Level.BREAKING, reason)
    for flow in sorted(new.keys() - old.keys()):
        what = f"flow {flow} added"
        ledger.note("security-flow-added", where, what, Level.HARMLESS, "Nobody has to use it.")
    for flow in sorted(old.keys() & new.keys()):
        before, after = members(old[flow]), members(new[flow])
        for keyword in _ADDRESSES:
            if before.get(keyword) != after.get(keyword):
                what = f"{flow} {keyword} {_shown(before.get(keyword))} -> {_shown(after.get(keyword))}"
                reason = "Tokens come from elsewhere."
                ledger.note("security-scheme-changed", where, what, Level.WARNING, reason)
        # A scope that was added asks nothing of anybody.
        for scope in sorted(
            members(before.get("scopes")).keys() - members(after.get("scopes")).keys()
        ):
            reason = "Who asks for it may be refused a token."
            what = f"{flow} scope {scope} removed"
            ledger.note("security-scheme-changed", where, what, Level.WARNING, reason)
