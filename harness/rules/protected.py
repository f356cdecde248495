"""Know the operations that want a bearer token, and call them without minding what else they want."""

import re
from dataclasses import dataclass

from harness.exchange import Headers
from harness.rules.target import Answered, Target

RETRIEVES = ("retrieves_uploads",)
_PARAMETER = re.compile(r"\{[^}]*\}")
_SOME_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Protected:
    """An operation that wants a token: where its cases are filed and what they verify."""

    api: str
    group: str
    operation_id: str
    prefix: str
    requirements: tuple[str, ...]
    missing_requirements: tuple[str, ...]
    """Verified in addition by sending no header at all."""
    suffix: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_health(self) -> bool:
        return self.prefix.endswith("health")

    @property
    def is_read(self) -> bool:
        """Tell whether it is called by GET."""
        return self.is_health or self.operation_id.startswith("get")

    def call(
        self,
        target: Target,
        *,
        headers: Headers = (),
        body: bytes = b"",
        method: str | None = None,
        suffix: str | None = None,
    ) -> Answered:
        """Call the operation with these headers alone; its path names something that does not exist."""
        operation = target.operation(self.api, self.operation_id)
        return target.call(
            operation,
            headers=headers,
            body=body,
            method=method,
            path=_PARAMETER.sub(_SOME_ID, operation.full_path),
            suffix=self.suffix if suffix is None else suffix,
        )


_DENTAL, _DENTAL_MISSING = ("D009",), ("D122",)
_MEDICAL = _HEALTH = ("O003",)
_PRIOR_AUTH = ("O003", "P006", "P029")
_MISSING = ("O021",)


def _dental(operation_id: str, prefix: str) -> Protected:
    return Protected("dental", "dental", operation_id, prefix, _DENTAL, _DENTAL_MISSING)


def _medical(
    api: str, operation_id: str, prefix: str, suffix: str = "", needs: tuple[str, ...] = ()
) -> Protected:
    return Protected(api, "medical", operation_id, prefix, _MEDICAL, _MISSING, suffix, needs)


def _prior_auth(
    operation_id: str, prefix: str, requirements: tuple[str, ...] = _PRIOR_AUTH
) -> Protected:
    return Protected("prior-auth", "prior-auth", operation_id, prefix, requirements, _MISSING)


PROTECTED = (
    _dental("checkDentalHealth", "dental/health"),
    _dental("createAttachments", "dental/create"),
    _dental("createAttachmentsWithImageIntelligence", "dental/image-intelligence"),
    _dental("searchAttachments", "dental/search"),
    _medical("medical-submission", "checkSubmissionHealth", "medical/upload-health"),
    _medical("medical-submission", "uploadAttachments", "medical/upload"),
    _medical("medical-status", "checkStatusHealth", "medical/status-health"),
    _medical("medical-status", "getAttachmentStatus", "medical/status", "?fieldset=summary"),
    _medical("medical-status", "searchAttachmentStatus", "medical/metadata"),
    _medical(
        "medical-retrieval", "checkRetrievalHealth", "medical/retrieval/health", needs=RETRIEVES
    ),
    _medical("medical-retrieval", "searchDocuments", "medical/retrieval/search", needs=RETRIEVES),
    _medical("medical-retrieval", "getDocument", "medical/retrieval/document", needs=RETRIEVES),
    _prior_auth("checkPriorAuthHealth", "prior-auth/health", _HEALTH),
    _prior_auth("inquire", "prior-auth/inquiry"),
    _prior_auth("inquireX12", "prior-auth/inquiry-x12"),
    _prior_auth("submit", "prior-auth/submission"),
    _prior_auth("submitX12", "prior-auth/submission-x12"),
)
