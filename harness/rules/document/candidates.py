"""Write requests that ought to be accepted, from a document and what a user says, without asking the API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.jsonvalue import MISSING, Json, lookup, members
from harness.openapi.instances import NoInstance, Wanted, examples_of, instance
from harness.openapi.model import Api, MediaType, Operation, Parameter
from harness.openapi.walk import Direction
from harness.rules.document.draft import Draft, concrete, files_of, with_given, without_read_only
from harness.rules.document.places import chosen_body, holder_of
from harness.rules.document.resources import path_parameters

_FIRST = Wanted(Direction.REQUEST)
# From the plainest request to the fullest: the fewer members, the fewer reasons to refuse it.
_WANTED = (
    _FIRST,
    Wanted(Direction.REQUEST, is_full=True),
    Wanted(Direction.REQUEST, number=1),
    Wanted(Direction.REQUEST, is_full=True, number=2, branch=1),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What a user says of an operation's values, in place of what would be made."""

    parameters: Mapping[str, Json] = field(default_factory=dict)
    """By name, wherever the parameter stands."""
    members: Mapping[str, Json] = field(default_factory=dict)
    """By JSON Pointer into a body."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The requests of one API that its document suggests, with a user's values in their places."""

    api: Api
    given: Given

    def plain(self, operation: Operation) -> Iterator[Draft]:
        """Yield requests whose path is made up as well, as nothing is known of what exists."""
        names = path_parameters(operation)
        yield from self.at(operation, (self.path(operation, names) or {}) if names else {})

    def given_path(self, names: Sequence[str]) -> dict[str, Json]:
        """Return those values of the path that the user gives."""
        return {
            name: self.given.parameters[name] for name in names if name in self.given.parameters
        }

    def path(self, operation: Operation, names: Sequence[str]) -> Mapping[str, Json] | None:
        """Return a value for each name of the path; None where one cannot be made."""
        known = {each.name: each for each in operation.parameters if each.location == "path"}
        found: dict[str, Json] = {}
        for name in names:
            # A name in braces that the document forgot to describe is most often a text.
            undescribed = Parameter(name, "path", required=True, schema={"type": "string"})
            value = next(self._values_of(known.get(name, undescribed)), MISSING)
            if value is MISSING:
                return None
            found[name] = value  # type: ignore[assignment]  # a JSON value
        return found

    def at(self, operation: Operation, path_values: Mapping[str, Json]) -> Iterator[Draft]:
        """Yield requests at a path: those of the examples first, then built ones."""
        path = {("path", name): value for name, value in path_values.items()}
        media_type = chosen_body(operation)
        for wanted in _WANTED:
            draft = Draft(operation, {**path, **self._required(operation, wanted)})
            if media_type is None:
                yield draft
                continue
            draft = replace(
                draft, media_type=concrete(media_type.name), files=files_of(self.api, media_type)
            )
            for body in self._bodies(media_type, wanted):
                given = with_given(body, self.given.members)
                yield replace(draft, body=given, has_body=True)
            # Last: a body that may be left out is more telling when it is there.
            if not operation.body_required:
                yield replace(draft, media_type="")

    def _required(self, operation: Operation, wanted: Wanted) -> dict[tuple[str, str], Json]:
        """Return a value for each required parameter outside the path.

        One of which no value can be made is left out; the API says whether it minds.
        """
        required = (
            each for each in operation.parameters if each.required and each.location != "path"
        )
        return {
            (parameter.location, parameter.name): value
            for parameter in required
            for value in [*self._values_of(parameter, wanted)][:1]
        }

    def _bodies(self, media_type: MediaType, wanted: Wanted) -> Iterator[Json]:
        # Examples do not depend on the variant, so they are yielded once.
        if wanted == _FIRST:
            holder = members(lookup(self.api.root, media_type.pointer))
            shown = list(examples_of(self.api, holder, media_type.schema))
            yield from (without_read_only(self.api, media_type.schema, each) for each in shown[:3])
        try:
            yield instance(self.api, media_type.schema, wanted)
        except NoInstance:
            return

    def _values_of(self, parameter: Parameter, wanted: Wanted = _FIRST) -> Iterator[Json]:
        """Yield values of a parameter, the surest first."""
        if parameter.name in self.given.parameters:
            yield self.given.parameters[parameter.name]
            return
        # Other numbers ask for values that differ from the examples.
        if wanted.number == 0:
            yield from examples_of(self.api, holder_of(self.api, parameter), parameter.schema)
        try:
            yield instance(self.api, parameter.schema, wanted)
        except NoInstance:
            return
