"""Check-ins that programs post for a person (Micropub), and how a program comes by its key (IndieAuth)."""
