"""Judge small records, and look a gate of a verdict up."""

from harness.openapi.requirements import Requirement
from harness.outcome import Outcome
from harness.record import Record
from harness.verdict.fold import judge
from harness.verdict.gates import PROFILES
from harness.verdict.model import Verdict
from tests.unit.report.samples import TODAY, exchange, passed, plan, record

CASE = "dental/create/npi-checksum"
OTHER = "dental/create/tooth-number"


def judged(found: Record, *requirements: Requirement, profile: str = "ci") -> Verdict:
    return judge(found, requirements, PROFILES[profile], today=TODAY)


def two(second: Outcome) -> Record:
    plans = (plan(CASE, "D001"), plan(OTHER, "D002"))
    return record(plans, (passed(CASE, exchange=1), second), (exchange(1, CASE),))


def gate(verdict: Verdict, name: str) -> tuple[float, float, bool]:
    found = next(each for each in verdict.gates if each.name == name)
    return found.limit, found.actual, found.passed
