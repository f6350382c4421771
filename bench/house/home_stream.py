"""The home stream at each size, on each database."""

from .databases import on_each_database

if __name__ == "__main__":
    on_each_database("home_stream")
