"""The kinds of data of dental attachments that can be printed."""

from collections.abc import Mapping

from hypothesis.strategies import SearchStrategy

from harness.config import MOCK_SUBMITTER_ID, MOCK_TAX_ID
from harness.jsonvalue import Json
from harness.products.dental.strategies import values
from harness.products.dental.strategies.claims import claims
from harness.products.dental.strategies.mutations import mutations
from harness.strategies.samples import Kind, SamplePart


def _claims() -> SearchStrategy[Mapping[str, Json]]:
    # Claims that the mock accepts as they are printed.
    return claims(submitter_id=MOCK_SUBMITTER_ID, tax_id=MOCK_TAX_ID)


def _mutations(claim: Mapping[str, Json]) -> Mapping[str, Json]:
    return {mutation.rule: mutation.claim for mutation in mutations(claim)}


PART = SamplePart(
    {
        "tooth": Kind(
            "tooth numbers of the Universal system",
            ("tooth --count 5",),
            values.tooth_numbers,
            {"fdi-only": values.fdi_only_tooth_numbers, "bad-list": values.malformed_tooth_lists},
        ),
        "procedure": Kind(
            "procedure codes in the form of CDT",
            ("procedure --broken too-long",),
            values.procedure_codes,
            {
                "too-long": values.too_long_procedure_codes,
                "bad-list": values.malformed_procedure_lists,
            },
        ),
        "claim": Kind(
            "whole dental claims as JSON, one a line",
            ("claim", "claim --broken list"),
            _claims,
            mutations=_mutations,
            way="fault of a claim",
        ),
    }
)
