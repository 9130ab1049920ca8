"""Read-only figures over many records; screens read daily totals, never the single ratings."""
