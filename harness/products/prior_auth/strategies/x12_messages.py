"""Generate X12 278 messages: sound ones, and ones that break one named rule."""

from hypothesis import strategies as st

from harness.errors import InvalidArgument
from harness.products.prior_auth.strategies.requests import paired_requests
from harness.products.prior_auth.strategies.x12_mutations import BREAKABLE, broken
from harness.x12.kinds import Kind


def x12_278_inquiries(*, key: str = "", member_id: str = "") -> st.SearchStrategy[str]:
    """Generate 005010X215 inquiries, under the known payer and for a test member by default."""
    requests = paired_requests(kind=Kind.INQUIRY, key=key, member_id=member_id)
    return requests.map(lambda request: request.x12)


def x12_278_submissions(*, key: str = "", member_id: str = "") -> st.SearchStrategy[str]:
    """Generate 005010X217 submissions, under one of the known keys by default."""
    requests = paired_requests(kind=Kind.SUBMISSION, key=key, member_id=member_id)
    return requests.map(lambda request: request.x12)


def broken_x12_278_messages(*, rule: str, kind: Kind) -> st.SearchStrategy[str]:
    """Generate messages that break one rule of `harness.x12.findings`. Raises InvalidArgument."""
    if rule not in BREAKABLE:
        raise InvalidArgument(f"no message can be made that breaks the rule '{rule}'.")
    messages = x12_278_inquiries() if kind is Kind.INQUIRY else x12_278_submissions()
    return messages.map(lambda text: broken(text, rule))
