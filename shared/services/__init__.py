"""What people do: verbs that take a session and never commit."""
