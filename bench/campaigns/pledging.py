"""Pledges a second through the whole transaction, by eight clients at once, while everyone reads the total."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("campaigns.inside.pledging")
