"""File formats that users exchange: OPML, CSV and label files. Values to text and back; nothing else."""
