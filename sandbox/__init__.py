"""A local tax authority and certification provider for trying, testing and teaching without any account.

It plays SAT, an authorised provider (PAC) and DIAN over real HTTP on loopback. It must never import the product's
``core``: it reads the published rules a second time, so that it refuses what we got wrong.
Nothing it issues has any legal value.
"""
