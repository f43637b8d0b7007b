"""Outlets of our own under reserved names, served on loopback: what the cassettes are recorded from.

`outlets/*.yaml` hold the texts and the faults, `templates/` the markup, `cassettes/acts.yaml` the moments at which the
desk looks. Every fact is retold in our own words, nobody is quoted; the outlets and their bylines are invented, and so
is all that happens in the act of faults.
"""
