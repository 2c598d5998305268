"""A Colombian company for `dev/shots`: registered at the local DIAN, with its certificate and numbering ranges."""
from .authority import Authority
from .rpc import Client

NIT, NAME = "901002487", "COMERCIAL INVENTADA SAS"  # check digit 0
BUYER, BUYER_NAME = "901002488", "CLIENTE INVENTADO SAS"
SOFTWARE, PIN = "00000000-0000-4000-8000-0000000000aa", "75315"
_RANGES = (
    ("18760000001", "SETP", 990000000, 995000000, "2019-01-19", "2030-01-19"),
    ("18764000002", "FE", 1, 5000, "2024-05-02", "2026-05-02"),
)


def set_up(admin: Client, authority: Authority) -> int:
    """Make the company and return its id; `admin` then works for it, too."""
    _register(authority)
    company = admin.create("res.company", {
        "name": NAME.title(), "country_id": admin.ref("base.co"), "currency_id": admin.ref("base.COP")})
    [row] = admin.read("res.company", [company], ["partner_id"])
    admin.call("res.partner", "write", [row["partner_id"][0]], {
        "vat": f"{NIT}-0", "l10n_latam_identification_type_id": admin.ref("l10n_co.rut")})
    admin.call("res.users", "write", [admin.uid], {"company_ids": [[4, company]]})
    admin.call("res.company", "write", [company], {
        "l10n_mx_co_edi_environment": "sandbox", "l10n_mx_co_edi_dian_software": SOFTWARE})
    here = {"context": {"allowed_company_ids": [company]}}
    admin.create("res.config.settings", {"l10n_mx_co_edi_dian_pin": PIN}, **here)
    issued = authority.post("dian/issue", {"nit": NIT, "name": NAME})
    admin.create("l10n_mx_co_edi.certificate.dian.upload", {
        "company_id": company, "file": issued["p12"], "password": issued["password"]}, **here)
    admin.call("l10n_mx_co_edi.numbering.range", "action_fetch", [], **here)
    return company


def buyer(admin: Client) -> int:
    """A contact that DIAN knows better."""
    return admin.create("res.partner", {
        "name": "Cliente", "vat": f"{BUYER}-8", "country_id": admin.ref("base.co"), "is_company": True,
        "l10n_latam_identification_type_id": admin.ref("l10n_co.rut")})


def _register(authority: Authority) -> None:
    rows = [
        ("taxpayer", {"nit": NIT, "name": NAME, "mailbox": "recepcion@example.co"}),
        ("software", {"id": SOFTWARE, "nit": NIT, "pin": PIN}),
        ("acquirer", {"type": "31", "number": BUYER, "name": BUYER_NAME, "email": "compras@example.co"}),
    ]
    for resolution, prefix, first, last, valid_from, valid_to in _RANGES:
        rows.append(("range", {
            "resolution": resolution, "nit": NIT, "software": SOFTWARE, "prefix": prefix, "first": first,
            "last": last, "valid_from": valid_from, "valid_to": valid_to, "technical_key": "0123456789" * 4,
            "resolution_date": valid_from}))
    for kind, row in rows:
        authority.post("dian/register", {"kind": kind, "row": row})
