"""The ends that an entry can come to. Every entry has exactly one, or is still waiting to be read."""

from enum import StrEnum


class Outcome(StrEnum):
    """The recorded end of an entry."""

    HELD = "held"  # relevant and stored; not told yet
    TOLD = "told"  # in a message that a recipient took
    COPY = "copy-of"  # repeats the text of another item
    REJECTED = "rejected"  # read, and below the line of the rules
    TOO_OLD = "too-old"  # an archive when we first saw it
    UNREAD = "unread"  # its source has only hinted entries read, and it had no hit
    REFUSED = "refused"  # robots.txt, scheme or address forbids to ask for it
    FETCH_FAILED = "fetch-failed"
    EXTRACTION_FAILED = "extraction-failed"
    FORGOTTEN = "forgotten"  # on request; its URL is not read again
