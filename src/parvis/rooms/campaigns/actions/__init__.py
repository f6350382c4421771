"""The only place where campaigns, pledges and what becomes of them are written."""
