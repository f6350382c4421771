"""The house itself: its pages, its look, its owner's desk, and the rooms it is made of."""
