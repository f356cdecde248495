"""What the judge has to know of a product to judge its clients, and how it makes the inputs of a scenario."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from harness.codes.media_types import media_type_of_kind
from harness.errors import DocumentError, UnknownName
from harness.files.samples import KINDS as FILE_KINDS
from harness.files.samples import sample
from harness.jsonvalue import Json, items, members, text, whole_number
from harness.judge.evidence import FileInput
from harness.judge.scenario import Scenario

Generate: TypeAlias = Callable[[int], Json]
"""Returns a synthetic value for a seed, the same one for the same seed."""

GENERATE = "$generate"
FILE = "$file"
CANARY = "$canary"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the client is given besides its address and credentials."""

    values: Mapping[str, Json]
    files: tuple[FileInput, ...] = field(default=(), repr=False)


def inputs_of(scenario: Scenario, generators: Mapping[str, Generate], seed: int) -> Inputs:
    """Return the inputs of one session. Raises DocumentError at the place of an unknown name."""
    maker = _Maker(scenario, generators, seed)
    # Files are described and not generated: they go into a folder and not into the JSON.
    values = {
        name: maker.value(value) for name, value in scenario.inputs.items() if name != "files"
    }
    return Inputs(values, tuple(maker.file(each) for each in items(scenario.inputs.get("files"))))


@dataclass(frozen=True, slots=True)
class _Maker:
    scenario: Scenario
    generators: Mapping[str, Generate]
    seed: int

    def value(self, value: Json) -> Json:
        if isinstance(value, str) and value.startswith(f"{GENERATE}."):
            return self._generated(value.removeprefix(f"{GENERATE}."))
        if value == CANARY:
            # Fresh in every session and not to be guessed: only who read it can send it back.
            return f"CANARY{secrets.token_hex(8).upper()}"
        if isinstance(value, Mapping):
            if GENERATE in value:
                return self._changed(value)
            return {name: self.value(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return value

    def file(self, wanted: Json) -> FileInput:
        """Return a file named `$file.pdf`, or described by `$file`, `name`, `media_type`, `bytes`."""
        described = members(wanted) or {FILE: text(wanted).removeprefix(f"{FILE}.")}
        kind = text(described.get(FILE))
        if kind not in FILE_KINDS:
            source = self.scenario.source
            raise UnknownName(source, kind="kind of file", name=kind, known=tuple(FILE_KINDS))
        media_type = media_type_of_kind(kind)
        # Without a size the smallest file of its kind.
        size = whole_number(described.get("bytes")) or None
        return FileInput(
            name=text(described.get("name")) or f"document{media_type.extensions[0]}",
            media_type=text(described.get("media_type")) or media_type.canonical,
            content=sample(kind, size_bytes=size),
        )

    def _changed(self, described: Mapping[str, Json]) -> Json:
        value = dict(members(self._generated(text(described[GENERATE]))))
        # Left out after it was generated, so that the rest is the same as without the gap.
        for name in items(described.get("without")):
            value.pop(text(name), None)
        # What a scenario writes itself comes last and wins.
        return {**value, **{k: self.value(v) for k, v in members(described.get("with")).items()}}

    def _generated(self, name: str) -> Json:
        if name not in self.generators:
            raise UnknownName(
                self.scenario.source, kind="generator", name=name, known=tuple(self.generators)
            )
        return self.generators[name](self.seed)


def check_inputs(scenario: Scenario, generators: Mapping[str, Generate]) -> DocumentError | None:
    """Return what is wrong with the inputs of a scenario, or None."""
    try:
        # Any seed does: a name is known or it is not.
        inputs_of(scenario, generators, 1)
    except DocumentError as problem:
        return problem
    return None


@dataclass(frozen=True, slots=True)
class ClientProduct:
    """A product as its clients see it."""

    name: str
    documents: tuple[str, ...]
    """Names of the OpenAPI documents whose operations its clients call, the token's included."""
    token_path: str
    token_form: str
    """`form` or `json`: how the token endpoint takes its fields."""
    generators: Mapping[str, Generate]
    """Synthetic values that scenarios name."""
    common_inputs: Mapping[str, str]
    """Inputs of every scenario, such as a tenant id."""
    actions: tuple[str, ...] = ()
    """What its clients can be asked to do beyond what those of all products can."""
    main: Mapping[str, Json] = field(default_factory=dict)
    """What scenarios of every product say of this one as `$main.name`: its first action, and so on."""
