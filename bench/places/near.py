"""The thirty nearest of a million venues, and venues by their names, on each database; beside PostGIS and Redis."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("places.inside.near")
