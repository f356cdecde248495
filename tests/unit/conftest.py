"""What the mock's unit tests share."""

import pytest

from harness.mock.fault import ActiveFaults
from tests.products import active


@pytest.fixture
def no_faults() -> ActiveFaults:
    return active(())
