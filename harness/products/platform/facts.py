"""The two token endpoints of the platform, as the documents of several products describe them."""

from collections.abc import Mapping

from harness.product import TokenEndpoint

SNTL_PATH = "/apip/auth/sntl/v1/token"
V2_PATH = "/apip/auth/v2/token"


def sntl(requirements: Mapping[str, tuple[str, ...]]) -> TokenEndpoint:
    """Return the endpoint that takes a form; its documents name one hour and two (C12)."""
    return TokenEndpoint(
        "token-sntl",
        SNTL_PATH,
        takes_form=True,
        # In seconds.
        lifetimes=(3600.0, 7200.0),
        requirements=requirements,
    )


def v2(requirements: Mapping[str, tuple[str, ...]]) -> TokenEndpoint:
    """Return the endpoint that takes JSON and speaks RFC 6749; several products share it."""
    return TokenEndpoint("token-v2", V2_PATH, requirements=requirements)
