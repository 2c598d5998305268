"""Buyers and sellers of test documents: invented, and nobody could take them for somebody.

Their identity cards have twelve digits, more than any that was ever issued; DIAN itself spends such a number on the
final consumer (222222222222).
"""

from .catalogs import (
    CITIZEN_CARD,
    COLOMBIA,
    COLOMBIA_NAME,
    DEPARTMENT,
    NATURAL_PERSON,
    NO_RESPONSIBILITY,
    NOT_APPLICABLE,
    OTHER_TRIBUTE,
    PARTY_TAX_SCHEME,
)
from .model import Address, Identification, LegalEntity, Party, TaxScheme

_FIRST_CARD = 111_111_111_101
_BUYERS = ("Ana Prueba", "Bruno Ensayo", "Carla Muestra", "Darío Ejemplo")
_SELLERS = ("Elsa Prueba Campesina", "Fabio Ensayo Artesano", "Gloria Muestra Tendera", "Hugo Ejemplo Fletero")
_HOME = Address(
    id="11001",
    city_name="Bogotá, D.C.",
    postal_zone="110111",
    country_subentity=DEPARTMENT["11"].name,
    country_subentity_code="11",
    lines=("Dirección de prueba",),
    country_code=COLOMBIA,
    country_name=COLOMBIA_NAME,
    country_language="es",
)


def _person(name: str, card: int, address: Address | None) -> Party:
    identity = Identification(number=str(card), scheme_name=CITIZEN_CARD)
    nothing = PARTY_TAX_SCHEME[OTHER_TRIBUTE]
    return Party(
        additional_account_id=NATURAL_PERSON,
        identification=identity,
        names=(name,),
        physical_location=address,
        registration_name=name,
        company_id=identity,
        tax_level_code=NO_RESPONSIBILITY,
        tax_level_list=NOT_APPLICABLE,
        registration_address=address,
        tax_scheme=TaxScheme(id=nothing.code, name=nothing.name),
        legal_entity=LegalEntity(registration_name=name, company_id=identity),
    )


BUYERS = tuple(_person(name, _FIRST_CARD + number, None) for number, name in enumerate(_BUYERS))
# who sells to the writer of a support document lives somewhere: DIAN wants the postal code of a resident
SELLERS = tuple(_person(name, _FIRST_CARD + 100 + number, _HOME) for number, name in enumerate(_SELLERS))


def buyer(turn: int) -> Party:
    """The invented buyer of the `turn`-th invoice."""
    return BUYERS[turn % len(BUYERS)]


def seller(turn: int) -> Party:
    """The invented seller of the `turn`-th support document."""
    return SELLERS[turn % len(SELLERS)]
