"""The related CFDI of an invoice: from its rows to the nodes of the CFDI, and what is wrong with them.

The SAT checks little more than the form of a UUID; what people get wrong is which CFDI they name. Only what surely
makes the document worthless blocks it.
"""
import re

from ..core import rfc
from ..core.cfdi.model import CfdiRelacionados
from ..core.findings import Finding
from ..core.states import State

UUID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}")
SUBSTITUTION = "04"
# the kinds of document that each relation is meant for (guía de llenado del CFDI 4.0, c_TipoRelacion)
MEANT_FOR = {"01": "E", "02": "I", "03": "E", "05": "T", "06": "I", "07": "IE"}
NOT_STAMPED = (False, State.DRAFT, State.READY, State.SENDING, State.AWAITING, State.REJECTED, State.IN_DOUBT)


def related(move, tipo, receiver) -> tuple[tuple[CfdiRelacionados, ...], list[Finding]]:
    """Return the nodes CfdiRelacionados, one for each kind of relation, and the findings about them.

    :param tipo: TipoDeComprobante of the invoice
    :param receiver: RFC that the invoice is written for
    """
    relations = move.sudo().l10n_mx_co_edi_relation_ids
    found, nodes = [], {}
    for relation in relations:
        uuid, problems = _uuid_of(relation)
        kind = relation.tipo_relacion
        if uuid and uuid in nodes.get(kind, ()):
            problems.append(Finding.warning("MX-REL-05", "CfdiRelacionados", uuid=uuid))
        elif uuid:
            nodes.setdefault(kind, []).append(uuid)
            problems += [*_fit(relation, tipo), *_doubts(relation, move, receiver)]
        found += problems
    if tipo == "E" and not relations:
        found.append(Finding.warning("MX-REL-09", "CfdiRelacionados"))
    return tuple(CfdiRelacionados(tipo_relacion=kind, uuids=tuple(uuids)) for kind, uuids in nodes.items()), found


def _uuid_of(relation) -> tuple[str, list[Finding]]:
    """Return the UUID to write, or the reason why there is none."""
    move, where = relation.related_move_id, "CfdiRelacionados"
    if move:
        document = relation.document_id
        if document.state in NOT_STAMPED or not document.uuid:
            return "", [Finding.error("MX-REL-01", where, origin=move.display_name, related_id=move.id)]
        return document.uuid, []
    if not relation.typed_uuid:
        return "", [Finding.error("MX-REL-03", where)]
    if not UUID.fullmatch(relation.typed_uuid):
        return "", [Finding.error("MX-REL-02", where, uuid=relation.typed_uuid)]
    return relation.typed_uuid, []


def _fit(relation, tipo) -> list[Finding]:
    meant_for = MEANT_FOR.get(relation.tipo_relacion, tipo)
    if tipo in meant_for:
        return []
    return [Finding.warning("MX-REL-10", "CfdiRelacionados", relation=relation.tipo_relacion, kind=tipo)]


def _doubts(relation, move, receiver) -> list[Finding]:
    """Return what our own archive knows against the related CFDI."""
    document = relation.document_id or _foreign(relation)
    if not document:
        return []
    known = {"uuid": document.uuid, "related_id": document.move_id.id or ""}
    environment = move.company_id._l10n_mx_co_edi_settings().l10n_mx_co_edi_environment
    if document.environment != environment:
        return [Finding.error("MX-REL-04", "CfdiRelacionados", **known)]
    if _issuer(document.company_id) != _issuer(move.company_id):
        return [Finding.warning("MX-REL-06", "CfdiRelacionados", uuid=document.uuid)]
    if relation.tipo_relacion == SUBSTITUTION:
        return []  # a substitution may correct the receiver, and what it substitutes may be cancelled already
    found = []
    issued_to = document.receiver_tax_id
    if issued_to and issued_to != receiver and not {issued_to, receiver} & set(rfc.GENERIC):
        found.append(Finding.warning("MX-REL-07", "CfdiRelacionados", receiver=issued_to, **known))
    if document.state != State.VALID:
        found.append(Finding.warning("MX-REL-08", "CfdiRelacionados", **known))
    return found


def _foreign(relation):
    """Return the document of another company of this database that has the typed UUID."""
    return relation.env["l10n_mx_co_edi.document"].sudo().search([("uuid", "=", relation.typed_uuid)], limit=1)


def _issuer(company):
    return company._l10n_mx_co_edi_nearest(lambda candidate: candidate.vat).vat
