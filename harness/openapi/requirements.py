"""Read the requirement sets: what the vendor's documents promise, one testable sentence each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePath

from harness import document
from harness.config import ENVIRONMENTS, Capabilities
from harness.document import Document
from harness.errors import DocumentError, UnknownName
from harness.jsonvalue import Json, escape, members
from harness.product import PLATFORM
from harness.resources import shipped
from harness.source import Source

FILE_NAME = "requirements.yaml"
CLIENT_FILE_NAME = "client-requirements.yaml"
"""Rules for who calls an API; they are tested by judging a client."""
JUDGED = "judge"
"""The environment in which requirements on clients are tested."""
# Beside `environments`, what a target has to offer before a requirement says anything about it.
CAPABILITIES = tuple(field.name for field in fields(Capabilities))
_ID = re.compile("[A-Z]{1,3}[0-9]{3}")
_NEEDED = ("id", "statement", "source", "strength", "endpoints", "environments", "how")
_KEYS = (*_NEEDED, "capability", "untestable")
_CLIENT_ID = re.compile("C[0-9]{3}")
_CLIENT_NEEDED = ("id", "statement", "source", "strength")
# `also` names requirements on the API that say the same of the server's side.
_CLIENT_KEYS = (*_CLIENT_NEEDED, "also", "untestable")


class Strength(StrEnum):
    """How binding a requirement is: a broken OBSERVE is recorded and decides nothing."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    OBSERVE = "OBSERVE"


class Method(StrEnum):
    """How a requirement is tested."""

    PROPERTY = "property"
    WORKFLOW = "workflow"
    SECURITY = "security"
    ENVIRONMENT = "environment"
    EXAMPLE = "example"
    FAULT = "fault"
    DOCUMENT = "document"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One testable statement of the vendor's documents."""

    id: str
    statement: str
    source: str
    """The vendor's document and its section."""
    strength: Strength
    endpoints: tuple[str, ...]
    environments: tuple[str, ...]
    """Where it can be tested; empty where it cannot be."""
    how: Method
    capability: str = ""
    """What a target must be able to do for the test to mean anything."""
    untestable: str = ""
    """Why no test from outside can decide it."""
    place: Source | None = None
    product: str = ""
    """The API whose clients it binds; empty where it binds the API itself."""
    group: str = ""
    """The API that it concerns, named as the folder of its set; `platform` is all of them."""
    also: tuple[str, ...] = ()
    """Requirements on the API whose rules for the caller this one restates."""


def load(
    folder: Path | None = None, more: Sequence[Path] = (), *, file_name: str = FILE_NAME
) -> tuple[Requirement, ...]:
    """Read every requirement set below some folders (default: the ones that ship), ordered by id."""
    folders = (folder or shipped("specs"), *more)
    paths = (path for other in folders for path in _sets(other, file_name))
    # Time and size are part of the cache's key: a set that is edited meanwhile is read again.
    return _loaded(tuple((path, _state(path)) for path in paths))


def _state(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0  # the reading says why
    return found.st_mtime_ns, found.st_size


# The plan, the gates and the reports of a run each ask for the same sets.
@lru_cache(maxsize=16)
def _loaded(files: tuple[tuple[Path, tuple[int, int]], ...]) -> tuple[Requirement, ...]:
    return gather(document.read(path) for path, _ in files)


def _sets(folder: Path, file_name: str) -> tuple[Path, ...]:
    paths = tuple(sorted(folder.glob(f"*/{file_name}")))
    if not paths:
        what = f"holds no requirement set ({file_name} in a folder for each API)."
        raise DocumentError(what, source=Source(str(folder)), advice="Check the path.")
    return paths


def gather(files: Iterable[Document]) -> tuple[Requirement, ...]:
    """Join the requirements of several files, ordered by id."""
    found: dict[str, Requirement] = {}
    for requirement in (other for file in files for other in parse(file)):
        # Ids stand in certificates and reports, so they are unique across all sets.
        if requirement.id in found:
            earlier = found[requirement.id].place
            what = f"the requirement {requirement.id} exists already, at {earlier}."
            raise DocumentError(what, source=requirement.place, advice="Give it another id.")
        found[requirement.id] = requirement
    return tuple(found[each] for each in sorted(found))


def parse(file: Document) -> tuple[Requirement, ...]:
    """Return the requirements of one file, as they stand in it."""
    whole = _Row(file, "", members(file.data))
    is_on_clients = Path(file.path).name == CLIENT_FILE_NAME
    # A misspelt key would otherwise silently weaken the requirement.
    whole.refuse_unknown_keys(
        ("requirements", "derived", "product" if is_on_clients else "endpoints")
    )
    rows = whole.entry.get("requirements")
    if not isinstance(rows, list):
        raise DocumentError(
            "holds no list of requirements.",
            source=file.source("/requirements"),
            advice="Put them under the key 'requirements'.",
        )
    found = [_Row(file, f"/requirements/{index}", members(row)) for index, row in enumerate(rows)]
    if is_on_clients:
        product = whole.text("product")
        return tuple(_client_requirement(row, product) for row in found)
    if not PurePath(file.path).parent.name:
        raise DocumentError(
            # The folder names the API that the requirements are about.
            "stands in no folder, which would say whose requirements these are.",
            source=file.source(),
            advice="Put it in a folder that is named as the API.",
        )
    # Sets that are derived from a document have no codes, as its operations are their endpoints.
    if whole.entry.get("derived") is True:
        return tuple(_derived_requirement(row) for row in found)
    # Sets that older runs keep beside their record do not list the codes of endpoints.
    known = whole.texts("endpoints") if "endpoints" in whole.entry else None
    return tuple(_requirement(row, known) for row in found)


def by_id(requirements: Iterable[Requirement]) -> dict[str, Requirement]:
    """Index requirements by their id."""
    return {requirement.id: requirement for requirement in requirements}


def in_scope(
    requirements: Iterable[Requirement], *, apis: Sequence[str], environment: str
) -> tuple[Requirement, ...]:
    """Return those that bind one of the APIs and can be tested in the environment."""
    return tuple(
        requirement
        for requirement in requirements
        # Requirements of the platform bind every API.
        if requirement.group in (*apis, PLATFORM) and environment in requirement.environments
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """An object of the file, read with its places at hand."""

    file: Document
    pointer: str
    entry: Mapping[str, Json]

    def place(self, path: str) -> Source:
        return self.file.source(f"{self.pointer}/{path}")

    def error(self, key: str, what: str, advice: str) -> DocumentError:
        return DocumentError(what, source=self.place(key), advice=advice)

    def refuse_unknown_keys(self, known: tuple[str, ...]) -> None:
        for key in self.entry:
            if key not in known:
                place = self.file.key_source(f"{self.pointer}/{escape(key)}")
                raise UnknownName(place, kind="key", name=key, known=known)

    def require(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self.entry:
                raise self.error(key, f"the requirement has no {key}.", f"Add '{key}:'.")

    def text(self, key: str) -> str:
        value = self.entry.get(key, "")
        # A missing key is an empty text; a present one has to say something.
        if not isinstance(value, str) or (key in self.entry and not value.strip()):
            raise self.error(key, f"{key} is not a text.", "Write a sentence or a name.")
        return value

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        return self._known(self.text(key), key, key, known)

    def texts(self, key: str) -> tuple[str, ...]:
        listed = self.entry.get(key)
        if not isinstance(listed, list):
            raise self.error(key, f"{key} is not a list.", "Write it in brackets: [A, B].")
        return tuple(str(item) for item in listed)

    def choices(self, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
        kind = key.removesuffix("s")
        return tuple(
            self._known(text, f"{key}/{index}", kind, known)
            for index, text in enumerate(self.texts(key))
        )

    def _known(self, name: str, path: str, kind: str, known: tuple[str, ...]) -> str:
        if name not in known:
            raise UnknownName(self.place(path), kind=kind, name=name, known=known)
        return name


def _requirement(row: _Row, endpoints: tuple[str, ...] | None) -> Requirement:
    row.refuse_unknown_keys(_KEYS)
    row.require(_NEEDED)
    requirement = Requirement(
        id=row.text("id"),
        statement=row.text("statement"),
        source=row.text("source"),
        strength=Strength(row.choice("strength", tuple(Strength))),
        endpoints=(
            row.texts("endpoints") if endpoints is None else row.choices("endpoints", endpoints)
        ),
        environments=row.choices("environments", tuple(ENVIRONMENTS)),
        how=Method(row.choice("how", tuple(Method))),
        capability=row.choice("capability", CAPABILITIES) if "capability" in row.entry else "",
        untestable=row.text("untestable"),
        place=row.place("id"),
        group=PurePath(row.file.path).parent.name,
    )
    _refuse_contradiction(row, requirement)
    return requirement


def _client_requirement(row: _Row, product: str) -> Requirement:
    row.refuse_unknown_keys(_CLIENT_KEYS)
    row.require(_CLIENT_NEEDED)
    untestable = row.text("untestable")
    requirement = Requirement(
        id=row.text("id"),
        statement=row.text("statement"),
        source=row.text("source"),
        strength=Strength(row.choice("strength", tuple(Strength))),
        endpoints=(),
        # A client is judged in an environment of its own, and in none of the API.
        environments=() if untestable else (JUDGED,),
        how=Method.WORKFLOW,
        untestable=untestable,
        place=row.place("id"),
        product=product,
        also=row.texts("also") if "also" in row.entry else (),
        group=product,
    )
    if not _CLIENT_ID.fullmatch(requirement.id):
        raise row.error("id", f"'{requirement.id}' is no id.", "Write it like C001.")
    return requirement


def _derived_requirement(row: _Row) -> Requirement:
    """Read a promise that was derived from an OpenAPI document: it holds wherever that is served."""
    row.refuse_unknown_keys((*_CLIENT_NEEDED, "api", "untestable"))
    row.require(_CLIENT_NEEDED)
    untestable = row.text("untestable")
    return Requirement(
        id=row.text("id"),
        statement=row.text("statement"),
        source=row.text("source"),
        strength=Strength(row.choice("strength", tuple(Strength))),
        endpoints=(),
        environments=() if untestable else tuple(ENVIRONMENTS),
        how=Method.DOCUMENT,
        untestable=untestable,
        place=row.place("id"),
        group=row.text("api") or PurePath(row.file.path).parent.name,
    )


def _refuse_contradiction(row: _Row, requirement: Requirement) -> None:
    if not _ID.fullmatch(requirement.id):
        raise row.error("id", f"'{requirement.id}' is no requirement id.", "Write it like D001.")
    # Each requirement is tested somewhere or says why not; both at once cannot be true.
    if requirement.untestable and requirement.environments:
        what = f"{requirement.id} is untestable and yet names environments."
        raise row.error("environments", what, "Remove one of the two.")
    if not requirement.untestable and not requirement.environments:
        what = f"{requirement.id} can be tested nowhere."
        raise row.error("environments", what, "Name one, or say why under 'untestable'.")
