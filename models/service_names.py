"""What people call the services that documents go to."""
from ..core.transports import registry

# authorities are no providers: nobody chooses them
AUTHORITIES = {"dian": "DIAN", "sat_status": "SAT"}


def provider_name(service):
    """Return what people call a service, its own key where it is not known any more."""
    known = registry.SERVICES.get(service) or registry.PROVIDERS.get(service)
    return known.label if known else AUTHORITIES.get(service, service)
