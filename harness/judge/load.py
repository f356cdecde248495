"""Read scenario files: every mistake with its place, all of them at once."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from harness import document
from harness.document import Document
from harness.errors import DocumentError, UnknownName, suggestion
from harness.jsonvalue import Json, compact, escape, items, members, number, text, whole_number
from harness.judge.expectations import KINDS
from harness.judge.operations import Route
from harness.judge.product import Generate, check_inputs
from harness.judge.scenario import SHARED_ACTIONS, Control, Effect, Expectation, Scenario, Turn
from harness.judge.schema import scenario_schema
from harness.judge.soundness import mistakes_of
from harness.openapi.requirements import Requirement, Strength
from harness.source import Source

_EVER = 1_000_000
_LIMIT_BYTES = 2 * 1024 * 1024
_NAME = re.compile(r"\$(row|main)\.([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a scenario file."""

    source: Source
    what: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.source}: {self.what}{' ' + self.advice if self.advice else ''}"


@dataclass(frozen=True, slots=True)
class ScenarioSet:
    """The scenarios of one product with what holds in all of them."""

    product: str
    scenarios: tuple[Scenario, ...]
    always: tuple[Expectation, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The names that scenarios of a product may use."""

    requirements: Sequence[Requirement]
    routes: Sequence[Route]
    generators: Mapping[str, Generate]
    actions: Sequence[str] = ()
    """What clients can be asked to do; a scenario may name no other."""
    faults: Sequence[str] = ()
    """What the mock can do otherwise than usual."""
    main: Mapping[str, Json] = field(default_factory=dict)
    """What `$main.name` stands for in scenarios that every product has."""


def load_scenarios(folder: Path, product: str, known: Known) -> ScenarioSet:
    """Read the scenario files of a folder. Raises DocumentError that lists every mistake."""
    files = [
        document.read(path, limit_bytes=_LIMIT_BYTES) for path in sorted(folder.glob("*.yaml"))
    ]
    problems = [problem for file in files for problem in lint(file, product, known)]
    # Rows are written out only in files of good form: what they hold could not be trusted
    # otherwise.
    if not problems:
        files = [written_out(file, known.main) for file in files]
        problems = _repeated(files)
    if problems:
        # Fifty fill a screen or two; the count says how many more there are.
        listed = "\n".join(str(each) for each in problems[:50])
        count = f"{len(problems)} mistake{'' if len(problems) == 1 else 's'}"
        raise DocumentError(f"{listed}\n{count} in the scenarios of {product}; nothing was run.")
    sets = [read_set(file, product) for file in files]
    return ScenarioSet(
        product,
        tuple(scenario for each in sets for scenario in each.scenarios),
        tuple(expectation for each in sets for expectation in each.always),
    )


def lint(file: Document, product: str, known: Known) -> tuple[Problem, ...]:
    """Return every mistake of one file; mistakes of form come first and hide those of meaning."""
    of_form = tuple(_of_form(file))
    if of_form:
        return of_form
    try:
        whole = written_out(file, known.main)
    except DocumentError as problem:
        return (Problem(problem.source or file.source(), problem.what, problem.advice),)
    of_meaning = (*_of_meaning(whole, product, known), *_repeated([whole]))
    # Rows may have filled in what the form does not allow, so that it is checked once more.
    found = tuple(_of_form(whole)) or of_meaning
    # A mistake of a template with rows would be reported once for each of them.
    return tuple(dict.fromkeys(found))


def read_set(file: Document, product: str) -> ScenarioSet:
    """Return the scenarios of a file that has no mistakes of form."""
    reader = _Reader(file, product)
    rows = items(members(file.data).get("scenarios"))
    always = items(members(file.data).get("always"))
    return ScenarioSet(
        product,
        tuple(reader.scenario(index) for index in range(len(rows))),
        tuple(
            reader.expectation(f"/always/{index}", is_forbidden=False)
            for index in range(len(always))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    file: Document
    product: str

    def scenario(self, index: int) -> Scenario:
        pointer = f"/scenarios/{index}"
        row = members(items(members(self.file.data)["scenarios"])[index])
        control = members(row.get("control"))
        return Scenario(
            id=text(row["scenario"]),
            title=text(row["title"]),
            product=self.product,
            action=text(row["action"]),
            instruct=text(row["instruct"]),
            verifies=tuple(text(each) for each in items(row["verifies"])),
            source=self.file.source(f"{pointer}/scenario"),
            inputs=members(row.get("inputs")),
            script=tuple(_turn(members(each)) for each in items(row.get("script"))),
            expect=(*self._all(pointer, "expect"), *self._all(pointer, "forbid")),
            attest=tuple(text(each) for each in items(row.get("attest"))),
            control=_control(control) if control else None,
            faults=tuple(text(each) for each in items(row.get("faults"))),
            token_seconds=whole_number(row.get("token_seconds"), 3600),
            repeat=whole_number(row.get("repeat"), 1),
            quiet_seconds=number(row.get("quiet_seconds"), 1.0),
            limit_seconds=number(row.get("limit_seconds"), 60.0),
            most_calls=whole_number(row.get("most_calls"), 200),
            certificate=text(row.get("certificate")),
        )

    def _all(self, pointer: str, key: str) -> Iterator[Expectation]:
        index = int(pointer.rpartition("/")[2])
        # From the document again, since the pointer is what gives every expectation its place.
        row = members(items(members(self.file.data)["scenarios"])[index])
        for number_of_row in range(len(items(row.get(key)))):
            yield self.expectation(f"{pointer}/{key}/{number_of_row}", is_forbidden=key == "forbid")

    def expectation(self, pointer: str, *, is_forbidden: bool) -> Expectation:
        row = members(_at(self.file.data, pointer))
        kind = next(name for name in row if name in KINDS)
        return Expectation(
            kind=kind,
            arguments=members(row[kind]),
            is_forbidden=is_forbidden,
            strength=Strength(text(row.get("strength")) or Strength.SHALL),
            source=self.file.key_source(f"{pointer}/{kind}"),
            verifies=tuple(text(each) for each in items(row.get("verifies"))),
            because=text(row.get("because")),
        )


def _turn(row: Mapping[str, Json]) -> Turn:
    answer = members(row.get("answer"))
    nth = whole_number(row.get("nth"), 0)
    headers = {str(k).lower(): str(v) for k, v in members(answer.get("headers")).items()}
    body = None
    if "json" in answer:
        # Before `text`: whoever gives both means the value.
        body = compact(answer["json"]).encode()
        headers.setdefault("content-type", "application/json")
    elif "text" in answer:
        body = text(answer["text"]).encode()
        headers.setdefault("content-type", "text/plain; charset=utf-8")
    return Turn(
        operation=text(row["on"]),
        # `nth` is one call; without any of the three a turn answers every call.
        first=nth or whole_number(row.get("from"), 1),
        last=nth or whole_number(row.get("to"), _EVER),
        status=whole_number(answer.get("status"), 0),
        headers=tuple(headers.items()),
        body=body,
        members=members(answer.get("members")),
        replace=members(answer.get("replace")),
        effect=Effect(text(row["effect"])) if "effect" in row else None,
        delay_seconds=number(row.get("delay_seconds"), 0.0),
        chunk_bytes=whole_number(row.get("chunk_bytes"), 0),
    )


def written_out(file: Document, main: Mapping[str, Json]) -> Document:
    """Return a file without rows; each scenario keeps the place that it was written at.

    Raises UnknownName where a row, or the product, does not have a name that is used.
    """
    scenarios: list[Json] = []
    parts = {}
    # Numbered anew, since a scenario with rows becomes several; its place stays that of the
    # template.
    for index, scenario in enumerate(items(members(file.data).get("scenarios"))):
        place = f"/scenarios/{index}"
        for written in _of_rows(file, members(scenario), place, main):
            parts[f"/scenarios/{len(scenarios)}"] = (file, place)
            scenarios.append(written)
    always = [
        _filled(each, {}, main, file, f"/always/{index}")
        for index, each in enumerate(items(members(file.data).get("always")))
    ]
    whole = {**members(file.data), "scenarios": scenarios}
    return file.with_parts({**whole, "always": always} if always else whole, parts)


def _of_rows(
    file: Document, scenario: Mapping[str, Json], place: str, main: Mapping[str, Json]
) -> Iterator[Json]:
    template = {name: value for name, value in scenario.items() if name != "rows"}
    # Without rows a scenario is its own single row.
    for row in map(members, items(scenario.get("rows")) or ({},)):
        yield _filled(template, row, main, file, place)


def _filled(
    value: Json, row: Mapping[str, Json], main: Mapping[str, Json], file: Document, place: str
) -> Json:
    if isinstance(value, Mapping):
        return {name: _filled(each, row, main, file, place) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, row, main, file, place) for each in value]
    if not isinstance(value, str):
        return value
    tables = {"row": row, "main": main}
    # Whole, a name stands for any value; within a text it can only be text.
    if (whole := _NAME.fullmatch(value)) is not None:
        return _named(tables[whole[1]], whole, file, place)
    return _NAME.sub(lambda name: text(_named(tables[name[1]], name, file, place)), value)


def _named(table: Mapping[str, Json], name: re.Match[str], file: Document, place: str) -> Json:
    if name[2] not in table:
        source = file.source(f"{place}/scenario")
        raise UnknownName(source, kind=f"{name[1]} member", name=name[2], known=tuple(table))
    return table[name[2]]


def _of_form(file: Document) -> Iterator[Problem]:
    validator = _Validator(scenario_schema())
    # By their paths, so that mistakes come in the order of a file's structure.
    errors = sorted(validator.iter_errors(file.data), key=lambda error: list(map(str, error.path)))
    for error in errors:
        yield _form_problem(file, error)


def _one_key_of(_: object, schemas: Json, instance: Json, __: object) -> Iterator[ValidationError]:
    """Judge `oneOf` as our schema uses it, one key of several: a hundred times faster than in general."""
    # Every branch of our `oneOf` requires the one key that names its kind.
    names = [text(items(members(each)["required"])[0]) for each in items(schemas)]
    if isinstance(instance, Mapping) and sum(name in instance for name in names) != 1:
        yield ValidationError("an expectation has exactly one kind")


_Validator = extend(Draft202012Validator, {"oneOf": _one_key_of})  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped


def _control(row: Mapping[str, Json]) -> Control:
    return Control(text(row["action"]), text(row["operation"]), members(row.get("inputs")))


def _form_problem(file: Document, error: ValidationError) -> Problem:
    pointer = "".join(f"/{escape(str(each))}" for each in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = tuple(members(members(error.schema).get("properties")))
        # jsonschema reports the object, and a reader wants the key at fault.
        unknown = next(name for name in error.instance if name not in known)
        source = file.key_source(f"{pointer}/{escape(str(unknown))}")
        return Problem(
            source, f"there is no key '{unknown}' here.", suggestion(str(unknown), known)
        )
    if error.validator == "oneOf":
        advice = f"Name one of: {', '.join(KINDS)}."
        return Problem(file.source(pointer), "an expectation has exactly one kind.", advice)
    return Problem(file.source(pointer), f"{error.message[:200]}.")


def _of_meaning(file: Document, product: str, known: Known) -> Iterator[Problem]:
    # `*` is every call but those for a token.
    operations = {route.operation for route in known.routes} | {"*"}
    ids = {each.id for each in known.requirements}
    found = read_set(file, product)
    for scenario in found.scenarios:
        yield from _unknown(scenario.verifies, ids, scenario.source, "requirement")
        turned = [turn.operation for turn in scenario.script]
        turned += [scenario.control.operation] if scenario.control else []
        yield from _unknown(turned, operations, scenario.source, "operation")
        asked = [scenario.action, *([scenario.control.action] if scenario.control else [])]
        yield from _unknown(asked, (*SHARED_ACTIONS, *known.actions), scenario.source, "action")
        # By making the inputs once: whatever a generator refuses is refused here.
        if problem := check_inputs(scenario, known.generators):
            yield Problem(problem.source or scenario.source, problem.what, problem.advice)
        yield from _unknown(scenario.faults, known.faults, scenario.source, "behaviour")
        if not scenario.id.startswith(f"{product}/"):
            yield Problem(scenario.source, f"'{scenario.id}' does not begin with '{product}/'.")
        yield from (Problem(*each) for each in mistakes_of(scenario, operations))
        for expectation in scenario.expect:
            yield from _expectation_problems(expectation, operations, ids)
    for expectation in found.always:
        yield from _expectation_problems(expectation, operations, ids)


def _expectation_problems(
    expectation: Expectation, operations: Iterable[str], ids: Iterable[str]
) -> Iterator[Problem]:
    arguments = expectation.arguments
    named = [text(arguments[each]) for each in ("operation", "of") if each in arguments]
    named += [text(each) for key in ("operations", "look") for each in items(arguments.get(key))]
    yield from _unknown(named, operations, expectation.source, "operation")
    yield from _unknown(expectation.verifies, ids, expectation.source, "requirement")


def _unknown(
    names: Iterable[str], known: Iterable[str], source: Source, kind: str
) -> Iterator[Problem]:
    all_known = tuple(known)
    for name in names:
        if name not in all_known:
            yield Problem(source, f"there is no {kind} '{name}'.", suggestion(name, all_known))


def _repeated(files: Iterable[Document]) -> list[Problem]:
    """Return a problem for each scenario whose id an earlier one has."""
    seen: dict[str, Source] = {}
    problems = []
    for file in files:
        for index, row in enumerate(items(members(file.data).get("scenarios"))):
            name = text(members(row).get("scenario"))
            source = file.source(f"/scenarios/{index}/scenario")
            if name in seen:
                problems.append(Problem(source, f"'{name}' exists already, at {seen[name]}."))
            seen.setdefault(name, source)
    return problems


def _at(value: Json, pointer: str) -> Json:
    # A pointer of our own making: it always leads somewhere.
    for token in pointer.split("/")[1:]:
        value = items(value)[int(token)] if token.isdigit() else members(value)[token]
    return value
