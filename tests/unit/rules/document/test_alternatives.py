"""What only one of several alternatives has is tried on a request of that alternative."""

from harness import document
from harness.mock.document.faults import derived_faults
from harness.openapi.load import build_api
from harness.rules.document.places import places_of
from harness.rules.document.scene import Scene
from harness.rules.document.trials import constraints_of, trials_of

TEXT = """\
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /search:
    post:
      operationId: search
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf: [{$ref: '#/components/schemas/ByTag'}, {$ref: '#/components/schemas/ByDate'}]
      responses: {'200': {description: ok}}
components:
  schemas:
    ByTag:
      type: object
      required: [type, tag]
      properties: {type: {const: tag}, tag: {type: string, minLength: 2}}
    ByDate:
      type: object
      required: [type, to]
      properties: {type: {const: date}, to: {type: string, format: date}}
"""


def refused(text: str) -> dict[str, object]:
    """Return the first body that has to be refused, by the constraint that it breaks."""
    api = build_api(document.parse(text, "own.yaml"), "own")
    operation = api.operations[0]
    base = next(Scene(api).candidates(operation))
    return {
        constraint.slug: trial.draft.body
        for place in places_of(api, operation)
        for constraint in constraints_of(place)
        for trial in reversed(trials_of(api, constraint, base))
        if not trial.is_valid
    }


def test_each_alternative_is_tried_on_a_request_of_its_own() -> None:
    found = refused(TEXT)

    assert found["body-ByTag-tag-required"] == {"type": "tag"}
    assert found["body-ByDate-to-required"] == {"type": "date"}
    assert found["body-ByTag-tag-minLength"] == {"type": "tag", "tag": "s"}
    assert found["body-ByDate-to-format"] == {"type": "date", "to": "2026-13-45"}


def test_the_names_of_their_cases_do_not_depend_on_their_order() -> None:
    one, other = "{$ref: '#/components/schemas/ByTag'}", "{$ref: '#/components/schemas/ByDate'}"
    turned = TEXT.replace(f"[{one}, {other}]", f"[{other}, {one}]")

    assert refused(turned).keys() == refused(TEXT).keys()


def test_an_object_or_null_is_looked_into() -> None:
    text = TEXT.replace(
        "oneOf: [{$ref: '#/components/schemas/ByTag'}, {$ref: '#/components/schemas/ByDate'}]",
        "{type: object, properties: {by: {anyOf: [{$ref: '#/components/schemas/ByTag'}, {type: 'null'}]}}}",
    )

    assert refused(text)["body-by-ByTag-tag-required"] == {"by": {"type": "tag"}}


def test_what_binds_an_alternative_is_a_fault() -> None:
    api = build_api(document.parse(TEXT, "own.yaml"), "own")

    unchecked = {f"{each.place}/{each.keyword}" for each in derived_faults(api) if each.keyword}
    assert unchecked == {
        "body/required",
        *("body/tag/required", "body/tag/type", "body/tag/minLength"),
        *("body/to/required", "body/to/type", "body/to/format"),
    }
