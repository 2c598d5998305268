"""Documents of DIAN (annex 1.9, support document 1.1): model, writer, reader, hashes, signature, rules; no network."""
