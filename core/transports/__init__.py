"""The only door to the network: one module per service behind one protocol, results instead of exceptions.

Business answers (`base`) are a closed union of frozen results. Only transport trouble is raised, and it is exactly one
of `NotSent`, `InDoubt`, `Misconfigured`. No module here sleeps, retries by itself or knows a database.
"""
