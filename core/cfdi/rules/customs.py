"""What the 21 characters of a customs document say (CFDI40194, CFDI40199; Anexo 22, appendix 1): warnings only.

`AA  aa  pppp  Dnnnnnn`: year, customs house, patent, last digit of the year and a number. The form itself is in
`tables`. Consolidated and rectified documents bend the digit of the year, and SAT opens customs houses between two of
our catalogues; so nothing here blocks.
"""

import re
from collections.abc import Iterator

from ...findings import Finding
from ..model import Comprobante
from .registry import rule

_FORM = re.compile(r"([0-9]{2})  ([0-9]{2})  [0-9]{4}  [0-9]{7}")
# c_Aduana of CFDI 4.0 (all since 2022-01-01; not in the wheel that `dev/update-catalogs` reads), and 85, the airport
# Felipe Ángeles, which appendix 1 of Anexo 22 has since its opening in 2022
_HOUSES = """
01 02 05 06 07 08 11 12 14 16 17 18 19 20 22 23 24 25 26 27 28 30 31 33 34 37 38 39 40 42 43 44 46 47 48 50 51 52 53
64 65 67 73 75 80 81 82 83 84 85
"""
CUSTOMS_HOUSES = frozenset(_HOUSES.split())


@rule("CFDI40194", "CFDI40199")
def customs_documents_can_exist(c: Comprobante) -> Iterator[Finding]:
    for index, line in enumerate(c.conceptos):
        if line.informacion_aduanera:
            yield from _doubts(c, "CFDI40194", f"Conceptos[{index}]", line.informacion_aduanera)
        for number, part in enumerate(line.partes):
            yield from _doubts(c, "CFDI40199", f"Conceptos[{index}].Parte[{number}]", part.informacion_aduanera)


def _doubts(c: Comprobante, code: str, where: str, documents: tuple[str, ...]) -> Iterator[Finding]:
    for index, document in enumerate(documents):
        match = _FORM.fullmatch(document)
        if match is None:
            continue  # the form has a finding of its own, and blocks
        year, house = 2000 + int(match[1]), match[2]
        place = f"{where}.InformacionAduanera[{index}].NumeroPedimento"
        if year > c.fecha.year:
            yield Finding.warning(code, place, value=document, problem="year")
        elif house not in CUSTOMS_HOUSES:
            yield Finding.warning(code, place, value=document, problem="customs house")
