"""The outside world: codes to scan and files of other software; no database here."""
