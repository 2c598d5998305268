"""When a document can still be stamped: codes 401 of SAT, MX-DATE-01 too old, MX-DATE-02 in the future."""

from datetime import datetime

from ...clock import delays
from ...findings import Finding


def window(fecha: datetime, now: datetime) -> list[Finding]:
    """Whether SAT takes a document of `fecha` at `now`, both local times of the place of issue (RMF 2.7.2.5: 72 hours).

    A later time of the same day is right: a document that is dated today is sealed with the moment of sealing.
    """
    facts = {"date": fecha.date(), "today": now.date()}
    if fecha.date() > now.date():
        return [Finding.error("MX-DATE-02", "Fecha", **facts)]
    if (now - fecha).total_seconds() > delays().stamp_window_hours * 3600:
        return [Finding.error("MX-DATE-01", "Fecha", **facts)]
    return []
