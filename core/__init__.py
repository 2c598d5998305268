"""The legal core: pure Python, no Odoo import, no network outside `transports`."""
