"""Enumerations whose members are their text, on every Python that Odoo 19 runs on (the standard one needs 3.11)."""

from enum import Enum


class TextEnum(str, Enum):
    """Members equal, hash, print and format as their value, and may be stored as text."""

    def __str__(self) -> str:
        return str(self.value)
