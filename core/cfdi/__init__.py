"""CFDI 4.0 (Anexo 20): model, writer, reader, original string, seal, stamp, arithmetic and rules; no network."""
