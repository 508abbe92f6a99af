"""Data files of the archive: the table of traditional and simplified characters."""
