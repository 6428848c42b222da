"""Containers and encodings: bytes to pages and back. Knows nothing about spam."""
