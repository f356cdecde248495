"""What a collection or a log says was called, whichever tool wrote it.

Texts hold variables as `{{name}}`, which is how collections write them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.client.named_values import Kind, SensitiveNames
from harness.jsonvalue import Json
from harness.source import Source

VARIABLE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
# Wider than what reports mask: a file that is written lives longer than a report.
_SECRET = re.compile(
    r"secret|passw|token|api[-_]?key|^auth|authoriz|credential|session|cookie|signature|private"
    r"|^client[-_]?id$|^pwd$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"""(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)["']?\s*(?:[:=]\s*["']?|>)(?P<value>[^"'<>&,;\s{}]+)"""
)
"""A name with its value, in a form, in JSON or in XML."""
_NAMES = SensitiveNames()
# `nextPageToken`, `token_type`, `token_url` and the like let nobody in.
_NO_SECRET = re.compile(r"page|next|prev|continuation|type$|url$|uri$|expir", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Return whether, by its name, a value must come from the environment and never stand in a file.

    All that would be masked in a record, and what is only likely to be one: a file lives longer.
    """
    if _NAMES.kind(name) is Kind.SECRET:
        return True
    # A name that only looks like a secret is one, unless it is known to be harmless.
    return bool(_SECRET.search(name)) and not _NO_SECRET.search(name)


def is_secret_query(name: str) -> bool:
    """Return the same for a parameter of a query, where a bare `key` or `sig` lets a caller in."""
    return is_secret(name) or name.lower() in ("key", "sig", "code_verifier")


def is_of_patient(name: str) -> bool:
    """Return whether, by its name, a value speaks of a patient."""
    return _NAMES.kind(name) is Kind.PATIENT


def secrets_in(written: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of the secrets in a text of any form: `name=value`, JSON, XML."""
    for found in _NAMED.finditer(written):
        if is_secret(found["name"]):
            yield found["name"], found["value"]


def is_secret_header(name: str) -> bool:
    """Return the same for a header, in whose name `key` alone is telling."""
    return is_secret(name) or re.search(r"key|sign", name, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that could not be carried over, and where it stands."""

    source: Source
    what: str

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


@dataclass(frozen=True, slots=True)
class SentBody:
    """What a call sends: a JSON value or a text, the fields of a form, or files."""

    media_type: str
    value: Json = None
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of files by field."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, what is taken from its answer, and what is asked of it."""

    name: str
    method: str
    url: str
    source: Source
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    path_values: Mapping[str, str] = field(default_factory=dict)
    """Values of `:name` in the path."""
    body: SentBody | None = None
    captures: tuple[tuple[str, str], ...] = ()
    """Names of variables and the expressions that give their values."""
    criteria: tuple[Mapping[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """All calls in their order, the variables that are known, and what was lost on the way."""

    title: str
    calls: tuple[Call, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[Lost, ...] = ()
    secret: frozenset[str] = frozenset()
    """Variables that are secret whatever they are called."""
    is_traffic: bool = False
    """It was taken from real calls, so that it may speak of real patients."""
