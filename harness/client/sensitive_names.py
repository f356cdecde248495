"""Know by its name what is a credential and what speaks of a patient, however the name is spelt."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

_SEPARATORS = re.compile(r"[^a-z0-9]")


class Kind(Enum):
    """Why a value is masked."""

    SECRET = "secret"
    PATIENT = "patient"


_SECRET_ENDINGS = (
    *("token", "secret", "password", "passwd", "passphrase", "pwd", "apikey", "subscriptionkey"),
    *("accesskey", "privatekey", "authorization", "cookie", "cookies", "credential", "credentials"),
    *("sessionid", "clientassertion", "accesscode", "pincode"),
)
"""How names of credentials end, without separators and in lower case: `X-Auth-Token`, `api_key`."""
_NO_SECRETS = frozenset({"pagetoken", "nextpagetoken", "nexttoken", "continuationtoken"})
_PATIENT = frozenset(
    {
        *("patientfirstname", "patientlastname", "patientmiddlename", "patientname", "patientid"),
        *("patientdateofbirth", "patientbirthdate", "patientdob", "patientssn", "patientaddress"),
        *("firstname", "lastname", "middlename", "givenname", "familyname", "surname", "fullname"),
        *("maidenname", "given", "family", "subscribername", "membername", "dependentname"),
        *("dateofbirth", "birthdate", "birthday", "dob", "deathdate", "dateofdeath"),
        *("memberid", "memberids", "membernumber", "subscriberid", "subscribernumber", "insuredid"),
        *("mrn", "medicalrecordnumber", "ssn", "socialsecuritynumber", "medicareid", "medicaidid"),
        *("address1", "address2", "addressline", "addressline1", "addressline2", "street"),
        *("streetaddress", "phonenumber", "phone", "telephone", "mobile", "email", "emailaddress"),
        *("telecom",),
    }
)
"""Names from the vendor's documents, from FHIR R4 (Patient) and from what is common beside them."""


class SensitiveNames:
    """The one list of names, and what a user has added to it."""

    def __init__(self, added: Iterable[str] = ()) -> None:
        self._added = frozenset(map(_plain, added))
        self.kind = lru_cache(maxsize=10_000)(self._kind)
        """Return why the value of a name is masked; None where it is not."""

    def _kind(self, name: str) -> Kind | None:
        plain = _plain(name)
        if plain in self._added:
            return Kind.SECRET
        if plain.endswith(_SECRET_ENDINGS) and plain not in _NO_SECRETS:
            return Kind.SECRET
        return Kind.PATIENT if plain in _PATIENT else None


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())
