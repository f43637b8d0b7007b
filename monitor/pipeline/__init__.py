"""The steps of the service: poll, read, group, compose, deliver, prune. Each claims what is due, does it, and commits it.

Steps do the I/O and make no decisions: pure functions of the packages below decide, from values.
"""
