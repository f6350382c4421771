"""The home stream at each size, on each database."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("house.inside.home_stream")
