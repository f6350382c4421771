"""Pages of the web at large, fetched without ever reaching into one's own network, and what they say."""

from parvis.lib.web.addresses import Unfetched, WebAddress, is_public, lookup
from parvis.lib.web.fetching import Answer, Fetcher
from parvis.lib.web.links import endpoint_of, links_out, points_to
from parvis.lib.web.reading import Entry, entry_of

__all__ = [
    "Answer",
    "Entry",
    "Fetcher",
    "Unfetched",
    "WebAddress",
    "endpoint_of",
    "entry_of",
    "is_public",
    "links_out",
    "lookup",
    "points_to",
]
