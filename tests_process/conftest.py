"""Real processes: a private PostgreSQL, the sandbox, Odoo with this clone installed, all ended with the session."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "dev"))

from lib import environment
from lib.paths import MODULE
from lib.process import Run
from lib.sandbox import Sandbox
from lib.stage import Stage, open_stage
from tests_process import dian_shop
from tests_process.cfdi_samples import BUYER, ISSUER, PERSON
from tests_process.dian_samples import BUYER as DIAN_BUYER
from tests_process.dian_samples import BUYER_NAME as DIAN_BUYER_NAME
from tests_process.dian_samples import SELLER, SELLER_NAME
from tests_process.sandbox_client import EVERYTHING, SandboxProcess
from tests_process.shop import Shop, open_company


def pytest_addoption(parser):
    parser.addoption("--odoo", choices=("also", "only", "never"), default="also",
                     help="also, only or never the tests that start Odoo; the others talk to a sandbox alone")


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that `--odoo` does not ask for."""
    asked = config.getoption("--odoo")
    if asked == "also":
        return
    kept, dropped = [], []
    for item in items:
        starts_odoo = not {"run", "tools"}.isdisjoint(item.fixturenames)
        (kept if starts_odoo == (asked == "only") else dropped).append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


@pytest.fixture(scope="session")
def root() -> Path:
    """The clone."""
    return ROOT


@pytest.fixture(scope="session")
def run():
    """The processes and the scratch folder of the whole session."""
    with Run() as run:
        yield run


@pytest.fixture(scope="session")
def tools() -> environment.Environment:
    """Odoo, Python and the programs around them."""
    return environment.prepare(browser=True)


@pytest.fixture(scope="session")
def stage(run, tools) -> Stage:
    """PostgreSQL with Odoo's own modules in the database `base`."""
    with open_stage(run, tools, server=os.environ.get("L10N_MX_CO_EDI_PG")) as stage:
        yield stage


@pytest.fixture(scope="session")
def sandbox(stage) -> Sandbox:
    """The local authority; every Odoo started after it talks to it."""
    return stage.start_sandbox()


@pytest.fixture(scope="session")
def authority_process(tmp_path_factory):
    """A sandbox without any Odoo, for tests of the sandbox itself and of whatever talks to it."""
    with SandboxProcess(tmp_path_factory.mktemp("authority")) as process:
        yield process


@pytest.fixture
def authority(authority_process) -> SandboxProcess:
    """That sandbox as if it had just been started; certificates that it issued stay valid."""
    authority_process.control("reset", {"what": EVERYTHING})
    return authority_process


@pytest.fixture(scope="session")
def dian_signers(authority_process):
    """Certificates of the seller of every Colombian sample, and of its buyer ("other")."""
    return {
        "seller": dian_shop.signer_of(authority_process, SELLER, SELLER_NAME),
        "other": dian_shop.signer_of(authority_process, DIAN_BUYER, DIAN_BUYER_NAME),
    }


@pytest.fixture
def dian(authority_process, dian_signers):
    """The sandbox with a Colombian company, its software and its range."""
    dian_shop.open_dian(authority_process)
    return authority_process


@pytest.fixture
def seller(dian_signers):
    return dian_signers["seller"]


@pytest.fixture(scope="session")
def csd(authority_process):
    """The sealing certificate of the issuer of every sample."""
    return authority_process.issue_csd(ISSUER["rfc"], ISSUER["name"])


@pytest.fixture
def market(authority, csd) -> SandboxProcess:
    """The sandbox with everybody registered whom the samples name."""
    authority.register(ISSUER, BUYER, PERSON)
    authority.control("lco", {"rfc": ISSUER["rfc"]})
    return authority


@pytest.fixture(scope="session")
def installed(stage, sandbox) -> str:
    """The name of a database with the add-on installed; copy it, do not change it."""
    name = stage.database("installed")
    stage.install(name, MODULE)
    return name


@pytest.fixture
def database(stage, installed, request) -> str:
    """A database of this test's own with the add-on installed."""
    name = stage.database(f"t{abs(hash(request.node.nodeid)) % 10**10}", copy_of=installed)
    yield name
    stage.drop(name)


@pytest.fixture
def odoo(stage, database):
    """An Odoo of this test's own, not started yet; `start`, `kill`, `restart` and `client` are its verbs."""
    odoo = stage.odoo(database)
    yield odoo
    odoo.stop()


@pytest.fixture(scope="session")
def company(stage, sandbox, installed) -> str:
    """The name of a database with a company that can issue; copy it, do not change it."""
    name = stage.database("company", copy_of=installed)
    open_company(stage.odoo(name, crons=0), sandbox)
    return name


@pytest.fixture
def shop(stage, sandbox, company, request):
    """That company in a database of this test's own, its Odoo running, the authority's ledger empty."""
    shop = Shop(stage, stage.database(f"s{abs(hash(request.node.nodeid)) % 10**10}", copy_of=company), sandbox)
    shop.forget()
    yield shop.open()
    shop.close()


@pytest.fixture(scope="module")
def open_shop(stage, sandbox, company, request):
    """That company for all tests of a module that kill nobody."""
    shop = Shop(stage, stage.database(f"m{abs(hash(request.node.nodeid)) % 10**10}", copy_of=company), sandbox)
    yield shop.open()
    shop.close()
