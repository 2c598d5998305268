"""A local DIAN: prior validation of documents behind WS-Security, numbering ranges, test sets, taxpayers."""
