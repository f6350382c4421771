"""Venues gathered from elsewhere for all members: from an extract of OpenStreetMap."""
