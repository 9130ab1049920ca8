"""The `niemno` command."""
