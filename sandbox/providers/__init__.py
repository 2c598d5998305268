"""Colombian technology providers: they sign with their own certificate and bring the document to DIAN."""
