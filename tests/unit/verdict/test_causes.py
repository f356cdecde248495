"""Findings become causes: many cases, one mistake."""

from dataclasses import replace

import pytest

from harness.outcome import TOKEN_CHECK, Attribution, Status
from harness.verdict.causes import causes, with_causes
from harness.verdict.deviation import deviation
from harness.verdict.model import Finding

SEARCH, CREATE, IMAGE = "POST /search", "POST /documents", "POST /image-intelligence"
TOKEN = "POST /token"


def finding(  # noqa: PLR0913 what a finding is grouped by
    case: str,
    check: str,
    expected: str,
    actual: str,
    *,
    operation: str = SEARCH,
    requirements: tuple[str, ...] = ("D001",),
    status: Status = Status.FAIL,
) -> Finding:
    return Finding(
        case, case, status, requirements, check, operation, expected, actual,
        attribution=Attribution.API,
    )  # fmt: skip


def test_one_byte_too_few_is_one_cause_whatever_the_size() -> None:
    found = causes(
        [
            finding("dental/a", "part.size", "607", "606"),
            finding("dental/b", "part.size", "102", "101"),
            finding("dental/model", "part.size", "20", "19 after: new token; upload 1"),
            finding(
                "dental/flow",
                "search: $response.body#/files == $steps.create.outputs.sent",
                f'[{{"name":"a.png","size":143,"sha256":"{"0" * 64}"}}] ($steps.create.outputs.sent)',
                f'[{{"name":"a.png","size":142,"sha256":"{"1" * 64}"}}]',
            ),
            finding(
                "dental/cut",
                "search: $response.body#/files == $steps.create.outputs.sent",
                f'[{{"name":"a.png","size":143,"sha256":"{"0" * 64}"}},{{"name":"b…',
                f'[{{"name":"a.png","size":142,"sha256":"{"1" * 64}"}},{{"name":"b…',
            ),
        ]
    )

    assert [(each.check, each.reach) for each in found] == [("part.size", 5)]
    assert found[0].finding.case == "dental/a"


def test_a_wrong_code_in_two_operations_is_one_cause_where_one_requirement_speaks_of_it() -> None:
    both = [
        finding("dental/a", "error.code", "DENTATT_009", "201", operation=CREATE),
        finding("dental/b", "error.code", "DENTATT_009", "201", operation=CREATE),
        finding("dental/c", "error.code", "DENTATT_009", "201", operation=IMAGE),
    ]

    (cause,) = causes(both)

    assert cause.operations == (CREATE, IMAGE)
    assert cause.requirements == ("D001",)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param({"requirements": ("D002",)}, id="of-another-requirement"),
        pytest.param({"case": "medical/x"}, id="of-another-product"),
        pytest.param({"expected": "DENTATT_010"}, id="of-another-code"),
    ],
)
def test_what_only_looks_alike_stays_apart(others: dict[str, object]) -> None:
    first = finding("dental/a", "error.code", "DENTATT_009", "201", operation=CREATE)
    values: dict[str, object] = {"case": "dental/b", "expected": "DENTATT_009", **others}
    second = finding(check="error.code", actual="201", operation=IMAGE, **values)  # type: ignore[arg-type]  # the parameters above

    assert len(causes([first, second])) == 2


def test_a_status_in_two_operations_is_two_causes() -> None:
    found = causes(
        [
            finding("dental/a", "status", "200", "500", operation=SEARCH),
            finding("dental/b", "status", "201", "500", operation=CREATE),
        ]
    )

    assert len(found) == 2


def test_a_server_error_is_one_cause_in_an_operation_whatever_was_expected() -> None:
    found = causes(
        [
            finding("dental/a", "status", "201", "502"),
            finding("dental/b", "status", "400 or 401", "502"),
        ]
    )

    assert [each.reach for each in found] == [2]


def test_rules_that_are_not_enforced_stay_a_cause_each() -> None:
    found = causes(
        [
            finding(f"dental/{code}", "error.code", f"DENTATT_0{code}", "201")
            for code in range(10, 20)
        ]
    )

    assert len(found) == 10


def test_one_constraint_of_a_shared_schema_is_one_cause_in_every_operation() -> None:
    sources = {"x/1": "openapi.yaml:7:9", "x/2": "openapi.yaml:7:9", "x/3": "openapi.yaml:8:9"}
    found = causes(
        [
            replace(
                finding(case, "invalid.refused", f"4xx for {case}", "201", operation=f"PUT {case}"),
                source=source,
            )
            for case, source in sources.items()
        ]
    )

    assert [each.cases for each in found] == [("x/1", "x/2"), ("x/3",)]


def test_one_check_with_many_answers_is_one_cause() -> None:
    words = ("ab", "cd", "ef", "gh", "ij")
    found = causes([finding(f"dental/{each}", "name", "a name", each) for each in words])

    assert [each.reach for each in found] == [5]


def test_the_cause_of_most_cases_comes_first_and_its_id_does_not_depend_on_them() -> None:
    few = [finding("dental/x", "error.code", "DENTATT_001", "201")]
    many = [finding(f"dental/{n}", "part.size", str(n), str(n - 1)) for n in range(10, 20)]

    found = causes([*few, *many])

    assert [each.reach for each in found] == [10, 1]
    assert found[0].id == causes(many[3:])[0].id
    assert {each.cause for each in with_causes([*few, *many], found)} == {e.id for e in found}


def test_a_token_that_is_not_given_explains_what_needs_it_and_stands_first() -> None:
    lacking = [
        finding(
            f"medical/{n}", TOKEN_CHECK, "an access token", "status 415",
            operation=TOKEN, status=Status.ERROR,
        )
        for n in range(50)
    ]  # fmt: skip
    unsent = finding(
        "medical/flow",
        "upload: can be carried out",
        "a request that can be made",
        "header Authorization: $workflows.token.outputs.accessToken did not resolve",
        operation="",
        status=Status.ERROR,
    )
    found = causes(
        [
            finding("dental/a", "part.size", "607", "606"),
            finding("dental/b", "part.size", "7", "6"),
            finding("medical/token/granted", "status", "200", "415", operation=TOKEN),
            finding("medical/token/get", "status", "400 or 401", "415", operation=TOKEN),
            *lacking,
            unsent,
        ]
    )

    assert (found[0].operation, found[0].expected, found[0].explains) == (TOKEN, "200", 52)
    assert [each.because for each in found[1:]] == ["", *[found[0].id] * 3]


def test_an_operation_that_does_not_work_tells_how_many_cases_it_leaves_unjudged() -> None:
    silent = [
        finding(f"dental/{n}", "response", "an HTTP response", "closed", status=status)
        for n, status in enumerate((Status.FAIL, *[Status.ERROR] * 9))
    ]

    (cause,) = causes(silent)

    assert (cause.status, cause.failed, cause.explains) == (Status.FAIL, 1, 9)


@pytest.mark.parametrize(
    ("check", "expected", "actual", "shape"),
    [
        pytest.param("part.size", "607", "606", ("size", "n", "n-1"), id="near"),
        pytest.param("part.size", "607", "300", ("size", "n", "fewer"), id="fewer"),
        pytest.param("count", "1", "40", ("count", "n", "more"), id="more"),
        pytest.param("status", "200", "500", ("status", "200", "500"), id="status"),
        pytest.param("codes", '["06"]', '["99"]', ("", "06", "99"), id="a-list-of-one"),
        pytest.param("code", "'06' ($inputs.c)", "'99'", ("code", "06", "99"), id="quoted"),
        pytest.param(
            "id", "one", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ("id", "one", "<id>"), id="id"
        ),
        pytest.param(
            "body", '{"a":{"b":1}}', '{"a":{}}', ("b", "present", "missing"), id="missing-member"
        ),
    ],
)
def test_the_shape_of_a_deviation(
    check: str, expected: str, actual: str, shape: tuple[str, str, str]
) -> None:
    assert deviation(check, expected, actual).shape == shape


def test_one_wrong_type_that_many_operations_take_is_one_cause() -> None:
    names = ("list", "count", "filter", "page")
    taken = [
        finding(
            f"api/{name}/body-limit-type",
            "invalid.refused",
            f"4xx for body member /{name}, type: null for {kind}",
            "200",
            operation=f"POST /{name}",
        )
        for name, kind in zip(names, ("integer", "string", "object", "array"), strict=True)
    ]

    assert [cause.reach for cause in causes(taken)] == [4]
    assert [cause.reach for cause in causes(taken[:3])] == [1, 1, 1]


def test_a_wrong_type_in_bodies_is_not_one_in_parameters() -> None:
    taken = [
        finding(
            f"api/{name}/{where}",
            "invalid.refused",
            f"4xx for {where} {name}, type: null for object",
            "200",
            operation=f"POST /{name}",
        )
        for where in ("body member", "query parameter")
        for name in ("a", "b", "c", "d")
    ]

    assert [cause.reach for cause in causes(taken)] == [4, 4]


def test_what_was_not_run_is_one_cause_and_stands_behind_what_failed() -> None:
    def left(case: str) -> Finding:
        return finding(case, "", "", "no result", operation="", status=Status.NOT_RUN)

    failing = finding("dental/create/one", "status", "200", "500", operation=CREATE)

    found = causes([left("dental/search/a"), left("medical/status/b"), failing])

    assert [(each.operation, each.reach) for each in found] == [(CREATE, 1), ("", 2)]
