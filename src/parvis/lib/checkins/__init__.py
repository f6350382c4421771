"""Check-ins and visits from elsewhere: Swarm, Google's Timeline, GPX, KML, OwnTracks, GeoJSON; read as streams, plain Python."""

from .reading import Reading
from .records import Kind, LeftOut, Photo, Reason, Report, Unreadable, Visit

__all__ = ["Kind", "LeftOut", "Photo", "Reading", "Reason", "Report", "Unreadable", "Visit"]
