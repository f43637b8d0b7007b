"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


# Full-text search is beyond what metadata can say. Both databases number the items by time, seconds before ids: `place`
# is the order of search in one number. SQLite: an index that holds no text of its own, kept by triggers and in that
# order, so that the newest items of a word that a third of them hold are read first, and the rest never. Its words are
# the folded ones, whatever letters they are of.
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
# PostgreSQL: generated columns. The simple configuration knows no language: the text comes folded. The tags are of
# several words to it and found as phrases, and it forgets where the last words of a long text stand: tags come first.
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


def upgrade() -> None:
    op.create_table(
        "beat",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("service", name=op.f("pk_beat")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("slot", sa.String(length=5), nullable=True),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("composed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("channel", "day", "slot", name=op.f("uq_digest_channel_day_slot")),
    )
    op.create_index("ix_digest_channel_end", "digest", ["channel", "end"])
    op.create_table(
        "host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_table(
        "label",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_label")),
    )
    op.create_table(
        "suppressed",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppressed")),
    )
    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ambiguous", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name=op.f("ck_delivery_state_known")),
        sa.ForeignKeyConstraint(["digest"], ["digest.id"], name=op.f("fk_delivery_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("digest", "recipient", name=op.f("uq_delivery_digest_recipient")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_delivery_kept",
        "delivery",
        ["ended_at"],
        sqlite_where=sa.text("body IS NOT NULL"),
        postgresql_where=sa.text("body IS NOT NULL"),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("moved_to", sa.Text(), server_default="", nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validators", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overlap", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_poll", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ok", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_full", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name=op.f("fk_source_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
    )
    op.create_index(
        "ix_source_due", "source", ["next_at"], sqlite_where=sa.text("enabled = 1"), postgresql_where=sa.text("enabled")
    )
    op.create_table(
        "story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["thread.id"], name=op.f("fk_story_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    op.create_index(op.f("ix_story_thread"), "story", ["thread"])
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_text", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("guid", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("baseline", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("hinted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_entry_end_has_time")),
        sa.CheckConstraint("(outcome IS NULL) = (read_at IS NOT NULL)", name=op.f("ck_entry_waits_or_ended")),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name=op.f("fk_entry_host")),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_entry_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_entry_key")),
    )
    op.create_index(
        "ix_entry_due",
        "entry",
        ["read_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(op.f("ix_entry_first_seen"), "entry", ["first_seen"])
    op.create_index(
        "ix_entry_kept",
        "entry",
        ["ended_at"],
        sqlite_where=sa.text("summary != '' OR content != ''"),
        postgresql_where=sa.text("summary != '' OR content != ''"),
    )
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_gap_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
    )
    op.create_index(op.f("ix_gap_end"), "gap", ["end"])
    op.create_table(
        "move",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_move_source")),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_move")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=True),
        sa.Column("copy_of", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("grouping", sa.Text(), nullable=False),
        sa.Column("fresh", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("near", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("partial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["copy_of"], ["item.id"], name=op.f("fk_item_copy_of")),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_item_entry")),
        sa.ForeignKeyConstraint(["story"], ["story.id"], name=op.f("fk_item_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("entry", name=op.f("uq_item_entry")),
    )
    op.create_index(op.f("ix_item_copy_of"), "item", ["copy_of"])
    op.create_index(
        "ix_item_near", "item", ["admitted_at"], sqlite_where=sa.text("near = 1"), postgresql_where=sa.text("near")
    )
    op.create_index(op.f("ix_item_story"), "item", ["story"])
    op.create_index(
        "ix_item_window", "item", ["at"], sqlite_where=sa.text("relevant = 1"), postgresql_where=sa.text("relevant")
    )
    op.create_table(
        "sighting",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name=op.f("fk_sighting_entry")),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name=op.f("fk_sighting_source")),
        sa.PrimaryKeyConstraint("source", "entry", name=op.f("pk_sighting")),
    )
    op.create_index(op.f("ix_sighting_entry"), "sighting", ["entry"])
    op.create_table(
        "digest_item",
        sa.Column("digest", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["digest.id"], name=op.f("fk_digest_item_digest")),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_digest_item_item")),
        sa.PrimaryKeyConstraint("digest", "item", name=op.f("pk_digest_item")),
    )
    op.create_index(op.f("ix_digest_item_item"), "digest_item", ["item"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("partial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["digest.id"], name=op.f("fk_notice_digest")),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_notice_item")),
        sa.ForeignKeyConstraint(["story"], ["story.id"], name=op.f("fk_notice_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_digest"), "notice", ["digest"])
    op.create_index("ix_notice_due", "notice", ["channel", "not_before"])
    op.create_index(op.f("ix_notice_story"), "notice", ["story"])
    op.create_index(
        "uq_notice_open",
        "notice",
        ["channel", "story", "kind"],
        unique=True,
        sqlite_where=sa.text("digest IS NULL"),
        postgresql_where=sa.text("digest IS NULL"),
    )
    op.create_table(
        "version",
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["item.id"], name=op.f("fk_version_item")),
        sa.PrimaryKeyConstraint("item", "number", name=op.f("pk_version")),
    )
    op.create_index(
        "ix_version_kept",
        "version",
        ["at"],
        sqlite_where=sa.text("text IS NOT NULL"),
        postgresql_where=sa.text("text IS NOT NULL"),
    )
    for statement in SQLITE_SEARCH if op.get_context().dialect.name == "sqlite" else POSTGRES_SEARCH:
        op.execute(sa.text(statement))
