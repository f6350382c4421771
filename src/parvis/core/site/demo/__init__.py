"""The sample square: people one would like to have for neighbours, and what they say."""
