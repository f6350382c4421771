"""Brings check-ins from elsewhere: for their author alone, announced to nobody, once each."""
