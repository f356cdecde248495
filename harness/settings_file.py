"""Read `harness.yaml`: refuse what nobody reads, and say where."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from harness import document, limits
from harness.config import (
    CUSTOM,
    ENVIRONMENTS,
    Capabilities,
    CoverageGates,
    Environment,
    RuleModule,
)
from harness.document import Document
from harness.errors import DocumentError, UnknownName, suggestion
from harness.jsonvalue import MISSING, Json, items, lookup, members, number, text
from harness.reading import is_file, is_folder

FILE_NAME = "harness.yaml"
ARAZZO_SUFFIXES = (".arazzo.yaml", ".arazzo.yml", ".arazzo.json")
SIZE_SETTING = "max_document_size"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_NOT_FROM_FILE = (
    *("name", "settings_of", "is_production_meant", "logins", "client_key_passphrase"),
    "load_hosts",
)
"""Only flags can mean production; a login is taken from the address it stands in, a secret from a
variable; what may be put under load follows from where `load_allowed` stands."""


def find(folder: Path) -> Document | None:
    """Find `harness.yaml` here or in a folder above, as pyproject.toml is found."""
    # The nearest file wins as a whole; files above it are not merged in.
    for place in (folder, *folder.parents):
        if (place / FILE_NAME).is_file():
            # A settings file of more than a megabyte is some other file.
            return document.read(place / FILE_NAME, limit_bytes=1_000_000)
    return None


def document_limits(file: Document | None) -> limits.Limits:
    """Return how large documents may be: as `max_document_size` says. Raises DocumentError at its place."""
    given = lookup(file.data, f"/{SIZE_SETTING}") if file else MISSING
    # `file is None` is implied, and said for the type checker.
    if given is MISSING or given is None or file is None:
        return limits.DEFAULT
    try:
        return limits.DEFAULT.at_size(limits.size_in_bytes(str(given)))
    except limits.InvalidSize as problem:
        raise DocumentError(
            f"{SIZE_SETTING} {problem}", source=file.source(f"/{SIZE_SETTING}")
        ) from None


def trusted_keys(folder: Path) -> tuple[Path, ...]:
    """Return the files of `trusted_keys` in `harness.yaml`; they lie beside it unless absolute."""
    file = find(folder)
    given = lookup(file.data, "/trusted_keys") if file else MISSING
    if given is MISSING or given is None or file is None:
        return ()
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(each, str) and each for each in names):
        raise _wrong(file, "/trusted_keys", "a file name, or a list of file names")
    return tuple(Path(file.path).parent / text(each) for each in names)


def own_rules(file: Document | None) -> tuple[RuleModule, ...]:
    """Return the modules of `rules`: files beside `harness.yaml` unless absolute, or names to import.

    Raises DocumentError where a file is not there.
    """
    return tuple(_rule_module(*each) for each in _named(file, "/rules", "a Python file or module"))


def _rule_module(file: Document, pointer: str, name: str) -> RuleModule:
    source = file.source(pointer)
    if not name.endswith(".py"):
        if all(part.isidentifier() for part in name.split(".")):
            return RuleModule(name, source=source)
        raise DocumentError(
            f"'{name}' is no Python file and no name of a module.",
            source=source,
            advice="Name a file that ends in .py, or a module as in `import`.",
        )
    # Beside the file and not in the working directory, so that it means the same from everywhere.
    path = Path(file.path).parent / name
    if not is_file(path):
        raise DocumentError(f"'{name}' does not exist.", source=source, advice="Check the path.")
    return RuleModule(name, path, source)


def _named(file: Document | None, key: str, what: str) -> Iterator[tuple[Document, str, str]]:
    """Yield the names that stand at a key, one or a list of them, each with its place."""
    given = lookup(file.data, key) if file else MISSING
    if given is MISSING or given is None or file is None:
        return
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(each, str) and each for each in names):
        # An empty list is refused: whoever writes the key means something by it.
        raise _wrong(file, key, f"{what}, or a list of them")
    for index, name in enumerate(names):
        yield file, f"{key}/{index}" if isinstance(given, list) else key, text(name)


def own_workflows(file: Document | None) -> tuple[Path, ...]:
    """Return the Arazzo documents of `workflows`: files, and all that folders hold; each once.

    They lie beside `harness.yaml` unless absolute. Raises DocumentError where one is not there.
    """
    # A dictionary names a document once that two entries hold, and keeps their order.
    found: dict[Path, None] = {}
    for each in _named(file, "/workflows", "a folder or a file"):
        found.update(dict.fromkeys(_documents_in(*each)))
    return tuple(found)


def coverage_gates(file: Document | None) -> CoverageGates:
    """Return the shares of `gates`, given in percent. Raises DocumentError for any other value."""
    names = tuple(each.name for each in fields(CoverageGates))
    found: dict[str, float] = {}
    for name, value in checked(file, "/gates", names).items():
        # bool is an int to Python.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if file is not None and not (is_number and 0 <= number(value) <= 100):
            raise _wrong(file, f"/gates/{name}", "a number from 0 to 100")
        found[name] = number(value) / 100
    return CoverageGates(**found)


def _documents_in(file: Document, pointer: str, name: str) -> tuple[Path, ...]:
    place = Path(file.path).parent / name
    if is_file(place):
        return (place,)
    is_there = is_folder(place)
    suffixes = ARAZZO_SUFFIXES if is_there else ()
    every = (each for suffix in suffixes for each in place.rglob(f"*{suffix}"))
    found = tuple(sorted(each for each in every if each.is_file()))
    if not found:
        what = "holds no Arazzo document" if is_there else "does not exist"
        raise DocumentError(
            f"'{name}' {what}.",
            source=file.source(pointer),
            advice=f"Name a file, or a folder with files that end in {ARAZZO_SUFFIXES[0]}.",
        )
    return found


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """What `documents:` in `harness.yaml` says of one OpenAPI document."""

    scheme: str = ""
    """The security scheme to use."""
    token_variable: str = ""
    """The variable that holds a bearer token or an API key."""
    user_variable: str = ""
    password_variable: str = ""
    parameters: Mapping[str, Json] = field(default_factory=dict)
    """Values by the name of a parameter."""
    members: Mapping[str, Json] = field(default_factory=dict)
    """Values by JSON Pointer into a request body."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Operations that are not called, each with the reason."""


_DOCUMENT_KEYS = tuple(each.name for each in fields(DocumentSettings))
_MAPS = ("parameters", "members", "left_out")


def document_settings(folder: Path) -> Mapping[str, DocumentSettings]:
    """Return the settings of documents by their names. Raises DocumentError at the place of a mistake."""
    file = find(folder)
    given = members(lookup(file.data, "/documents")) if file else {}
    return {name: _document_settings(file, f"/documents/{name}") for name in given}


def _document_settings(file: Document | None, pointer: str) -> DocumentSettings:
    given = checked(file, pointer, _DOCUMENT_KEYS)
    texts = {
        name: text(_read_text(file, f"{pointer}/{name}", each))
        for name, each in given.items()
        if name not in _MAPS
    }
    for name in _MAPS:
        if name in given and not isinstance(given[name], Mapping) and file is not None:
            raise _wrong(file, f"{pointer}/{name}", "an object")
    reasons = members(given.get("left_out"))
    for name, reason in reasons.items():
        # An omission that nobody explains is not to be told from a forgotten one.
        if not text(reason).strip() and file is not None:
            raise _wrong(file, f"{pointer}/left_out/{name}", "a reason in words")
    return DocumentSettings(
        **texts,
        parameters=members(given.get("parameters")),
        members=members(given.get("members")),
        left_out={name: text(reason) for name, reason in reasons.items()},
    )


def environments_of(file: Document | None, apis: tuple[str, ...]) -> Mapping[str, Environment]:
    """Return the built-in environments, as the file changes them, and those that it adds."""
    given = lookup(file.data, "/environments") if file else MISSING
    if given is MISSING or given is None or file is None:
        return ENVIRONMENTS
    if not isinstance(given, Mapping):
        raise _wrong(file, "/environments", "an object")
    # What the file adds comes last, and changes a built-in of the same name.
    return {**ENVIRONMENTS, **{name: _environment(file, name, apis) for name in given}}


def is_load_said(file: Document | None, name: str) -> bool:
    """Return whether the file itself says if an environment may be put under load."""
    place = f"/environments/{name}/capabilities/load_allowed"
    return file is not None and lookup(file.data, place) is not MISSING


def _environment(file: Document, name: str, apis: tuple[str, ...]) -> Environment:
    pointer = f"/environments/{name}"
    if name in ENVIRONMENTS:
        return environment_from(ENVIRONMENTS[name], file, pointer, apis)
    if _NAME.fullmatch(name) is None or name == CUSTOM:
        raise DocumentError(
            f"'{name}' cannot be the name of an environment.",
            source=file.key_source(pointer),
            advice=f"Use letters, digits, '.', '-' and '_'; '{CUSTOM}' is what a bare URL is called.",
        )
    like = _like(file, f"{pointer}/like", lookup(file.data, f"{pointer}/like"))
    # From the built-in that it is like, for its limits, but without its address and hosts.
    start = replace(ENVIRONMENTS[like], name=name, base_url="", allowed_hosts=())
    found = environment_from(start, file, pointer, apis)
    if not found.base_url:
        raise DocumentError(
            f"the environment '{name}' has no base_url.",
            source=file.key_source(pointer),
            advice=f"Add `base_url:`, or use a name that exists. {suggestion(name, tuple(ENVIRONMENTS))}",
        )
    return found


def _like(file: Document, pointer: str, value: object) -> str:
    if value is MISSING:
        return "mock"
    if not isinstance(value, str) or value not in ENVIRONMENTS:
        place, known = file.source(pointer), tuple(ENVIRONMENTS)
        raise UnknownName(place, kind="built-in environment", name=str(value), known=known)
    return value


def environment_from(
    environment: Environment, file: Document | None, pointer: str, apis: tuple[str, ...]
) -> Environment:
    """Return the environment with what the object at a pointer of the file changes.

    `apis` are those that may have a token endpoint at a path of its own.
    """
    names = tuple(each.name for each in fields(Environment) if each.name not in _NOT_FROM_FILE)
    given = checked(file, pointer, names)
    changes = {
        # A setting without a reader of its own is text.
        name: _READERS.get(name, _read_text)(file, f"{pointer}/{name}", value)
        for name, value in given.items()
        if name not in ("capabilities", "like", "token_paths")
    }
    # Read here, for only the caller knows the products.
    if "token_paths" in given:
        changes["token_paths"] = _read_token_paths(file, f"{pointer}/token_paths", apis)
    changes["capabilities"] = _capabilities(
        environment.capabilities, file, f"{pointer}/capabilities"
    )
    return replace(environment, **changes)  # type: ignore[arg-type]  # each reader returns its field's type


def _read_text(file: Document | None, pointer: str, value: Json) -> object:
    if not isinstance(value, str):
        raise _wrong(file, pointer, "a string (quote it)")
    return value


def _read_flag(file: Document | None, pointer: str, value: Json) -> object:
    if not isinstance(value, bool):
        raise _wrong(file, pointer, "true or false")
    return value


def _read_number(file: Document | None, pointer: str, value: Json) -> object:
    # bool is an int to Python, and `true` no rate.
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise _wrong(file, pointer, "a number, zero or more")
    return float(value)


def _read_hosts(file: Document | None, pointer: str, value: Json) -> object:
    if not all(isinstance(item, str) for item in items(value)) or not items(value):
        raise _wrong(file, pointer, "a list of host names")
    return tuple(text(item) for item in items(value))


def _read_names(file: Document | None, pointer: str, value: Json) -> object:
    if not all(isinstance(item, str) and item.strip() for item in items(value)) or not items(value):
        raise _wrong(file, pointer, "a list of names")
    return tuple(text(item) for item in items(value))


def _read_token_paths(
    file: Document | None, pointer: str, apis: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    return tuple((name, text(path)) for name, path in checked(file, pointer, apis).items())


def _capabilities(usual: Capabilities, file: Document | None, pointer: str) -> Capabilities:
    """Return the environment's usual capabilities with those that the file changes."""
    given = checked(file, pointer, tuple(each.name for each in fields(Capabilities)))
    for name, each in given.items():
        if not isinstance(each, bool):
            raise _wrong(file, f"{pointer}/{name}", "true or false")
    # A missing one keeps what the environment usually can.
    return replace(usual, **{name: each is True for name, each in given.items()})


_READERS: Mapping[str, Callable[[Document | None, str, Json], object]] = {
    "requests_per_second": _read_number,
    "timeout_seconds": _read_number,
    "deadline_seconds": _read_number,
    "max_answer_bytes": _read_number,
    "allow_plain_http": _read_flag,
    "allowed_hosts": _read_hosts,
    "masked_names": _read_names,
}


def checked(file: Document | None, pointer: str, known: tuple[str, ...]) -> Mapping[str, Json]:
    """Return an object of the file after refusing keys that nobody reads."""
    value = lookup(file.data, pointer) if file else None
    if value is None or value is MISSING:
        return {}
    if not isinstance(value, Mapping):
        raise _wrong(file, pointer, "an object")
    # Refused and not ignored: a misspelt setting must not look as if it were in force.
    for name in value:
        if name not in known:
            place = file.key_source(f"{pointer}/{name}") if file else None
            raise UnknownName(place, kind="setting", name=name, known=known)
    return members(value)


def _wrong(file: Document | None, pointer: str, wanted: str) -> DocumentError:
    name = pointer.rpartition("/")[2] or "the file"
    return DocumentError(f"{name} must be {wanted}.", source=file.source(pointer) if file else None)
