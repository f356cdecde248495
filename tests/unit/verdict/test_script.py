"""A script recognises its fault by the answers alone: curl is stood in for by a file of answers."""

import json
import os
import shutil
import subprocess
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.exchange import Exchange, Response
from harness.outcome import Check, Outcome, Status
from harness.product import TokenEndpoint
from harness.verdict.model import Verdict
from harness.verdict.reproduction import CLOCK, MOST_EXCHANGES, reproductions
from harness.verdict.script import Script, script
from tests.unit.report.samples import CREATE, TOKEN, exchange, plan, record
from tests.unit.verdict.judging import judged

BASH = shutil.which("bash") or ""
CASE = "dental/create/one"
SEARCH = f"{CREATE}/search"
ID = "CHC#000000000042"
CURL = """\
#!/bin/sh
number=$(cat "$FAKE/number" 2> /dev/null || echo 1)
echo $((number + 1)) > "$FAKE/number"
while [ $# -gt 0 ]; do
  case $1 in
    -D) cp "$FAKE/$number.head" "$2"; shift ;;
    -o) cp "$FAKE/$number.body" "$2"; shift ;;
    --data-binary) cat "${2#@}" > "$FAKE/$number.sent"; shift ;;
  esac
  shift
done
cat "$FAKE/$number.status"
"""

pytestmark = pytest.mark.skipif(not BASH, reason="bash is not installed")


@dataclass(frozen=True)
class Answer:
    body: str = "{}"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)


def called(
    number: int, operation: str, answer: Answer, sent: str = "{}", case: str = CASE
) -> Exchange:
    plain = exchange(number, case, operation)
    response = Response(answer.status, answer.headers, answer.body.encode(), 0.01)
    request = plain.request
    bare = type(request)(request.method, request.url, (), sent.encode(), operation)
    return Exchange(number, bare, response, case=case, started="2026-11-22T10:00:01Z")


def concluded(calls: Sequence[Exchange], check: Check) -> tuple[Verdict, dict[str, Script]]:
    found = record((plan(CASE),), (Outcome(CASE, Status.FAIL, (check,)),), tuple(calls))
    verdict = judged(found)
    made = reproductions(verdict.causes, found, verdict.findings)
    return verdict, {name: script(each, found.run, None) for name, each in made.items()}


def written(calls: Sequence[Exchange], check: Check) -> Script:
    (made,) = concluded(calls, check)[1].values()
    return made


def tried(made: Script, folder: Path, *answers: Answer) -> int:
    """Run a script in a folder and return its exit code; the answers come in their order."""
    fake = folder / "fake"
    shutil.rmtree(fake, ignore_errors=True)
    (fake / "bin").mkdir(parents=True)
    for number, answer in enumerate(answers, start=1):
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
        (fake / f"{number}.head").write_text(f"HTTP/1.1 {answer.status} -\r\n{head}\r\n")
        (fake / f"{number}.body").write_text(answer.body)
        (fake / f"{number}.status").write_text(str(answer.status))
    (fake / "bin/curl").write_text(CURL)
    (fake / "bin/curl").chmod(0o755)
    (folder / made.name).mkdir(exist_ok=True)
    for name, body in made.bodies.items():
        (folder / made.name / name).write_bytes(body)
    path = folder / f"{made.name}.sh"
    path.write_text(made.text)
    # Nothing listens at the address of the record; behind a proxy nobody looks.
    environ = {"http_proxy": "http://127.0.0.1:9"} | {
        **os.environ,
        "PATH": f"{fake / 'bin'}:{os.environ['PATH']}",
        "FAKE": str(fake),
    }
    return subprocess.run(
        [BASH, str(path)], env=environ, capture_output=True, check=False
    ).returncode


def failing(name: str, expected: str, actual: str, number: int = 1) -> Check:
    return Check(name, Status.FAIL, expected, actual, exchange=number)


def test_a_value_with_an_apostrophe_breaks_no_quotes(tmp_path: Path) -> None:
    bad, good = (
        Answer('{"key": "The file\'s answer"}', 400),
        Answer('{"key": "Attachment.list"}', 400),
    )
    check = failing("error.key", "Attachment.list", "The file's answer")

    made = written([called(1, CREATE, bad)], check)

    assert (tried(made, tmp_path, bad), tried(made, tmp_path, good)) == (1, 0)


def test_a_number_is_told_from_another_number(tmp_path: Path) -> None:
    bad, good = Answer('{"expires_in": 7200}'), Answer('{"expires_in": 3600}')

    made = written([called(1, TOKEN, bad)], failing("token.lifetime", "3600", "7200"))

    assert (tried(made, tmp_path, bad), tried(made, tmp_path, good)) == (1, 0)


def test_a_missing_header_is_looked_for_among_the_headers(tmp_path: Path) -> None:
    bad = Answer(status=405)
    good = Answer(status=405, headers=(("Allow", "POST"),))

    made = written([called(1, CREATE, bad)], failing("header.allow", "POST", "no Allow"))

    assert (tried(made, tmp_path, bad), tried(made, tmp_path, good)) == (1, 0)


def test_an_id_is_found_by_the_name_before_it_wherever_it_stands(tmp_path: Path) -> None:
    created = Answer(json.dumps({"status": "CLOSED", "ids": ["CHC#000000000041", ID]}))
    elsewhere = Answer(json.dumps({"more": "DN1", "status": "CLOSED", "ids": ["CHC#7", "CHC#77"]}))
    sent = json.dumps({"ids": [ID]})
    bad = Answer(status=500)
    calls = [called(1, CREATE, created), called(2, SEARCH, bad, sent)]

    made = written(calls, failing("status", "200", "500", 2))

    assert tried(made, tmp_path, elsewhere, bad) == 1
    assert json.loads((tmp_path / "fake/2.sent").read_text()) == {"ids": ["CHC#77"]}


def test_days_near_the_run_are_days_near_today(tmp_path: Path) -> None:
    bad = Answer(status=500)
    sent = json.dumps({"from": "2026-11-22", "day": "20261122", "birth": "1991-08-01"})

    made = written([called(1, SEARCH, bad, sent)], failing("status", "200", "500"))
    before = datetime.now(UTC)
    code = tried(made, tmp_path, bad)
    after = datetime.now(UTC)

    told = json.loads((tmp_path / "fake/1.sent").read_text())
    assert code == 1
    assert told["birth"] == "1991-08-01"
    assert told["from"] in {f"{each:%Y-%m-%d}" for each in (before, after)}
    assert told["day"] in {f"{each:%Y%m%d}" for each in (before, after)}


def test_a_wait_for_the_end_of_a_token_is_as_long_as_the_answer_says(tmp_path: Path) -> None:
    granted, other = Answer('{"expires_in": 7200}'), Answer('{"expires_in": 3600}')
    bad = Answer(status=401)
    calls = [
        called(1, TOKEN, granted),
        called(2, "POST /_mock/clock", Answer(), '{"advance":7170.0}', case=CLOCK),
        called(3, SEARCH, bad),
    ]

    made = written(calls, failing("token.lives", "accepted", "401", 3))

    assert tried(made, tmp_path, other, Answer(), bad) == 1
    assert json.loads((tmp_path / "fake/2.sent").read_text()) == {"advance": 3570}


def test_of_a_long_case_only_the_answers_are_kept_that_gave_what_is_sent() -> None:
    """A model tries hundreds of sequences in one case; the last one is the one that failed."""
    own = json.dumps({"claim": "HARNESS-CLAIM-0001"})
    calls = [called(number, CREATE, Answer(own), own) for number in range(1, 21)]
    calls.append(
        called(21, CREATE, Answer(json.dumps({"claim": "HARNESS-CLAIM-0001", "ids": [ID]})), own)
    )
    sent = json.dumps({"claim": "HARNESS-CLAIM-0001", "ids": [ID]})
    calls.append(called(22, SEARCH, Answer(status=500), sent))

    made = written(calls, failing("status", "200", "500", 22))

    assert made.text.count("\nsend ") == 2


def test_what_takes_too_many_requests_is_left_to_replay() -> None:
    ids = [f"CHC#{number:012}" for number in range(MOST_EXCHANGES + 1)]
    calls = [
        called(number, CREATE, Answer(json.dumps({"ids": [name]})))
        for number, name in enumerate(ids, start=1)
    ]
    last = len(ids) + 1
    calls.append(called(last, SEARCH, Answer(status=500), json.dumps({"ids": ids})))

    verdict, made = concluded(calls, failing("status", "200", "500", last))

    assert made == {}
    assert verdict.causes[0].reproduce == ""


def test_a_token_that_comes_back_in_a_header_is_looked_for_there(tmp_path: Path) -> None:
    found = "the token"
    bad = Answer(status=401, headers=(("x-debug", f"Bearer {found}"),))
    made = written(
        [called(1, CREATE, bad)],
        failing("wire.secret", "no token or secret of the caller's", "one in a header"),
    )
    told = Script(made.name, made.text.replace("TOKEN=\n", f"TOKEN='{found}'\n", 1), made.bodies)

    assert tried(told, tmp_path, bad) == 1
    assert tried(told, tmp_path, Answer(status=401)) == 0


def test_an_id_that_must_not_be_listed_is_looked_for_whatever_else_is(tmp_path: Path) -> None:
    given = Answer(json.dumps({"id": ID}))
    calls = [called(1, CREATE, given), called(2, SEARCH, Answer(json.dumps({"hits": [ID, "x"]})))]

    made = written(calls, failing("hits", f"none is {ID}", f"1 hits: {ID}", 2))

    again = Answer(json.dumps({"id": "CHC#7"}))
    assert tried(made, tmp_path, again, Answer(json.dumps({"hits": ["y", "CHC#7"]}))) == 1
    assert tried(made, tmp_path, again, Answer(json.dumps({"hits": ["y"]}))) == 0


def test_a_script_that_cannot_decide_says_so_and_ends_otherwise(tmp_path: Path) -> None:
    bad = Answer(json.dumps({"at": "2021-12-05T16:04"}))

    made = written(
        [called(1, SEARCH, bad)], failing("times", "between two others", "2021-12-05T16:04")
    )

    assert "It cannot tell whether the fault shows" in made.text.split("set -euo")[0]
    assert tried(made, tmp_path, bad) == 3


def test_a_long_number_of_ours_is_looked_for_though_such_numbers_are_left_out_else(
    tmp_path: Path,
) -> None:
    bad, good = Answer('{"npi": "1234567893"}'), Answer('{"npi": "1234567891"}')

    made = written([called(1, SEARCH, bad)], failing("twins.npi", "1234567891", "1234567893"))

    assert (tried(made, tmp_path, bad), tried(made, tmp_path, good)) == (1, 0)


def test_a_target_that_is_not_there_shows_no_fault(tmp_path: Path) -> None:
    """The mock of a run has ended when its report is read; silence must not pass for its fault."""
    silent = exchange(1, CASE, SEARCH, response=None, failure="reset")
    found = record(
        (plan(CASE),), (Outcome(CASE, Status.FAIL, (failing("response", "one", ""),)),), (silent,)
    )
    found = replace(
        found,
        run=replace(
            found.run, embedded=True, base_url="http://127.0.0.1:1", faults=("transport-reset",)
        ),
    )
    verdict = judged(found)
    (each,) = reproductions(verdict.causes, found, verdict.findings).values()
    made = script(each, found.run, None)
    path = tmp_path / "script.sh"
    path.write_text(made.text)
    environ = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}

    done = subprocess.run(
        [BASH, str(path)], env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr == (
        "could not be tried: nothing listens at http://127.0.0.1:1: "
        "start the mock: harness mock --port 1 --fault transport-reset\n"
    )


@pytest.mark.parametrize("recorded", ["[masked] [masked]", "Bearer [masked]", "[masked]"])
def test_a_token_that_the_record_masks_is_masked_in_the_answer_too(
    recorded: str, tmp_path: Path
) -> None:
    made = written(
        [called(1, SEARCH, Answer(json.dumps({"debug": recorded})))], failing("hits", "[]", "1 hit")
    )
    told = Script(made.name, made.text.replace("TOKEN=\n", "TOKEN=a.b-c\n", 1), made.bodies)
    shown = "a.b-c" if recorded == "[masked]" else "Bearer a.b-c"

    assert tried(told, tmp_path, Answer(json.dumps({"debug": shown}))) == 1
    assert tried(told, tmp_path, Answer(json.dumps({}))) == 0


@pytest.mark.parametrize(
    "recorded",
    [
        pytest.param("NM1*QC*1*[masked]*[masked]~", id="x12"),
        pytest.param('{"lastName": "[masked]", "firstName": "[masked]"}', id="json"),
    ],
)
def test_an_answer_of_which_the_record_masks_a_person_is_left_to_people(recorded: str) -> None:
    made = written([called(1, SEARCH, Answer(recorded))], failing("hits", "[]", "1 hit"))

    assert "The record masks values of a person in this answer." in made.text


def test_the_control_number_of_a_group_is_new_in_every_answer(tmp_path: Path) -> None:
    def envelope(number: int) -> Answer:
        return Answer(f"GS*HI*SENDER*PAYER*20261130*2246*{number}*X~BHT*0007~GE*1*{number}~")

    made = written([called(1, SEARCH, envelope(42))], failing("bht", "x", "y"))

    assert tried(made, tmp_path, envelope(7)) == 1


LOGIN = TokenEndpoint("", "/apip/auth/v2/token", takes_form=False)
GRANTED = Answer(json.dumps({"access_token": "a.b.c", "expires_in": 3600}))


def logged_in(*calls: Exchange) -> Script:
    """Return the script of calls with a token, the last of which was answered by 500."""
    headers = (("Authorization", "Bearer [masked]"),)
    sent = [
        each
        if each.case == CLOCK
        else replace(each, request=replace(each.request, headers=headers))
        for each in calls
    ]
    check = failing("status", "200", "500", sent[-1].id)
    found = record((plan(CASE),), (Outcome(CASE, Status.FAIL, (check,)),), sent)
    verdict = judged(found)
    (each,) = reproductions(verdict.causes, found, verdict.findings).values()
    return script(each, found.run, LOGIN)


def test_another_token_is_asked_for_when_time_has_passed(tmp_path: Path) -> None:
    made = logged_in(
        called(1, CREATE, Answer()),
        called(2, "POST /_mock/clock", Answer(), '{"advance":86400.0}', case=CLOCK),
        called(3, SEARCH, Answer(status=500)),
    )

    answers = (GRANTED, Answer(), Answer(), GRANTED, Answer(status=500))
    assert tried(made, tmp_path, *answers) == 1


def test_a_token_that_is_refused_does_not_say_that_the_fault_is_gone(tmp_path: Path) -> None:
    made = logged_in(called(1, SEARCH, Answer(status=500)))

    assert tried(made, tmp_path, GRANTED, Answer(status=200)) == 0
    assert tried(made, tmp_path, GRANTED, Answer(status=401)) == 2


def test_a_wrong_charset_is_looked_for_in_the_content_type(tmp_path: Path) -> None:
    bad = Answer(headers=(("content-type", "application/json; charset=iso-8859-1"),))
    good = Answer(headers=(("content-type", "application/json"),))

    made = written(
        [called(1, SEARCH, bad)],
        failing("wire.charset", "UTF-8, as JSON always is", "iso-8859-1"),
    )

    assert (tried(made, tmp_path, bad), tried(made, tmp_path, good)) == (1, 0)


def test_what_takes_the_credentials_of_another_is_not_decided(tmp_path: Path) -> None:
    case = "medical/status/foreign-trace-id"
    call = called(1, SEARCH, Answer(), case=case)
    bad = Outcome(case, Status.FAIL, (failing("foreign", "4xx or an empty list", "200"),))
    found = record((plan(case),), (bad,), (call,))
    verdict = judged(found)
    (each,) = reproductions(verdict.causes, found, verdict.findings).values()
    made = script(each, found.run, None)

    assert "logs in as another client" in made.text
    assert tried(made, tmp_path, Answer()) == 3


ONE, OTHER = Answer('{"decision": "A4"}'), Answer('{"decision": "A1"}')


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param((ONE, OTHER), 1, id="as in the run"),
        pytest.param((OTHER, ONE), 1, id="the other way about"),
        pytest.param((OTHER, OTHER), 0, id="alike, as the last of the run"),
        pytest.param((ONE, ONE), 0, id="alike, as the first of the run"),
    ],
)
def test_two_answers_that_must_be_alike_are_compared_with_each_other(
    answers: tuple[Answer, Answer], code: int, tmp_path: Path
) -> None:
    calls = [called(1, SEARCH, ONE), called(2, SEARCH, OTHER)]

    made = written(calls, failing("decision.again", "A4", "A1", 2))

    assert tried(made, tmp_path, *answers) == code


def test_two_answers_to_one_request_that_differ_in_no_single_word_are_compared_as_wholes(
    tmp_path: Path,
) -> None:
    one, other = Answer('{"times": ["now", "then"]}'), Answer('{"times": ["then"]}')
    calls = [called(1, SEARCH, one), called(2, SEARCH, other)]

    made = written(calls, failing("states.twin", "the same", "moved", 2))

    assert tried(made, tmp_path, other, one) == 1
    assert tried(made, tmp_path, one, one) == 0


def test_answers_to_different_requests_show_a_fault_where_all_of_them_are_those_of_the_run(
    tmp_path: Path,
) -> None:
    one, other = Answer('{"member": "x"}'), Answer('{"members": ["y"]}')
    calls = [called(1, CREATE, one), called(2, SEARCH, other)]

    made = written(calls, failing("details.twin", "no difference", "memberId", 2))

    assert tried(made, tmp_path, one, other) == 1
    assert tried(made, tmp_path, one, Answer('{"members": ["x"]}')) == 0


def test_a_number_that_is_given_out_again_and_again_is_looked_for_in_all_answers(
    tmp_path: Path,
) -> None:
    def receipt(control: str, file: int) -> Answer:
        told = {"createdAt": "2026-11-22T10:00Z", "control": control, "ids": [f"CHC#77000{file}"]}
        return Answer(json.dumps(told), 201)

    calls = [called(number, CREATE, receipt(ID, number)) for number in (1, 2, 3)]
    made = written(calls, failing("control-numbers.distinct", "3", "1", 3))

    again = [receipt("CHC#000000000077", number) for number in (4, 5, 6)]
    assert tried(made, tmp_path, *again) == 1
    sound = [receipt(f"CHC#00000000008{number}", number) for number in (4, 5, 6)]
    assert tried(made, tmp_path, *sound) == 0


def jwt(header: object, claims: object) -> str:
    parts = [json.dumps(each).encode() for each in (header, claims)]
    return ".".join([*(urlsafe_b64encode(each).decode().rstrip("=") for each in parts), "c2ln"])


SIGNED = {"alg": "HS256", "typ": "JWT"}
SOUND = jwt(SIGNED, {"iat": 1_000_000, "exp": 1_003_600})


@pytest.mark.parametrize(
    ("token", "actual"),
    [
        pytest.param("opaque-token", "1 segments", id="opaque"),
        pytest.param(jwt({"alg": "none"}, {"iat": 1}), "an unsigned token", id="unsigned"),
        pytest.param(
            jwt(SIGNED, {"iat": 1_000_000, "exp": 1_000_060}),
            "exp 60 s after iat, expires_in 3600",
            id="short",
        ),
    ],
)
def test_a_token_is_looked_into_since_the_record_masks_it(
    token: str, actual: str, tmp_path: Path
) -> None:
    def granted(value: str) -> Answer:
        return Answer(json.dumps({"access_token": value, "expires_in": 3600}))

    made = written([called(1, TOKEN, granted("[masked]"))], failing("token.jwt", "a JWT", actual))

    assert tried(made, tmp_path, granted(token)) == 1
    assert tried(made, tmp_path, granted(SOUND)) == 0


def test_any_of_several_codes_will_do(tmp_path: Path) -> None:
    bad = Answer('{"code": "DENTATT_999"}', 400)
    calls = [called(1, CREATE, bad, '{"a": 1}'), called(2, CREATE, bad)]

    made = written(calls, failing("error.code", "DENTATT_004 or DENTATT_006", "DENTATT_999", 2))

    assert tried(made, tmp_path, bad, bad) == 1
    assert tried(made, tmp_path, bad, Answer('{"code": "DENTATT_006"}', 400)) == 0


def test_a_time_that_comes_twice_is_no_id_to_look_for(tmp_path: Path) -> None:
    told = '[{"at": "2026-11-22T10:00Z", "documents": []}]'
    calls = [called(1, CREATE, Answer(told)), called(2, SEARCH, Answer(told))]
    made = written(calls, failing("summary", "a node in $response.body", told, 2))

    sound = Answer('[{"at": "2026-11-22T10:00Z", "documents": [1]}]')
    assert tried(made, tmp_path, Answer(told), Answer(told)) == 1
    assert tried(made, tmp_path, Answer(told), sound) == 0


def test_of_a_long_case_what_stored_the_thing_that_is_looked_for_is_kept(tmp_path: Path) -> None:
    calls = [
        called(number, CREATE, Answer(), json.dumps({"member": f"unheard-of-{number:02}"}))
        for number in range(1, 23)
    ]
    calls.append(called(23, SEARCH, Answer("[]"), json.dumps({"member": "unheard-of-07"})))

    made = written(calls, failing("hits", "1 hit", "none", 23))

    assert made.text.count("\nsend ") == 2
    assert tried(made, tmp_path, Answer(), Answer("[]")) == 1
    assert json.loads((tmp_path / "fake/1.sent").read_text()) == {"member": "unheard-of-07"}


def test_what_another_client_of_a_sequence_calls_is_not_decided(tmp_path: Path) -> None:
    way = "200 after: new token; upload 1; search 1.1 as foreign"
    calls = [called(1, CREATE, Answer()), called(2, SEARCH, Answer())]

    made = written(calls, failing("status", "4xx", way, 2))

    assert tried(made, tmp_path, Answer(), Answer()) == 3


def test_what_is_listed_beside_the_one_that_was_asked_for_is_looked_for(tmp_path: Path) -> None:
    calls = [
        called(1, CREATE, Answer(), json.dumps({"name": "PLAIN-0001"})),
        called(2, CREATE, Answer(), json.dumps({"name": "mine-0001"})),
        called(3, SEARCH, Answer('["PLAIN-0001", "PLAIN-0001", "mine-0001"]')),
    ]
    actual = '["PLAIN-0001","PLAIN-0001","mine-0001"]'

    made = written(calls, failing("hits", '["mine-0001"]', actual, 3))

    fewer = Answer('["PLAIN-0001", "mine-0001"]')
    assert tried(made, tmp_path, Answer(), Answer(), fewer) == 1
    assert tried(made, tmp_path, Answer(), Answer(), Answer('["mine-0001"]')) == 0
