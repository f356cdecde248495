from dataclasses import replace

from harness.judge.calls import Call, Reply
from harness.judge.evidence import ClientEnd, Evidence
from harness.judge.judgement import NO_SUCH_ACTION, judged
from harness.judge.scenario import Control, Expectation, Scenario
from harness.openapi.requirements import Strength
from harness.outcome import Status
from harness.source import Source

PLACE = Source("s.yaml", 3, 5)
SILENT = Expectation("called", {"operation": "create"}, True, Strength.SHALL, PLACE)
CALLED = Expectation("called", {"operation": "create", "times": 1}, False, Strength.SHALL, PLACE)
SCENARIO = Scenario(
    id="a/b/c",
    title="t",
    product="a",
    action="x",
    instruct="i",
    verifies=("C001",),
    source=PLACE,
    expect=(CALLED,),
)
CALL = Call(1, "", 0.0, 0.0, "POST", "/a", "", operation="create", reply=Reply(201))


def test_a_client_that_calls_nothing_is_not_judged() -> None:
    outcome = judged(Evidence(SCENARIO, (), end=ClientEnd(exit_code=1, shown="boom")))

    assert outcome.status is Status.ERROR
    assert "made no call" in outcome.message
    assert "boom" in outcome.message


def test_silence_alone_is_never_a_pass() -> None:
    scenario = replace(SCENARIO, expect=(SILENT,), control=Control("x", "create"))

    assert judged(Evidence(scenario, ())).status is Status.ERROR
    assert judged(Evidence(scenario, (), control=(replace(CALL, reply=Reply(401)),))).status is (
        Status.ERROR
    )


def test_another_call_than_that_of_the_control_shows_no_will_to_act() -> None:
    scenario = replace(SCENARIO, expect=(SILENT,), control=Control("x", "create"))
    health = replace(CALL, operation="checkHealth")

    outcome = judged(Evidence(scenario, (), control=(health,)))

    assert outcome.status is Status.ERROR
    assert "an accepted create, was not seen" in outcome.message


def test_silence_after_a_control_is_a_pass() -> None:
    scenario = replace(SCENARIO, expect=(SILENT,), control=Control("x", "create"))

    assert judged(Evidence(scenario, (), control=(CALL,))).status is Status.PASS


def test_a_forbidden_call_fails() -> None:
    scenario = replace(SCENARIO, expect=(SILENT,), control=Control("x", "create"))

    outcome = judged(Evidence(scenario, (CALL,), control=(CALL,)), exchanges={1: 77})

    assert outcome.status is Status.FAIL
    assert outcome.checks[0].exchange == 77


def test_what_is_only_recommended_warns() -> None:
    recommended = replace(SCENARIO, expect=(replace(CALLED, strength=Strength.SHOULD),))

    outcome = judged(Evidence(recommended, (CALL, replace(CALL, number=2))))

    assert outcome.status is Status.WARN


def test_an_action_that_a_client_lacks_is_omitted_with_the_reason() -> None:
    outcome = judged(Evidence(SCENARIO, (), end=ClientEnd(exit_code=NO_SUCH_ACTION)))

    assert outcome.status is Status.OMIT
    assert outcome.message == "the client does not have the action x"


def test_a_client_that_calls_and_then_says_it_lacks_the_action_is_judged() -> None:
    evidence = Evidence(
        SCENARIO, (CALL, replace(CALL, number=2)), end=ClientEnd(exit_code=NO_SUCH_ACTION)
    )

    assert judged(evidence).status is Status.FAIL


def test_what_is_only_observed_decides_nothing() -> None:
    observed = replace(SCENARIO, expect=(replace(CALLED, strength=Strength.OBSERVE),))

    outcome = judged(Evidence(observed, (CALL, replace(CALL, number=2))))

    assert outcome.status is Status.PASS
    assert outcome.checks[0].actual == "2 calls"


def test_what_the_time_limit_left_open_is_an_error_only_where_it_is_binding() -> None:
    ends = Expectation("ends", {}, False, Strength.SHALL, PLACE)
    late = ClientEnd(timed_out=True)

    binding = judged(Evidence(replace(SCENARIO, expect=(ends,)), (CALL,), end=late))
    advised = replace(SCENARIO, expect=(CALLED, replace(ends, strength=Strength.SHOULD)))

    assert binding.status is Status.ERROR
    assert judged(Evidence(advised, (CALL,), end=late)).status is Status.PASS


def test_a_client_that_cannot_be_given_an_authority_is_not_judged_on_certificates() -> None:
    scenario = replace(
        SCENARIO, expect=(SILENT,), control=Control("x", "create"), certificate="expired"
    )

    outcome = judged(Evidence(scenario, (), control=(replace(CALL, reply=Reply(401)),)))

    assert outcome.status is Status.OMIT
    assert "does not trust ca_file" in outcome.message


def test_a_token_alone_shows_no_action() -> None:
    token = replace(CALL, operation="issueToken")

    outcome = judged(Evidence(SCENARIO, (token,), end=ClientEnd(exit_code=NO_SUCH_ACTION)))

    assert outcome.status is Status.OMIT
