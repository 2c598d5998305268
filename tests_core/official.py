"""The authority's own style sheets and schemas, and the `openssl` command, as judges of what the core makes.

The files come from the wheel of satcfdi, which is located and never imported. Without it the tests that need them are
skipped, except where CI=true: there they fail.
"""

import importlib.util
import os
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

_SITE = "transform/schemas/www.sat.gob.mx/sitio_internet/cfd"
_SCHEMAS = {
    "http://www.sat.gob.mx/cfd/4": "4/cfdv40.xsd",
    "http://www.sat.gob.mx/Pagos20": "Pagos/Pagos20.xsd",
    "http://www.sat.gob.mx/implocal": "implocal/implocal.xsd",
    "http://www.sat.gob.mx/TimbreFiscalDigital": "TimbreFiscalDigital/TimbreFiscalDigitalv11.xsd",
}
ADDENDA = "{http://www.sat.gob.mx/cfd/4}Addenda"


def examples(default: int) -> int:
    """How many examples a property test tries: CORE_TEST_EXAMPLES, or twenty times as many in a long run."""
    wanted = os.environ.get("CORE_TEST_EXAMPLES", "")
    if wanted:
        return int(wanted)
    return default * 20 if os.environ.get("L10N_MX_CO_EDI_LONG") else default


def site() -> Path:
    """The folder of SAT's files; skips (or, in CI, fails) the test when there is none."""
    spec = importlib.util.find_spec("satcfdi")
    folder = Path(spec.submodule_search_locations[0]) / _SITE if spec and spec.submodule_search_locations else None
    if folder and folder.is_dir():
        return folder
    message = "SAT's schemas and style sheets are not here (wheel satcfdi)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@lru_cache(maxsize=1)
def _schema(folder: Path) -> etree.XMLSchema:
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{(folder / path).as_uri()}"/>'
        for namespace, path in _SCHEMAS.items()
    )
    text = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    # catCFDI.xsd has texts and counts beyond libxml2's defaults
    return etree.XMLSchema(etree.fromstring(text, etree.XMLParser(huge_tree=True)))


@lru_cache(maxsize=4)
def _style_sheet(path: Path) -> etree.XSLT:
    return etree.XSLT(etree.parse(str(path)))


def schema_errors(xml: bytes) -> list[str]:
    """What cfdv40.xsd and the complements' schemas say; the Addenda is left out, as no schema describes it."""
    root = etree.fromstring(xml)
    for node in root.findall(ADDENDA):
        root.remove(node)
    judge = schema()
    return [] if judge.validate(root) else [str(entry) for entry in judge.error_log]


def schema() -> etree.XMLSchema:
    """cfdv40.xsd with the complements' schemas; compiled once."""
    return _schema(site())


@lru_cache(maxsize=1)
def _catalogues(path: Path) -> dict[str, frozenset[str]]:
    xs = "{http://www.w3.org/2001/XMLSchema}"
    root = etree.parse(str(path), etree.XMLParser(huge_tree=True)).getroot()
    return {
        node.get("name"): frozenset(value.get("value") for value in node.iter(f"{xs}enumeration"))
        for node in root.iter(f"{xs}simpleType")
    }


def enumeration(name: str) -> frozenset[str]:
    """The keys of a catalogue ("c_UsoCFDI") in catCFDI.xsd."""
    return _catalogues(site() / "catalogos/catCFDI.xsd")[name]


def original_string(xml: bytes) -> str:
    """What cadenaoriginal_4_0.xslt gives."""
    return str(_style_sheet(site() / "4/cadenaoriginal_4_0/cadenaoriginal_4_0.xslt")(etree.fromstring(xml)))


def tfd_string(timbre: etree._Element) -> str:
    """What cadenaoriginal_TFD_1_1.xslt gives for the element of the stamp."""
    alone = etree.fromstring(etree.tostring(timbre, with_tail=False))
    return str(_style_sheet(site() / "TimbreFiscalDigital/cadenaoriginal_TFD_1_1.xslt")(alone))


def openssl_verifies(public_key_pem: bytes, signature: bytes, text: bytes) -> bool:
    """Whether the command line of OpenSSL accepts an RSA-SHA256 signature."""
    with tempfile.TemporaryDirectory() as folder:
        key, signed = Path(folder) / "key.pem", Path(folder) / "signature"
        key.write_bytes(public_key_pem)
        signed.write_bytes(signature)
        ran = subprocess.run(
            ["openssl", "dgst", "-sha256", "-verify", str(key), "-signature", str(signed)],
            input=text,
            capture_output=True,
            timeout=30,
        )
    return ran.returncode == 0
