"""Rules on plain values: no database, no web, no clock."""
