"""The judge is proved by clients of which it is known whether they are right; here the short form."""

import shutil

import pytest

from tests.program import ROOT, harness

CAUGHT = (
    "token-per-call",
    "ignores-retry-after-dates",
    "retries-at-once",
    "claim-id-misspelt",
    "cuts-ids",
    "first-hit-always",
    "stops-at-failed-fax",
    "control-numbers-differ",
    "follows-with-token",
    "trusts-anybody",
)


def proved(*options: str) -> tuple[int, str]:
    done = harness("judge", "prove", *options, folder=ROOT)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_broken_clients_are_caught_by_their_own_scenarios() -> None:
    code, output = proved(*(word for name in CAUGHT for word in ("--only", name)))

    assert code == 0, output
    assert f"{len(CAUGHT)} of {len(CAUGHT)} broken clients caught" in output


@pytest.mark.slow
@pytest.mark.parametrize("client", ["requests", "http-client", "flat", "node"])
def test_good_clients_are_not_accused(client: str) -> None:
    if client == "node" and shutil.which("node") is None:
        pytest.skip("node is not installed")
    patterns = ("*/create/*", "*/search/*", "*/token/right-form", "prior-auth/submission/*")
    wanted = [word for each in patterns for word in ("--scenario", each)]

    code, output = proved("--only", client, *wanted, "--seeds", "1")

    assert code == 0, output
    assert "0 of 1 good ones accused" in output


def test_a_client_that_nobody_listed_is_named() -> None:
    code, output = proved("--only", "nobody")

    assert code == 5
    assert "no client that can run is nobody" in output
