"""Options that only the server's administrator may set: odoo.conf or the environment, never the database.

Whoever can write to the database must not be able to redirect legal documents or to choose the master key,
so these few settings are read from `[l10n_mx_co_edi]` in odoo.conf or from `L10N_MX_CO_EDI_<NAME>`.
"""
import configparser
import functools
import os

from odoo import tools

SECTION = "l10n_mx_co_edi"
SANDBOX_DEFAULT_URL = "http://127.0.0.1:8899"


def option(name: str, default: str | None = None) -> str | None:
    """Return the option `name` (lower case, as in odoo.conf); the environment wins over the file, even when empty."""
    variable = f"{SECTION}_{name}".upper()
    if variable in os.environ:
        return os.environ[variable] or default
    return _file_options(tools.config["config"]).get(name) or default


@functools.lru_cache(maxsize=4)
def _file_options(path: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read([path] if path else [])
    return dict(parser.items(SECTION)) if parser.has_section(SECTION) else {}


def endpoint_override(service: str) -> str | None:
    """Return the loopback address that replaces the production or test host of a service, for rehearsals."""
    return option(f"endpoint_{service}")


def sandbox_url() -> str:
    """Return where the local sandbox authority listens."""
    return option("sandbox_url", SANDBOX_DEFAULT_URL)
