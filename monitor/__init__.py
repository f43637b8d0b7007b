"""Monitor: a media monitor for Iran-Pakistan relations."""
