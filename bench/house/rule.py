"""The rule on single objects, persons' pages and the search, on each database."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("house.inside.rule")
