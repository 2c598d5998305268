"""The services that exist and how to get a client for one.

Addresses are constants per environment. The only override is one to this machine (a local sandbox, a test of the
production path): a document and a password go nowhere else because a setting says so.
"""

import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .. import clock
from ..errors import Misconfigured
from ..signature import Signer
from . import dian, pac_finkok, pac_sw, pt_cadena, pt_facturatech, sat_status
from .base import Capabilities, Credentials, Stamper
from .codes import finding_code
from .http import check_address, is_loopback
from .provider import Provider, ProviderCapabilities, ProviderOptions
from .wsse import KeyName

__all__ = [
    "PROVIDERS",
    "SANDBOX_URL",
    "SERVICES",
    "Credentials",
    "KeyName",
    "ProviderOptions",
    "ProviderService",
    "Service",
    "dian_client",
    "finding_code",
    "provider",
    "sat_status_service",
    "stamper",
]

SANDBOX_URL = "http://127.0.0.1:8899"


@dataclass(frozen=True, slots=True)
class Service:
    """`hosts` by environment; the environment `sandbox` is the same for every service.

    `takes_token`: a token that never expires may stand in for user and password.
    """

    label: str
    capabilities: Capabilities
    hosts: Mapping[str, str]
    client: Callable[..., Stamper]
    takes_token: bool = False


SERVICES: Mapping[str, Service] = {
    "finkok": Service("Finkok (Quadrum)", pac_finkok.CAPABILITIES, pac_finkok.HOSTS, pac_finkok.Finkok),
    "sw": Service("SW Sapien", pac_sw.CAPABILITIES, pac_sw.HOSTS, pac_sw.SwSapien, takes_token=True),
}


@dataclass(frozen=True, slots=True)
class ProviderService:
    """A technology provider of Colombia; `hosts` by environment, as of `Service`.

    `takes_token`: its access is one token; otherwise it is a user and a password, of which only the hash is kept
    (`provider.facturatech_password_hash`). `nit` is the provider's own, empty where it is not known for sure.
    """

    label: str
    capabilities: ProviderCapabilities
    hosts: Mapping[str, str]
    client: Callable[..., Provider]
    takes_token: bool = False
    nit: str = ""


PROVIDERS: Mapping[str, ProviderService] = {
    "cadena": ProviderService(
        "CADENA S.A.", pt_cadena.CAPABILITIES, pt_cadena.HOSTS, pt_cadena.Cadena, takes_token=True, nit=pt_cadena.NIT
    ),
    "facturatech": ProviderService(
        "Facturatech", pt_facturatech.CAPABILITIES, pt_facturatech.HOSTS, pt_facturatech.Facturatech
    ),
}


def stamper(
    service: str,
    environment: str,
    *,
    credentials: Credentials,
    base_url_override: str | None = None,
    waiter: Callable[[clock.Seconds], None] | None = None,
) -> Stamper:
    """A client of `service` (key of SERVICES) in `environment` (sandbox, test, production), for one thread.

    :raises Misconfigured: unknown service or environment, no credentials, an override that leaves this machine.
    """
    known = SERVICES.get(service)
    if known is None:
        raise Misconfigured(reason="unknown_service", service=service)
    return known.client(_address(known.hosts, environment, base_url_override), credentials, waiter=waiter)


def provider(
    service: str,
    environment: str,
    *,
    credentials: Credentials,
    options: ProviderOptions,
    base_url_override: str | None = None,
    secrets: tuple[str, ...] = (),
) -> Provider:
    """A client of the technology provider `service` (key of PROVIDERS) in `environment` (sandbox, test, production),
    for one thread.

    :param secrets: what must not reach an exchange besides the credentials (PIN, technical keys).
    :raises Misconfigured: as `stamper`; also options that the provider cannot be called with.
    """
    known = PROVIDERS.get(service)
    if known is None:
        raise Misconfigured(reason="unknown_service", service=service)
    address = _address(known.hosts, environment, base_url_override)
    return known.client(address, credentials, environment=environment, options=options, secrets=secrets)


def dian_client(
    environment: str,
    signer: Signer,
    *,
    key_name: KeyName = KeyName.REFERENCE,
    base_url_override: str | None = None,
    secrets: tuple[str, ...] = (),
) -> dian.Dian:
    """A client of DIAN's own service in `environment` (sandbox, test, production), for one thread.

    :raises Misconfigured: unknown environment, an override that leaves this machine.
    """
    address = _address(dian.HOSTS, environment, base_url_override)
    return dian.Dian(address, signer, key_name=key_name, secrets=secrets)


def sat_status_service(environment: str, *, base_url_override: str | None = None) -> sat_status.SatStatusService:
    """A client of SAT's status service in `environment` (sandbox, test, production), for one thread.

    :raises Misconfigured: unknown environment, an override that leaves this machine.
    """
    return sat_status.SatStatusService(_address(sat_status.HOSTS, environment, base_url_override))


def _address(hosts: Mapping[str, str], environment: str, override: str | None) -> str:
    address = override or {"sandbox": SANDBOX_URL, **hosts}.get(environment, "")
    if not address:
        raise Misconfigured(reason="unknown_environment", environment=environment)
    if override:
        _check_override(override)
    return address


def _check_override(address: str) -> None:
    check_address(address)
    host = urllib.parse.urlsplit(address).hostname or ""
    if not is_loopback(host):
        raise Misconfigured(reason="address", host=host)
