"""Files that users exchange (the formats of feeds are in `parse`): OPML, CSV and label files. Values to text and back; nothing else."""
