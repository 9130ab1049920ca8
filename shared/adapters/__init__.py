"""The outside world: files of other systems, QR codes, notifications; no database."""
