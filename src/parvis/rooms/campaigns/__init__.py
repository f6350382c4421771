"""Campaigns: all-or-nothing funding that debits nobody before the goal is reached, and nobody twice."""
