"""Every expectation that a scenario can name, with the arguments that it takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from harness.judge import on_content, on_flow, on_secrets
from harness.judge.evidence import Expect, Found

__all__ = ["KINDS", "Found", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """An expectation that scenarios can name: how it is judged and which arguments it takes."""

    judge: Expect
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


_IF = "if_called"
"""Argument of those that are kept, too, where the call never comes."""

KINDS: Mapping[str, Kind] = {
    "called": Kind(on_flow.called, ("operation",), ("times", "at_least", "at_most", "status")),
    "in_order": Kind(on_flow.in_order, ("operations",)),
    "waited": Kind(on_flow.waited, ("operation", "calls", "at_least"), ("at_most", _IF)),
    "gaps_grow": Kind(on_flow.gaps_grow, ("operation",)),
    "uses_token": Kind(on_flow.uses_token, ("operation",), ("call", "token", _IF)),
    "renews": Kind(on_flow.renews, ("operation",)),
    "not_repeated": Kind(on_flow.not_repeated, (), ("operation",)),
    "looks_first": Kind(on_flow.looks_first, ("operation",), ("look",)),
    "after_trouble": Kind(on_flow.after_trouble, ("operation", "failed")),
    "calm": Kind(on_flow.calm, ("per_second",)),
    "ends": Kind(on_flow.ends, (), ("at_most",)),
    "polled": Kind(on_flow.polled, ("operation", "at", "member", "final")),
    "paced": Kind(on_flow.paced, ("operation", "at_least")),
    "same_body": Kind(on_content.same_body, ("operation", "calls"), (_IF,)),
    "member": Kind(on_content.member, ("operation", "at"), ("call", "part", "equals", "matches")),
    "sends": Kind(on_content.sends, ("operation", "value"), ("call", "part", "but", _IF)),
    "same_ids": Kind(
        on_content.same_ids, ("operation", "at", "value"), ("call", "or", "or_without", "all", _IF)
    ),
    "header": Kind(on_content.header_sent, ("operation", "name"), ("call", "matches")),
    "query": Kind(on_content.query_sent, ("operation", "name", "matches"), ("call",)),
    "echoes": Kind(on_content.echoes, ("operation", "value"), ("call", "in", "or_without")),
    "accepted": Kind(on_content.accepted, ("operation",), ("call", _IF)),
    "form_parts": Kind(on_content.form_parts, ("operation", "names"), ("call", "or_flat", _IF)),
    "files_sent": Kind(on_content.files_sent, ("operation",), ("call", "part", _IF)),
    "files_again": Kind(on_content.files_again, ("operation",), ("part",)),
    "picks": Kind(on_content.picks, ("operation", "of", "at", "name"), ("call", "or_without")),
    "x12_sound": Kind(on_content.x12_sound, ("operation",), ("call", "at", _IF)),
    "x12_agrees": Kind(on_content.x12_agrees, ("operation", "value", "kind"), ("call", "at", _IF)),
    "kept_private": Kind(on_secrets.kept_private, (), ("values",)),
    "kept_silent": Kind(on_secrets.kept_silent, (), ("values",)),
    "tells_failure": Kind(on_flow.tells_failure),
    "tells_ids": Kind(on_flow.tells_ids, ("value",), ("or", "or_without")),
    "tells_status": Kind(on_flow.tells_status, ("operation", "at", "member")),
    "kept_home": Kind(on_secrets.kept_home, (), ("path",)),
}
"""Every expectation by the name that scenarios use."""
