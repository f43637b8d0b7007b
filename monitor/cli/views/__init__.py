"""Values as text, tables, pages and JSON for the user."""
