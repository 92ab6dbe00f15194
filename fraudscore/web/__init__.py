"""The doors over HTTP: REST for machines, pages for people. The only package that knows FastAPI."""
