"""The QR code of a print, as a picture that needs no service and no font (CFDI: Anexo 20, "Código de barras")."""

import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# Modules of 10 dots: printed at 3.5 cm that is about 400 dots per inch, so that edges stay sharp on any printer.
_DOTS = 10


def png(text: str) -> bytes:
    """Return `text` as a QR code, error correction M, without quiet zone: the page leaves it white.

    Reads back as exactly `text`; the size follows the length (an address of 200 characters: 57 x 57 modules).
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=_DOTS, border=0)
    code.add_data(text)
    code.make(fit=True)
    file = io.BytesIO()
    code.make_image().save(file)
    return file.getvalue()
