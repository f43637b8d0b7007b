"""The tables: one schema for SQLite and PostgreSQL. ARCHITECTURE.md lists which rows share a transaction.

Every kind of work has its due time in the row (`next_at`, `read_at`, `not_before`) and a lease. When the lease expires, the
row is due again, so a killed process loses nothing. Uniqueness is a constraint.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from monitor.model import Article, Source, StoryFeatures, Validators, Verdict
from monitor.store.columns import Hashes, JsonColumn, SafeText, UtcDateTime

REVISION = "0008"  # the newest migration; this program reads and writes this schema only

# SQLAlchemy's metadata cannot describe full-text search. Both databases number the items by time: `place` is the time in
# seconds, then the id, and so the search order in one number. SQLite: an FTS5 index without a copy of the text, updated by
# triggers and sorted by place, so that for a word in a third of all items only the newest ones are read. Its tokens are
# the folded words, whatever their script.
SQLITE_SEARCH = (
    """
    ALTER TABLE item ADD COLUMN place BIGINT
        GENERATED ALWAYS AS (CAST(strftime('%s', at) AS INTEGER) * 2147483648 + id) VIRTUAL
    """,
    "CREATE UNIQUE INDEX ix_item_place ON item (place)",
    """
    CREATE VIRTUAL TABLE item_search USING fts5(
        folded, tags, content='item', content_rowid='place',
        tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"
    )
    """,
    """
    CREATE TRIGGER item_search_insert AFTER INSERT ON item BEGIN
        INSERT INTO item_search(rowid, folded, tags) VALUES (new.place, new.folded, new.tags);
    END
    """,
    """
    CREATE TRIGGER item_search_delete AFTER DELETE ON item BEGIN
        INSERT INTO item_search(item_search, rowid, folded, tags)
            VALUES ('delete', old.place, old.folded, old.tags);
    END
    """,
    """
    CREATE TRIGGER item_search_update AFTER UPDATE OF folded, tags, at ON item
    WHEN new.folded != old.folded OR new.tags != old.tags OR new.place != old.place BEGIN
        INSERT INTO item_search(item_search, rowid, folded, tags)
            VALUES ('delete', old.place, old.folded, old.tags);
        INSERT INTO item_search(rowid, folded, tags) VALUES (new.place, new.folded, new.tags);
    END
    """,
)
# PostgreSQL: generated columns with the configuration `simple`, because the text is folded already. It splits a tag into
# several words, which are searched as a phrase. A tsvector drops the positions beyond word 16,383, so tags come first.
POSTGRES_SEARCH = (
    """
    ALTER TABLE item
        ADD COLUMN place bigint GENERATED ALWAYS AS
            (floor(extract(epoch FROM at AT TIME ZONE 'UTC'))::bigint * 2147483648 + id) STORED,
        ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple', tags || ' ' || folded)) STORED
    """,
    "CREATE UNIQUE INDEX ix_item_place ON item (place)",
    "CREATE INDEX ix_item_words ON item USING gin (words)",
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _text(name: str) -> Column[str]:
    return Column(name, SafeText, nullable=False, server_default="")


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


# --- sources ----------------------------------------------------------------------------------------------------------

host = Table(
    "host",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("ready_at", UtcDateTime),  # not to be asked before
    Column("lease_until", UtcDateTime),  # one row of a host is worked on at a time, be it a source or an entry
    Column("robots", SafeText),
    Column("robots_at", UtcDateTime),
)

source = Table(
    "source",
    metadata,
    Column("id", SafeText, primary_key=True),
    Column("definition", JsonColumn(Source), nullable=False),
    Column("host", ForeignKey("host.name"), nullable=False),  # of where it is polled
    _text("moved_to"),  # where it is polled, since the URL of the configuration has moved for good
    _flag("enabled"),
    Column("paused_at", UtcDateTime),
    _text("paused_reason"),
    Column("next_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("validators", JsonColumn(Validators)),
    _text("body_hash"),
    Column("item_hashes", JsonColumn(tuple[str, ...]), nullable=False, server_default="[]"),  # of the last body
    _text("status"),  # of the last poll: new, unchanged, failed, gone
    _text("reason"),  # of the last poll: the error, or notes
    _count("failures"),  # in a row
    Column("failing_since", UtcDateTime),  # the first of these failures; NULL: none, or they began before schema 0005
    _count("polls"),  # that succeeded; 0: the next one is the baseline
    _count("overlap"),  # entries of the last body that the source had shown before
    Column("last_poll", UtcDateTime),
    Column("last_ok", UtcDateTime),
    Column("last_new", UtcDateTime),
    Column("last_full", UtcDateTime),  # when a body came last, not a 304
    Column("last_count", Integer),  # the entries of that body; NULL: it came before schema 0007
    Index("ix_source_due", "next_at", sqlite_where=text("enabled = 1"), postgresql_where=text("enabled")),
)

poll = Table(
    "poll",  # each finished poll, for the coverage of a period; deleted after some weeks
    metadata,
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("at", UtcDateTime, primary_key=True, index=True),
    Column("answered", Boolean, nullable=False),  # False: it failed
)

gap = Table(
    "gap",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", ForeignKey("source.id"), nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime, nullable=False, index=True),
)

permanent_redirect = Table(
    "permanent_redirect",  # a permanent redirect, as answered on one day
    metadata,
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("url", SafeText, nullable=False),
)

# --- entries ----------------------------------------------------------------------------------------------------------

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True),
    # The hash of the canonical URL (of more, if the link has several entries): PostgreSQL indexes no text over 2,700
    # bytes, and URLs of 8,000 characters are kept.
    Column("key", String(32), nullable=False, unique=True),
    Column("link_key", String(32), server_default="", nullable=False, index=True),  # equal for all entries of one link
    _flag("page_is_shared"),  # by several entries of its link: the words of the feed are the text
    Column("url", SafeText, nullable=False),
    Column("link", SafeText, nullable=False),
    _text("title"),
    _text("summary"),
    _text("content"),
    _text("author"),
    Column("published", UtcDateTime),
    _text("published_text"),
    _text("language"),
    _text("guid"),
    Column("source", ForeignKey("source.id"), nullable=False),  # that showed it first
    Column("host", ForeignKey("host.name"), nullable=False),
    Column("first_seen", UtcDateTime, nullable=False, index=True),
    _flag("baseline"),
    Column("headline_verdict", JsonColumn(Verdict), nullable=False),  # of title and summary
    _flag("headline_matched"),  # it had a hit: read first
    Column("read_at", UtcDateTime),  # not to be read before; none: it has come to its end
    Column("lease_until", UtcDateTime),
    Column("tried_at", UtcDateTime),  # the last attempt that came to nothing
    _count("attempts"),
    Column("status", String(20)),
    _text("reason"),
    Column("ended_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    _count("revisions"),  # by which it was to be judged again
    Column("escalated_at", UtcDateTime),  # when a revision lifted it over a line (digest, alert)
    CheckConstraint("(status IS NULL) = (read_at IS NOT NULL)", name="waits_or_ended"),
    CheckConstraint("(status IS NULL) = (ended_at IS NULL)", name="end_has_time"),
    Index("ix_entry_due", "read_at", sqlite_where=text("status IS NULL"), postgresql_where=text("status IS NULL")),
    Index(
        "ix_entry_retained",
        "ended_at",
        sqlite_where=text("summary != '' OR content != ''"),
        postgresql_where=text("summary != '' OR content != ''"),
    ),
)

sighting = Table(
    "sighting",
    metadata,
    Column("source", ForeignKey("source.id"), primary_key=True),
    Column("entry", ForeignKey("entry.id"), primary_key=True, index=True),
    Column("at", UtcDateTime, nullable=False),  # for the first time
    _text("guid"),  # "": none, or another one at every poll
    _text("words"),  # hash of the words shown last; "": shown before they were recorded
)

page_fingerprint = Table(
    "page_fingerprint",  # hashes of the lines of a page, by which lines that its site repeats are recognised
    metadata,
    Column("entry", String(32), primary_key=True),  # key of the entry that the page was read for
    Column("site", SafeText, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),  # published, else read
    Column("topic", Hashes, nullable=False),
    Column("inside", Hashes, nullable=False),
    Column("ending", Hashes, nullable=False),
    Column("outside", Hashes, nullable=False),
    Index("ix_page_fingerprint_site", "site", "seen_at"),
)

# --- items and stories ------------------------------------------------------------------------------------------------

thread = Table(
    "thread",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
)

story = Table(
    "story",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("thread", ForeignKey("thread.id"), nullable=False, index=True),
    Column("opened_at", UtcDateTime, nullable=False),
)

item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry", ForeignKey("entry.id"), nullable=False, unique=True),
    Column("story", ForeignKey("story.id"), index=True),  # NULL: not relevant, so not grouped
    Column("copy_of", ForeignKey("item.id"), index=True),
    Column("at", UtcDateTime, nullable=False),  # published, else first seen
    Column("published", UtcDateTime),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),  # NULL: its page was not read, or not yet
    Column("delivered_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("article", JsonColumn(Article), nullable=False),  # without its text
    Column("verdict", JsonColumn(Verdict), nullable=False),
    Column("features", JsonColumn(StoryFeatures)),
    Column("grouping", JsonColumn(tuple[str, ...]), nullable=False),  # the reasons for its story
    Column("new_facts", JsonColumn(tuple[str, ...]), nullable=False),
    _flag("relevant"),
    _flag("near"),
    _flag("partial"),  # judged on title and summary alone
    Column("folded", SafeText, nullable=False),  # folded title, lead and text, for search
    _text("tags"),  # source, language, terms, topics and flags, one word each, for search
    Index("ix_item_window", "at", sqlite_where=text("relevant = 1"), postgresql_where=text("relevant")),
    Index("ix_item_near", "stored_at", sqlite_where=text("near = 1"), postgresql_where=text("near")),
)

version = Table(
    "version",
    metadata,
    Column("item", ForeignKey("item.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("title", SafeText, nullable=False),
    Column("text", SafeText),  # NULL: no longer stored
    Column("hash", String(64), nullable=False),  # of title and text
    Index(
        "ix_version_retained", "at", sqlite_where=text("text IS NOT NULL"), postgresql_where=text("text IS NOT NULL")
    ),
)

# --- notices and digests ----------------------------------------------------------------------------------------------

digest = Table(
    "digest",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", SafeText, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("day", Date),  # local; an alert has no day and no slot
    Column("slot", String(5)),
    Column("start", UtcDateTime, nullable=False),
    Column("end", UtcDateTime, nullable=False),
    Column("subject", SafeText, nullable=False),
    Column("composed_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "day", "slot"),  # a repeated hour, or a second process, finds the slot taken
    Index("ix_digest_channel_end", "channel", "end"),
)

digest_item = Table(
    "digest_item",  # the items of a digest
    metadata,
    Column("digest", ForeignKey("digest.id"), primary_key=True),
    Column("item", ForeignKey("item.id"), primary_key=True, index=True),
)

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", SafeText, nullable=False),
    Column("story", ForeignKey("story.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("item", ForeignKey("item.id"), nullable=False),  # that caused it
    Column("not_before", UtcDateTime, nullable=False),
    _flag("late"),
    _flag("partial"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("digest", ForeignKey("digest.id"), index=True),  # that took it
    Index(
        "uq_notice_open",
        "channel",
        "story",
        "kind",
        unique=True,
        sqlite_where=text("digest IS NULL"),
        postgresql_where=text("digest IS NULL"),
    ),
    Index("ix_notice_due", "channel", "not_before"),
)

decision = Table(
    "decision",  # whether a channel is notified of an item, and the reason
    metadata,
    Column("channel", SafeText, primary_key=True),
    Column("item", ForeignKey("item.id"), primary_key=True, index=True),
    Column("kind", String(10)),  # none: the channel is not notified
    Column("reason", String(40), nullable=False),  # a NotifyReason or a SkipReason
    _text("detail"),  # the evidence, for people
    Column("not_before", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", ForeignKey("digest.id"), nullable=False),
    Column("channel", SafeText, nullable=False),
    Column("recipient", SafeText, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("message_id", SafeText, nullable=False, unique=True),
    Column("body", LargeBinary),  # frozen; NULL: no longer stored
    Column("state", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("tried_at", UtcDateTime),
    _count("attempts"),
    _flag("ambiguous"),  # the last try may have arrived
    _text("reason"),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("digest", "recipient"),
    CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name="state_known"),
    Index(
        "ix_delivery_due",
        "next_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_delivery_retained",
        "ended_at",
        sqlite_where=text("body IS NOT NULL"),
        postgresql_where=text("body IS NOT NULL"),
    ),
)

suppressed = Table(
    "suppressed",  # addresses that must not be written to
    metadata,
    Column("key", String(32), primary_key=True),  # a hash: the address itself is forgotten
    Column("at", UtcDateTime, nullable=False),
)

# --- labels, counters, heartbeats -------------------------------------------------------------------------------------

label = Table(
    "label",  # a person's judgement of a text
    metadata,
    Column("key", String(32), primary_key=True),  # of its canonical URL, as in entry
    Column("url", SafeText, nullable=False),
    Column("relevant", Boolean, nullable=False),
    _text("note"),
    Column("at", UtcDateTime, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("value", Integer, nullable=False),
)

heartbeat = Table(
    "heartbeat",  # the last heartbeat of each service
    metadata,
    Column("service", SafeText, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

alarm = Table(
    "alarm",  # the alarms that the operator was notified of and that have not ended
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("raised_at", UtcDateTime, nullable=False),
)

fault = Table(
    "fault",  # work that has failed at each attempt since a time
    metadata,
    Column("name", SafeText, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # of the last failure
    _text("reason"),
)

ended_recipient = Table(
    "ended_recipient",  # recipients that answered that they are gone for good: nothing is sent to them
    metadata,
    Column("channel", SafeText, primary_key=True),
    Column("recipient", SafeText, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    _text("reason"),
)
