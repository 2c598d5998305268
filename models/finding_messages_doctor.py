"""Texts of the certificate doctor: what each line means, and what to do where it is not right."""
from odoo.tools import LazyTranslate

from .finding_text import Text

_lt = LazyTranslate(__name__)

_NOTHING = _lt("There is nothing to do.")
_ASK_CERTIFIER = _lt("Ask the certifier for the file (.p12) with the whole chain, and upload it again.")
_NETWORK = _lt(
    "Ask whoever runs the server: it has to reach %(host)s on port 443, also through the firewall and the proxy.")
_SYNC_CLOCK = _lt(
    "Ask whoever runs the server to let it take the time from the network (NTP). Beyond five minutes DIAN refuses "
    "every message, and around midnight documents would bear the wrong day.")

_RIGHT = {
    "CO-DOC-01": Text(_lt("The certificate is in force until %(until)s."), _NOTHING),
    "CO-DOC-02": Text(_lt("The certificate names the NIT of the company, %(nit)s."), _NOTHING),
    "CO-DOC-03": Text(_lt("The key is strong enough: RSA with %(bits)s bits."), _NOTHING),
    "CO-DOC-04": Text(_lt("The certificate is meant for signatures."), _NOTHING),
    "CO-DOC-05": Text(_lt("The chain is whole, up to %(name)s."), _NOTHING),
    "CO-DOC-09": Text(
        _lt("A trial signature with DIAN's policy was made with the key and verified. It was not sent."), _NOTHING),
    "CO-DOC-11": Text(_lt("The clock of the server is right (difference: %(seconds)s s)."), _NOTHING),
    "CO-DOC-14": Text(_lt("%(host)s answered after %(milliseconds)s ms."), _NOTHING),
    "CO-DOC-30": Text(_lt("The libraries are there: %(names)s."), _NOTHING),
    "CO-DOC-32": Text(_lt("The server knows the time of Colombia."), _NOTHING),
    "CO-DOC-40": Text(_lt("The company issues with the NIT %(nit)s."), _NOTHING),
    "CO-DOC-44": Text(_lt("The technology provider signs: no certificate of the company is needed."), _NOTHING),
    "CO-DOC-45": Text(_lt("The Software ID is %(software)s."), _NOTHING),
    "CO-DOC-47": Text(_lt("The PIN of the software is stored and can be opened."), _NOTHING),
    "CO-DOC-50": Text(_lt("The range %(range)s has %(left)s numbers left, until %(until)s."), _NOTHING),
    "CO-DOC-54": Text(_lt("%(name)s was accepted."), _NOTHING),
    "CO-DOC-57": Text(_lt("The master key is there."), _NOTHING),
    "CO-DOC-60": Text(_lt("The access to %(service)s works."), _NOTHING),
}

_NOT_RIGHT = {
    "CO-DOC-06": Text(
        _lt("The chain ends at %(name)s: the root above it is not in the file."),
        _lt("It can be used; if DIAN refuses the signature, ask the certifier for the file with the whole chain.")),
    "CO-DOC-07": Text(_lt("The chain is broken: %(name)s did not sign the certificate below it."), _ASK_CERTIFIER),
    "CO-DOC-08": Text(
        _lt("The certificate of the certifier %(name)s is not in force (until %(until)s)."), _ASK_CERTIFIER),
    "CO-DOC-10": Text(
        _lt("A trial signature failed: %(detail)s"),
        _lt("Upload the certificate (.p12) again. If it fails then too, ask the certifier for another one.")),
    "CO-DOC-12": Text(
        _lt("The clock of the server is a little off: %(difference)s seconds (plus means ahead)."), _SYNC_CLOCK),
    "CO-DOC-13": Text(
        _lt("No answer told the time, so the clock of the server could not be compared."),
        _lt("Check everything again when the connection works.")),
    "CO-DOC-15": Text(_lt("The server does not find the address of %(host)s (DNS)."), _NETWORK),
    "CO-DOC-16": Text(
        _lt("No encrypted connection to %(host)s could be made (TLS)."),
        _lt("Ask whoever runs the server: its certificates of authorities may be old, or a proxy may open the "
            "connection.")),
    "CO-DOC-17": Text(_lt("No connection to %(host)s could be made (%(reason)s)."), _NETWORK),
    "CO-DOC-18": Text(
        _lt("%(host)s was reached, but gave no usable answer (%(reason)s)."),
        _lt("The service may have trouble; try again in some minutes. Documents wait and go by themselves.")),
    "CO-DOC-19": Text(
        _lt("DIAN does not accept the signature of the message."),
        _lt("Correct what is said about clock and certificate here. If both are right, try the other form of the "
            "signed messages in the settings, and compare the certificate with the one registered at DIAN."),
        "settings"),
    "CO-DOC-20": Text(
        _lt("The clock of the server is wrong by %(minutes)s minutes: %(difference)s seconds (plus means ahead)."),
        _SYNC_CLOCK),
    "CO-DOC-31": Text(
        _lt("A library is missing or too old: %(names)s."),
        _lt("Ask whoever runs the server to install the module's requirements.txt.")),
    "CO-DOC-33": Text(
        _lt("The server does not know the time of Colombia."),
        _lt("Ask whoever runs the server to install current time zone data (tzdata).")),
    "CO-DOC-41": Text(
        _lt("The company %(company)s has no NIT."), _lt("Enter the NIT with its check digit."), "company"),
    "CO-DOC-42": Text(
        _lt("No environment is chosen, so nothing is sent."),
        _lt("Choose the environment in the settings of electronic invoicing."), "settings"),
    "CO-DOC-43": Text(
        _lt("Production was switched on in another database: this one sends nothing."),
        _lt("If this database is the one that issues, an administrator confirms it in the settings."), "settings"),
    "CO-DOC-46": Text(
        _lt("The Software ID is missing."), _lt("Copy it from DIAN's portal into the settings."), "settings"),
    "CO-DOC-48": Text(
        _lt("The PIN of the software is missing."), _lt("Enter it in the settings, as chosen in DIAN's portal."),
        "settings"),
    "CO-DOC-49": Text(
        _lt("The PIN of the software is stored but cannot be opened with this server's master key."),
        _lt("Restore the right master key, or type the PIN again in the settings."), "settings"),
    "CO-DOC-51": Text(
        _lt("No journal takes its numbers from a range of DIAN in this environment."),
        _lt("Fetch the ranges, and choose a journal for one of them."), "ranges"),
    "CO-DOC-52": Text(
        _lt("DIAN names no range for this software (answer: %(answer)s)."),
        _lt("Before production that is usual. Else request a range in MUISCA and associate its prefix with the "
            "software in DIAN's portal; it shows here some hours later."), "ranges"),
    "CO-DOC-53": Text(
        _lt("The service refused the question (answer: %(answer)s)."),
        _lt("Compare NIT and Software ID with DIAN's portal."), "settings"),
    "CO-DOC-55": Text(
        _lt("%(name)s is not accepted yet (%(state)s)."), _lt("Go on with the assistant for the registration.")),
    "CO-DOC-56": Text(
        _lt("No test set was done here."),
        _lt("Begin with the assistant for the registration, unless the company is registered already.")),
    "CO-DOC-58": Text(
        _lt("No master key protects the secrets: %(detail)s"),
        _lt("Ask whoever runs the server to configure it, as the README says.")),
    "CO-DOC-59": Text(
        _lt("The service was not called: %(detail)s"), _lt("Put that right first, and check everything again.")),
    "CO-DOC-61": Text(
        _lt("The access to %(service)s does not work: %(detail)s"),
        _lt("Compare user, password or token with what the provider gave, and try again in some minutes."),
        "settings"),
}

MESSAGES = {**_RIGHT, **_NOT_RIGHT}
