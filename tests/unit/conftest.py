"""What the mock's unit tests share."""

import pytest

from harness.mock.fault import ActiveFaults
from harness.mock.faults import active


@pytest.fixture
def no_faults() -> ActiveFaults:
    return active(())
