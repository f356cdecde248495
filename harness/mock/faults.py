"""The catalogue: every fault there is, and the way from ids to faults."""

from collections.abc import Iterable, Mapping

from harness.errors import UnknownName
from harness.mock import damage, faults_edges, faults_gateway, faults_trouble, faults_twins, slips
from harness.mock.fault import ActiveFaults, Fault, Named
from harness.products.dental.mock import faults_answers as faults_dental_answers
from harness.products.dental.mock import faults_rules as faults_dental_rules
from harness.products.medical.mock import faults_answers as faults_medical_answers
from harness.products.medical.mock import faults_retrieval
from harness.products.medical.mock import faults_rules as faults_medical_rules
from harness.products.platform.mock import faults_protocol, faults_tokens
from harness.products.prior_auth.mock import faults as faults_prior_auth
from harness.products.prior_auth.mock import faults_forms as faults_prior_auth_forms
from harness.products.prior_auth.mock import faults_pairs as faults_prior_auth_pairs

FAULTS: tuple[Fault, ...] = (
    *faults_protocol.FAULTS,
    *faults_tokens.FAULTS,
    *faults_gateway.FAULTS,
    *faults_dental_rules.FAULTS,
    *faults_dental_answers.FAULTS,
    *faults_medical_rules.FAULTS,
    *faults_medical_answers.FAULTS,
    *faults_retrieval.FAULTS,
    *faults_prior_auth.FAULTS,
    *faults_prior_auth_forms.FAULTS,
    *faults_prior_auth_pairs.FAULTS,
    *faults_trouble.FAULTS,
    *faults_edges.FAULTS,
    *faults_twins.FAULTS,
    *slips.FAULTS,
    *damage.FAULTS,
)

_BY_ID: Mapping[str, Fault] = {fault.id: fault for fault in FAULTS}


def fault_called(name: str) -> Fault:
    """Return a fault by its id. Raises UnknownName, which suggests a near one."""
    if name not in _BY_ID:
        raise UnknownName(None, kind="fault", name=name, known=tuple(_BY_ID))
    return _BY_ID[name]


def active(names: Iterable[str], others: Iterable[Named] = ()) -> ActiveFaults:
    """Return the faults with these ids and whatever else is on. Raises UnknownName."""
    return ActiveFaults([*map(fault_called, names), *others])
