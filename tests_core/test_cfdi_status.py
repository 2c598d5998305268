"""What SAT's words about a CFDI mean: every row of the published table, and words that nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cfdi import status
from core.cfdi.status import Cancellable, Request, SatStatus, Standing

OK = "S - Comprobante obtenido satisfactoriamente."
ROWS = [
    # CodigoEstatus, Estado, EsCancelable, EstatusCancelacion -> standing, cancellable, request, may be requested
    ("N - 601: La expresión impresa proporcionada no es válida.", "No Encontrado", "", "",
     Standing.BAD_QUESTION, Cancellable.UNSAID, Request.NONE, False),
    ("N - 602: Comprobante no encontrado.", "No Encontrado", "", "",
     Standing.NOT_FOUND, Cancellable.UNSAID, Request.NONE, False),
    (OK, "Vigente", "No cancelable", "", Standing.LIVE, Cancellable.NO, Request.NONE, False),
    (OK, "Vigente", "Cancelable sin aceptación", "", Standing.LIVE, Cancellable.WITHOUT_ACCEPTANCE, Request.NONE, True),
    (OK, "Vigente", "Cancelable con aceptación", "", Standing.LIVE, Cancellable.WITH_ACCEPTANCE, Request.NONE, True),
    (OK, "Vigente", "Cancelable con aceptación", "En proceso",
     Standing.LIVE, Cancellable.WITH_ACCEPTANCE, Request.IN_PROCESS, False),
    (OK, "Vigente", "Cancelable con aceptación", "Solicitud rechazada",
     Standing.LIVE, Cancellable.WITH_ACCEPTANCE, Request.REJECTED, True),
    *((OK, "Cancelado", how, words, Standing.CANCELLED, cancellable, request, False)
      for how, cancellable in (("Cancelable sin aceptación", Cancellable.WITHOUT_ACCEPTANCE),
                               ("Cancelable con aceptación", Cancellable.WITH_ACCEPTANCE), ("", Cancellable.UNSAID))
      for words, request in (("Cancelado sin aceptación", Request.WITHOUT_ACCEPTANCE),
                             ("Cancelado con aceptación", Request.WITH_ACCEPTANCE),
                             ("Plazo vencido", Request.EXPIRED))),
]


@pytest.mark.parametrize(("code", "state", "how", "words", "standing", "cancellable", "request_", "possible"), ROWS)
def test_every_row_of_the_table(code, state, how, words, standing, cancellable, request_, possible):
    found = status.read(code=code, state=state, cancellable=how, cancellation=words, efos="200")
    assert found == SatStatus(standing=standing, cancellable=cancellable, request=request_, efos="200")
    assert (found.may_be_requested, found.is_final) == (possible, standing == Standing.CANCELLED)
    assert found.waits_for_receiver == (request_ == Request.IN_PROCESS)


@pytest.mark.parametrize("row", ROWS)
def test_accents_capitals_and_blanks_do_not_matter(row):
    code, state, how, words, *_meaning = row
    bare = [text.upper().replace("Ó", "O").replace("Á", "A") for text in (code, state, how, words)]
    plain = status.read(code=bare[0], state=f" {bare[1]}\n", cancellable=f"{bare[2]} ", cancellation=f"  {bare[3]}")
    assert plain == status.read(code=code, state=state, cancellable=how, cancellation=words)


@pytest.mark.parametrize("code, state", [
    (OK, "No Encontrado"), ("N - 602: Comprobante no encontrado.", "Vigente"), (OK, ""), (OK, "Vencido"), ("", ""),
    ("N - 602", "Cancelado"),
])
def test_words_that_contradict_one_another_or_are_not_known_are_not_guessed(code, state):
    found = status.read(code=code, state=state, cancellable="Cancelable con aceptación")
    assert found.standing == Standing.UNKNOWN
    assert not found.may_be_requested and not found.is_final


def test_an_unknown_word_about_a_cancellation_is_neither_none_nor_final():
    found = status.read(code=OK, state="Vigente", cancellable="Quizás", cancellation="En revisión")
    assert (found.request, found.cancellable) == (Request.UNKNOWN, Cancellable.UNSAID)
    assert not found.waits_for_receiver


@pytest.mark.parametrize("efos, listed", [("", False), ("200", False), ("201", False), (" 200 ", False), ("100", True),
                                          ("104", True), ("300", True)])
def test_a_party_of_the_list_of_article_69_b_is_pointed_out(efos, listed):
    assert status.read(code=OK, state="Vigente", efos=efos).names_listed_party is listed


@given(*[st.text(max_size=60)] * 5)
def test_whatever_words_come_they_have_a_meaning(code, state, how, words, efos):
    found = status.read(code=code, state=state, cancellable=how, cancellation=words, efos=efos)
    assert not (found.is_final and found.may_be_requested)
