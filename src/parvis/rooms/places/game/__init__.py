"""The game of places: points, badges and mayors, as plain functions of check-ins.

Nothing here knows the database or the rule of who sees what. The room folds a person's own check-ins for their private
tally, and those a given audience sees for what that audience is shown; the functions are the same.
"""
