"""Words: searching them, setting them, naming languages, making addresses of them."""
