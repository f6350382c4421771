"""Who people are: persons and their addresses, how they come in, what may be told to them."""
