"""From an invoice line to the article of a DIAN document: description, codes, brand, unit."""
from ..core.dian import catalogs, item_codes
from ..core.dian.model import Item, ItemIdentification
from ..core.findings import Finding
from .adapt_co_texts import clean, shortened

LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_CODE = 300, 100, 50
WITHOUT_CODE = "0"  # of a line without product; the seller's own standard may be anything


def item_of(line, *, is_export) -> tuple[Item, list[Finding]]:
    """Return the article of an invoice line and what is doubtful about its codes.

    :param line: `account.move.line`
    :param is_export: whether brand, model and tariff code are asked for (type 02)
    """
    product = line.product_id
    scheme, code, findings = code_of(product, is_export=is_export)
    own = clean(product.default_code, LONGEST_CODE)
    findings = [*findings, *shortened(line.name, LONGEST_DESCRIPTION, "Item.Description")]
    return Item(
        descriptions=(clean(line.name, LONGEST_DESCRIPTION) or clean(product.name, LONGEST_DESCRIPTION),),
        brand_names=_texts(product.l10n_mx_co_edi_brand),
        model_names=_texts(product.l10n_mx_co_edi_model),
        sellers_item_id=own or None,
        standard_item_id=ItemIdentification(
            number=code, scheme_id=scheme, scheme_name=catalogs.ITEM_CODE[scheme].name,
            scheme_agency_id=catalogs.ITEM_AGENCY.get(scheme)),
    ), findings


def unit_code_of(line) -> str:
    """Return the UN/ECE code of the line's unit of measure, 94 (unit) where there is none."""
    return line.product_uom_id._l10n_mx_co_edi_unece()


def code_of(product, *, is_export) -> tuple[str, str, list[Finding]]:
    """Return standard, code and findings; a code that cannot be used gives way to the internal reference (999)."""
    codes = {
        item_codes.UNSPSC: item_codes.compact(item_codes.UNSPSC, product.l10n_mx_co_edi_unspsc),
        item_codes.GTIN: item_codes.compact(item_codes.GTIN, product.barcode),
        item_codes.TARIFF: item_codes.compact(item_codes.TARIFF, product.l10n_mx_co_edi_tariff_code),
    }
    usable = {scheme: code for scheme, code in codes.items() if not item_codes.problem(scheme, code)}
    own = clean(product.default_code, LONGEST_CODE) or (str(product.id) if product else WITHOUT_CODE)
    if is_export and item_codes.TARIFF in usable:
        return item_codes.TARIFF, usable[item_codes.TARIFF], []
    chosen = product.l10n_mx_co_edi_item_scheme
    if chosen in usable:
        return chosen, usable[chosen], []
    if chosen and chosen != item_codes.OWN:
        finding = Finding.warning(
            "CO-ITEM-01", product=product.display_name, standard=catalogs.ITEM_CODE[chosen].name,
            product_id=product.id, value=codes[chosen])
        return item_codes.OWN, own, [finding]
    for scheme in (item_codes.UNSPSC, item_codes.GTIN) if not chosen else ():
        if scheme in usable:
            return scheme, usable[scheme], []
    return item_codes.OWN, own, []


def _texts(text):
    text = clean(text, LONGEST_NAME)
    return (text,) if text else ()
