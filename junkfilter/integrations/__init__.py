"""Adapters for crawlers and engines: thin, made of public names, importing engines lazily."""
