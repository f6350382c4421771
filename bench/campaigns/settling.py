"""From a deadline to receipts: a hundred thousand pledges by card, each batch on disk before the next, with a provider that answers at once."""

from bench.databases import on_each_database

if __name__ == "__main__":
    on_each_database("campaigns.inside.settling")
