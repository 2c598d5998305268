from . import (
    account_move_send_wizard,
    catalog_upload,
    certificate_dian_upload,
    certificate_upload,
    dian_doctor,
    dian_note,
    layout_preview,
    numbering_range_disable,
    redate,
    send_many,
)
