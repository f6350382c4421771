"""To whom: groups, their members, audiences made of them, and the algebra of the one rule."""
