import json
from dataclasses import replace
from datetime import UTC, datetime

from harness.judge.calls import Reply
from harness.judge.scenario import Turn
from harness.judge.session import fresh, located, scripted
from tests.unit.judge.test_judgement import SCENARIO

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN = Reply(200, (("content-type", "application/json"),), b'[{"statusCode":"02"}]')


def test_only_what_is_there_is_replaced() -> None:
    turn = Turn("status", 1, 9, replace={"/0/statusCode": "06", "/status/0/statusCode": "06"})

    assert json.loads(scripted([turn], OWN, NOW).body) == [{"statusCode": "06"}]


def test_every_uuid_of_a_script_is_another_one() -> None:
    turn = Turn("search", 1, 9, status=200, body=b'["$uuid","$uuid"]')

    first, second = (
        json.loads(fresh(replace(SCENARIO, script=(turn,))).script[0].body or b"") for _ in range(2)
    )

    assert len({*first, *second}) == 4


def test_a_redirect_leads_to_another_host_name_of_the_same_session() -> None:
    reply = located(Reply(307, (("location", "$elsewhere/x"),)), "http://localhost:1/s/k/elsewhere")

    assert reply.header("location") == "http://localhost:1/s/k/elsewhere/x"
