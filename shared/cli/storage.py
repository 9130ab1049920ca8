"""`niemno backup|restore`: a whole copy of the database, and back."""

COMMANDS = ()
