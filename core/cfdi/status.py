"""What SAT's status service says about a CFDI (ConsultaCFDIService; mexico.md 4.8), as one meaning.

The service answers in words that changed over the years, in accents and in what follows them: they are compared without
accents and by how they begin. `Estado` leads; what stands beside it tells how a cancellation may go or went.
"""

import unicodedata
from dataclasses import dataclass

from ..enums import TextEnum

# ValidacionEFOS of a document whose parties are not in SAT's list of article 69-B
_NOT_LISTED = frozenset({"", "200", "201"})


class Standing(TextEnum):
    """What the document is to SAT.

    `NOT_FOUND` proves nothing for 72 hours after the stamp: the register follows the providers with delay.
    """

    LIVE = "live"
    CANCELLED = "cancelled"
    NOT_FOUND = "not_found"
    BAD_QUESTION = "bad_question"  # the printed expression was not understood (601)
    UNKNOWN = "unknown"  # words that this reader does not know


class Cancellable(TextEnum):
    """Whether the issuer may cancel it; `NO`: a live document refers to it."""

    NO = "no"
    WITHOUT_ACCEPTANCE = "without_acceptance"
    WITH_ACCEPTANCE = "with_acceptance"
    UNSAID = ""


class Request(TextEnum):
    """What became of the last request to cancel it."""

    NONE = ""
    IN_PROCESS = "in_process"
    REJECTED = "rejected"
    WITHOUT_ACCEPTANCE = "without_acceptance"
    WITH_ACCEPTANCE = "with_acceptance"
    EXPIRED = "expired"  # the receiver did not answer in three working days, which cancels it
    UNKNOWN = "unknown"


_STANDINGS = (("vigente", Standing.LIVE), ("cancelado", Standing.CANCELLED), ("no encontrado", Standing.NOT_FOUND))
_CANCELLABLE = (
    ("no cancelable", Cancellable.NO),
    ("cancelable sin", Cancellable.WITHOUT_ACCEPTANCE),
    ("cancelable con", Cancellable.WITH_ACCEPTANCE),
)
_REQUESTS = (
    ("en proceso", Request.IN_PROCESS),
    ("solicitud rechazada", Request.REJECTED),
    ("cancelado sin", Request.WITHOUT_ACCEPTANCE),
    ("cancelado con", Request.WITH_ACCEPTANCE),
    ("plazo vencido", Request.EXPIRED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SatStatus:
    """One answer. `efos` is ValidacionEFOS as it came."""

    standing: Standing
    cancellable: Cancellable = Cancellable.UNSAID
    request: Request = Request.NONE
    efos: str = ""

    @property
    def is_final(self) -> bool:
        """Nothing that anybody does changes it any more."""
        return self.standing == Standing.CANCELLED

    @property
    def waits_for_receiver(self) -> bool:
        """The receiver has not answered a request; without an answer its deadline cancels the first one of them."""
        return self.standing == Standing.LIVE and self.request == Request.IN_PROCESS

    @property
    def may_be_requested(self) -> bool:
        """A cancellation can be asked for now, also again after the receiver rejected one."""
        possible = self.cancellable in (Cancellable.WITHOUT_ACCEPTANCE, Cancellable.WITH_ACCEPTANCE)
        return self.standing == Standing.LIVE and possible and self.request != Request.IN_PROCESS

    @property
    def names_listed_party(self) -> bool:
        """Issuer or a third party is in SAT's list of article 69-B, or the code is not known to say otherwise."""
        return self.efos not in _NOT_LISTED


def read(*, code: str, state: str, cancellable: str = "", cancellation: str = "", efos: str = "") -> SatStatus:
    """The meaning of the five fields of an Acuse: CodigoEstatus, Estado, EsCancelable, EstatusCancelacion,
    ValidacionEFOS. Words that are not known are `UNKNOWN`, never the next best.
    """
    return SatStatus(
        standing=_standing(_plain(code), _plain(state)),
        cancellable=_named(_CANCELLABLE, _plain(cancellable), Cancellable.UNSAID),
        request=_named(_REQUESTS, _plain(cancellation), Request.UNKNOWN) if _plain(cancellation) else Request.NONE,
        efos=efos.strip(),
    )


def _standing(code: str, state: str) -> Standing:
    if code.startswith("n") and "601" in code:
        return Standing.BAD_QUESTION
    found = _named(_STANDINGS, state, Standing.UNKNOWN)
    # "N" beside a document that exists is no answer that can be acted on
    return found if code.startswith("n") == (found == Standing.NOT_FOUND) else Standing.UNKNOWN


def _named(table: tuple, words: str, otherwise):
    return next((meaning for beginning, meaning in table if words.startswith(beginning)), otherwise)


def _plain(words: str) -> str:
    """Lower case, one blank between words, no accents."""
    decomposed = unicodedata.normalize("NFKD", " ".join(words.split()).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
