"""The statuses of entries and of polls. Every entry has exactly one, or still waits to be read."""

from enum import StrEnum


class EntryStatus(StrEnum):
    """The recorded end of an entry; the values are stored and printed."""

    PENDING = "pending"  # relevant and stored; no recipient has accepted a message with it yet
    DELIVERED = "delivered"  # in a message that a recipient accepted
    DUPLICATE = "duplicate"  # repeats the text of another item
    REJECTED = "rejected"  # read, and below the digest threshold of the rules
    TOO_OLD = "too-old"  # published long before its source showed it for the first time
    NOT_READ = "not-read"  # its source has only matching headlines read, and this one had no match
    REFUSED = "refused"  # robots.txt, scheme or address forbids requesting it
    FETCH_FAILED = "fetch-failed"
    EXTRACTION_FAILED = "extraction-failed"
    FORGOTTEN = "forgotten"  # on request; its URL is not read again


class PollStatus(StrEnum):
    """The result of a poll; the values are stored, printed and counted."""

    NEW = "new"  # a body with entries
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"  # answered 410: paused by its outlet, and silent until somebody changes it
