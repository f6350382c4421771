"""The words and pictures of the sample square's journal."""
