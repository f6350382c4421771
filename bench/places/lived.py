"""Millions of check-ins of thousands of people: the list of one's connections, a check-in with all it brings, the night."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("places.inside.lived")
