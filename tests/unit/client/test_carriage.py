import time
from dataclasses import replace

import httpx
import pytest

from harness.client.carriage import carriage
from harness.client.direct import DirectTransport
from harness.client.wire import Wire
from harness.errors import ConfigurationError
from tests.fakes import ENVIRONMENT


@pytest.mark.parametrize(
    ("transport", "proxy", "kind"),
    [
        ("direct", "", DirectTransport),
        ("httpx", "", httpx.HTTPTransport),
        ("direct", "http://127.0.0.1:1", httpx.HTTPTransport),
    ],
)
def test_the_transport_of_httpx_is_used_where_it_is_asked_for_or_a_proxy_is_set(
    transport: str, proxy: str, kind: type[httpx.BaseTransport]
) -> None:
    environment = replace(ENVIRONMENT, transport=transport, proxy=proxy)

    with carriage(environment, Wire(time.monotonic)) as found:
        assert type(found) is kind


def test_another_transport_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"'curl' is no transport\. Write direct or httpx"):
        carriage(replace(ENVIRONMENT, transport="curl"), Wire(time.monotonic))
