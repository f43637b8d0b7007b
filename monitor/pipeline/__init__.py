"""The five kinds of work: poll, read, tell, deliver, prune. Each step claims what is due, does it, commits it.

Stages do the I/O and hold no rules: what is decided is decided by pure functions below, from values.
"""
