"""The kinds of data of prior authorization that can be printed."""

from harness.products.prior_auth.strategies.x12_messages import (
    x12_278_inquiries,
    x12_278_submissions,
)
from harness.strategies.samples import Kind, SamplePart

PART = SamplePart(
    {
        "x12 inquiry": Kind("X12 278 inquiries, one a line", ("x12 inquiry",), x12_278_inquiries),
        "x12 submission": Kind(
            "X12 278 submissions, one a line", ("x12 submission",), x12_278_submissions
        ),
    }
)
