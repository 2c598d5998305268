"""Our own minimal WSDL of the provider's services, enough for a SOAP library to build every call."""

from __future__ import annotations

from dataclasses import dataclass

from .soap import RESULT_NAMESPACE

RESULT_TYPES = """
<xs:complexType name="Incidencia"><xs:sequence>{incident}</xs:sequence></xs:complexType>
<xs:complexType name="IncidenciaArray"><xs:sequence>
<xs:element name="Incidencia" type="s0:Incidencia" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
</xs:sequence></xs:complexType>
<xs:complexType name="AcuseRecepcionCFDI"><xs:sequence>{receipt_head}
<xs:element name="Incidencias" type="s0:IncidenciaArray" minOccurs="0" nillable="true"/>
{receipt_tail}</xs:sequence></xs:complexType>
<xs:complexType name="QueryPendingResult"><xs:sequence>{pending}</xs:sequence></xs:complexType>
<xs:complexType name="ResellerUser"><xs:sequence>{user}</xs:sequence></xs:complexType>
<xs:complexType name="ResellerUserArray"><xs:sequence>
<xs:element name="ResellerUser" type="s0:ResellerUser" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
</xs:sequence></xs:complexType>
<xs:complexType name="RegistrationResult"><xs:sequence>{message}
<xs:element name="users" type="s0:ResellerUserArray" minOccurs="0" nillable="true"/></xs:sequence></xs:complexType>
<xs:complexType name="ReportTotalCredit"><xs:sequence>{credit}</xs:sequence></xs:complexType>
<xs:complexType name="ReportTotalCreditArray"><xs:sequence>
<xs:element name="ReportTotalCredit" type="s0:ReportTotalCredit" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
</xs:sequence></xs:complexType>
<xs:complexType name="ReportCreditResult"><xs:sequence>
<xs:element name="result" type="s0:ReportTotalCreditArray" minOccurs="0" nillable="true"/>
{error}</xs:sequence></xs:complexType>
<xs:complexType name="GetXmlResult"><xs:sequence>{xml}{error}</xs:sequence></xs:complexType>
<xs:complexType name="DateTimeResult"><xs:sequence>{error}{datetime}</xs:sequence></xs:complexType>
"""

MEMBERS = {
    "incident": "IdIncidencia RfcEmisor Uuid CodigoError WorkProcessId MensajeIncidencia ExtraInfo "
    "NoCertificadoPac FechaRegistro",
    "receipt_head": "xml UUID faultstring Fecha CodEstatus faultcode SatSeal",
    "receipt_tail": "NoCertificadoSAT",
    "pending": "status xml uuid uuid_status next_attempt attempts error date",
    "user": "status counter:int taxpayer_id credit:int",
    "message": "message",
    "credit": "credit date",
    "error": "error",
    "datetime": "datetime",
    "xml": "xml",
}


@dataclass(frozen=True)
class Service:
    """One WSDL: its operations with their parameters in order, and the type of each result."""

    name: str
    title: str
    operations: dict[str, tuple[str, ...]]
    results: dict[str, str]

    @property
    def namespace(self) -> str:
        return f"http://facturacion.finkok.com/{self.name}"


def document(service: Service, address: str) -> bytes:
    parts = "".join(_messages(name) for name in service.operations)
    elements = "".join(_elements(service, name) for name in service.operations)
    ports = "".join(
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}"/>'
        f'<wsdl:output message="tns:{name}Response"/></wsdl:operation>'
        for name in service.operations
    )
    bindings = "".join(
        f'<wsdl:operation name="{name}"><soap:operation soapAction="{name}" style="document"/>'
        '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
        "</wsdl:operation>"
        for name in service.operations
    )
    types = RESULT_TYPES.format(**{name: _members(text) for name, text in MEMBERS.items()})
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:s0="{RESULT_NAMESPACE}" xmlns:tns="{service.namespace}"
 targetNamespace="{service.namespace}" name="Application">
<wsdl:types>
<xs:schema targetNamespace="{RESULT_NAMESPACE}" elementFormDefault="qualified">{types}</xs:schema>
<xs:schema targetNamespace="{service.namespace}" elementFormDefault="qualified">
<xs:import namespace="{RESULT_NAMESPACE}"/>{elements}</xs:schema>
</wsdl:types>
{parts}
<wsdl:portType name="Application">{ports}</wsdl:portType>
<wsdl:binding name="Application" type="tns:Application">
<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>{bindings}</wsdl:binding>
<wsdl:service name="{service.title}"><wsdl:port name="Application" binding="tns:Application">
<soap:address location="{address}"/></wsdl:port></wsdl:service>
</wsdl:definitions>""".encode()


def _messages(name: str) -> str:
    return (
        f'<wsdl:message name="{name}"><wsdl:part name="{name}" element="tns:{name}"/></wsdl:message>'
        f'<wsdl:message name="{name}Response"><wsdl:part name="{name}Response" element="tns:{name}Response"/>'
        "</wsdl:message>"
    )


def _elements(service: Service, name: str) -> str:
    parameters = "".join(
        _member(parameter, "base64Binary" if parameter == "xml" else "string") for parameter in service.operations[name]
    )
    result = service.results[name]
    return (
        f'<xs:element name="{name}"><xs:complexType><xs:sequence>{parameters}</xs:sequence></xs:complexType>'
        f'</xs:element><xs:element name="{name}Response"><xs:complexType><xs:sequence>'
        f'<xs:element name="{name}Result" type="s0:{result}" minOccurs="0" nillable="true"/>'
        "</xs:sequence></xs:complexType></xs:element>"
    )


def _members(text: str) -> str:
    return "".join(_member(*_typed(word)) for word in text.split())


def _typed(word: str) -> tuple[str, str]:
    name, _colon, kind = word.partition(":")
    return name, kind or "string"


def _member(name: str, kind: str) -> str:
    return f'<xs:element name="{name}" type="xs:{kind}" minOccurs="0" nillable="true"/>'
