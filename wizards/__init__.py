from . import (
    account_move_send_wizard,
    catalog_upload,
    certificate_dian_upload,
    certificate_upload,
    dian_doctor,
    dian_note,
    numbering_range_disable,
    redate,
    send_many,
)
