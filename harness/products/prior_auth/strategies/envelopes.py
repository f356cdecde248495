"""Generate the envelopes of X12 messages."""

from datetime import datetime

from hypothesis import strategies as st

from harness.x12.build import Envelope
from harness.x12.delimiters import USUAL, Delimiters
from harness.x12.kinds import Kind

_FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 the dates of a message name no zone
_LAST = datetime(2025, 12, 31)  # noqa: DTZ001
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
        written=st.datetimes(_FIRST, _LAST),
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
