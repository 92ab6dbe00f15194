"""Small reference tables shipped with the package, and the one place that reads them.

Each table is a CSV file with a line in README.md of this folder saying where it comes from, when
it was made and under which licence.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of ``features/tables/<name>.csv`` as dictionaries, lines starting with # skipped."""
    with (files(__name__) / f"{name}.csv").open(encoding="utf-8") as stream:
        yield from csv.DictReader(line for line in stream if not line.startswith("#"))


@cache
def country_codes() -> frozenset[str]:
    """All ISO 3166-1 alpha-2 codes."""
    return frozenset(row["code"] for row in rows("countries"))


@cache
def country_names() -> dict[str, str]:
    """English short name of each ISO 3166-1 alpha-2 code, for sentences shown to people."""
    return {row["code"]: row["name"] for row in rows("countries")}


def plain_country(name: str) -> str:
    """A country's name without what people write differently: case, accents, points and articles."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = re.sub(r"[^\w&]+", " ", bare.casefold().replace(".", "")).replace("&", " and ").split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


@cache
def country_words() -> dict[str, str]:
    """Code of each country by its plain names: English ones and those of its own languages."""
    named = (*rows("country_words"), *({"code": c, "word": n} for c, n in country_names().items()))
    return {plain_country(row["word"]): row["code"] for row in named}


def country_called(name: str) -> str | None:
    """The code of the country that is called so, if one is."""
    return country_words().get(plain_country(name))


@cache
def country_zones() -> dict[str, tuple[str, ...]]:
    """IANA time zones in use in each country."""
    return {row["code"]: tuple(row["zones"].split()) for row in rows("countries")}


def country_name(code: str) -> str:
    """The name shown for a country code; the code itself if it has none."""
    return country_names().get(code, code)
