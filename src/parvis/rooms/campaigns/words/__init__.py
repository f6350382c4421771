"""How the pages and letters say things: money and time, states, names, what is wrong."""
