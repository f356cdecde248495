"""Generate prior authorization requests in their JSON form, and the same request in both forms."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from hypothesis import strategies as st

from harness import document
from harness.jsonvalue import Json, items, members, text
from harness.products.prior_auth.strategies.reviews import request_json, reviews
from harness.resources import shipped
from harness.x12.build import Envelope, build
from harness.x12.interchange import USUAL, Delimiters
from harness.x12.messages import request
from harness.x12.review import Kind, Review


@cache
def inquiry_payer() -> str:
    """Return the payer under which the test members are known."""
    return text(members(_table()).get("inquiry_payer"))


@cache
def known_member_ids() -> tuple[str, ...]:
    """Return the member ids with a canned inquiry answer."""
    return _ids("members")


@cache
def submission_keys() -> tuple[str, ...]:
    """Return the clearing house ids with a canned submission answer."""
    return _ids("submission_keys")


def _ids(name: str) -> tuple[str, ...]:
    rows = items(members(_table()).get(name))
    return tuple(text(members(row).get("id")) for row in rows)


@cache
def _table() -> Json:
    return document.read(shipped("specs") / "prior-auth" / "sandbox.yaml").data


SENDER = "SYNTHSENDER"


@dataclass(frozen=True, slots=True)
class PriorAuthRequest:
    """One request for a review that can be sent in either form."""

    envelope: Envelope
    review: Review

    @property
    def json(self) -> dict[str, Json]:
        """The body of the JSON endpoint."""
        envelope = self.envelope
        return request_json(envelope.kind, self.review, envelope.sender, envelope.receiver)

    @property
    def x12(self) -> str:
        """The message for the X12 endpoint."""
        return build(request(self.envelope, self.review))


def prior_auth_requests(
    *, kind: Kind, key: str = "", member_id: str = ""
) -> st.SearchStrategy[dict[str, Json]]:
    """Generate valid JSON requests that a canned answer exists for."""
    return paired_requests(kind=kind, key=key, member_id=member_id).map(
        lambda request: request.json
    )


def paired_requests(
    *, kind: Kind, key: str = "", member_id: str = ""
) -> st.SearchStrategy[PriorAuthRequest]:
    """Generate valid requests in both forms; any known key and member where none is given.

    The key is the clearing house id. An inquiry repeats it as its payer id.
    """
    # Only these have an answer; under any other key nothing could be compared.
    known = (inquiry_payer(),) if kind is Kind.INQUIRY else submission_keys()
    members = known_member_ids() if kind is Kind.INQUIRY and not key else ("",)
    chosen = st.tuples(
        st.sampled_from((key,) if key else known),
        st.sampled_from((member_id,) if member_id else members),
    )
    return chosen.flatmap(lambda pair: _paired(kind, *pair))


def _paired(kind: Kind, key: str, member_id: str) -> st.SearchStrategy[PriorAuthRequest]:
    # Of a submission the payer selects nothing, and its answer names another one (C78).
    payer_id = key if kind is Kind.INQUIRY else "SYNTHPAYER"
    return st.builds(
        PriorAuthRequest,
        envelope=envelopes(kind=kind, sender=SENDER, receiver=key),
        review=reviews(kind=kind, payer_id=payer_id, member_id=member_id),
    )


_FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 the dates of a message name no zone


_LAST = datetime(2025, 12, 31)  # noqa: DTZ001


# No sign stands in two of them, so that any choice is a valid set of delimiters.
_ELEMENTS, _REPETITIONS, _COMPONENTS, _SEGMENTS = "*|\x1d", "^!", ":>\x1f", "~\n\x1c"


def envelopes(
    *, kind: Kind, sender: str, receiver: str, any_delimiters: bool = False
) -> st.SearchStrategy[Envelope]:
    """Generate envelopes with all kinds of numbers, with the usual delimiters or with any."""
    return st.builds(
        Envelope,
        kind=st.just(kind),
        sender=st.just(sender),
        receiver=st.just(receiver),
        # The two digits of a year in ISA09 then mean one century.
        written=st.datetimes(_FIRST, _LAST),
        # ISA13 has nine digits.
        control_number=st.integers(0, 999_999_999),
        group_number=st.integers(1, 999_999_999).map(str),
        transaction_number=st.integers(1, 9999).map("{:04}".format),
        delimiters=delimiters() if any_delimiters else st.just(USUAL),
    )


def delimiters() -> st.SearchStrategy[Delimiters]:
    """Generate delimiters that differ from each other and from everything that values hold."""
    return st.builds(
        Delimiters,
        element=st.sampled_from(_ELEMENTS),
        repetition=st.sampled_from(_REPETITIONS),
        component=st.sampled_from(_COMPONENTS),
        segment=st.sampled_from(_SEGMENTS),
    )
