"""DIAN's checks, each a function that yields problems under the code of the annex (1.9; support document 1.1)."""
