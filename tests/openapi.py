"""Walk a description of an API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def properties_without_example(described: dict[str, Any]) -> list[str]:
    """Every field of every kind, and every parameter, that shows nobody what to write."""
    schemas = described["components"]["schemas"]
    fields = [f"{name}.{field}" for name, schema in schemas.items() for field in _bare(schema)]
    parameters = [
        f"{path} {parameter['name']}"
        for path, methods in described["paths"].items()
        for method in methods.values()
        for parameter in method.get("parameters", ())
        if not (parameter.get("example") or parameter["schema"].get("examples"))
    ]
    return fields + parameters


def _bare(schema: dict[str, Any]) -> Iterator[str]:
    for name, field in schema.get("properties", {}).items():
        if "examples" not in field or not isinstance(field["examples"], list):
            yield name
        yield from _bare(field)
