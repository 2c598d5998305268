"""What SAT says about the certificate that seals (CSD).

A CSD is known to the providers only once it is in SAT's list of those who may issue (LCO), which takes up to 72 hours
from its first moment. Until then the answer is 402; the same answer later means that the taxpayer may not issue: the
CSD is restricted (CFF 17-H Bis), or the RFC has no obligations that allow it. 304 is a CSD that was left without
effect (CFF 17-H), or one that has expired. Nothing of all this spends a stamp.
"""

from datetime import datetime, timedelta

from .. import clock
from ..enums import TextEnum

NOT_LISTED, WITHOUT_EFFECT = "402", "304"


class Standing(TextEnum):
    """Why a CSD cannot seal although its dates allow it: `WAITING` ends by itself, the others when a person acts."""

    WAITING = "waiting"
    RESTRICTED = "restricted"
    REVOKED = "revoked"


def listed_by(not_before: datetime) -> datetime:
    """When a CSD whose validity begins at `not_before` is in the list at the latest; both in UTC, aware or naive."""
    return not_before + timedelta(hours=clock.delays().lco_hours)


def standing(code: str, not_before: datetime, not_after: datetime, now: datetime) -> Standing | None:
    """What the answer `code` of a provider says about the CSD; None where it says nothing, or its dates tell it."""
    if code == NOT_LISTED:
        return Standing.WAITING if now < listed_by(not_before) else Standing.RESTRICTED
    if code == WITHOUT_EFFECT and now < not_after:
        return Standing.REVOKED
    return None
