"""One file for each revision; nothing imports them but Alembic."""
