"""What is wrong with a value, said so that a person can mend it: where, what was found, what to write.

One translation of the record's own validation errors serves records and tables alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from features.fields import refusal

FOUND_MAX = 60
"""Characters of a bad value shown; the rest helps nobody and may be hostile."""
BACKWARDS = "ends before it begins"
EXAMPLE = "2026-12-01T09:30:00+00:00"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``where`` is a pointer such as ``sessions[3].at``; ``write`` is advice."""

    where: str
    found: str
    write: str

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.found}; {self.write}"
            if self.where
            else (f"{self.found}; {self.write}")
        )

    def data(self) -> dict[str, str]:
        """As plain data."""
        return {"where": self.where, "found": self.found, "write": self.write}


def shorten(value: Any) -> str:
    """A value as shown in a message: quoted, short, hidden characters made visible."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: FOUND_MAX + 1])
    return f"'{text[:FOUND_MAX]}...'" if len(text) > FOUND_MAX else f"'{text}'"


def pointer(path: Iterable[str | int]) -> str:
    """``("sessions", 3, "at")`` as ``sessions[3].at``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else str(step)
    return out


def nearest(name: str, known: Iterable[str], *, whole: bool = False) -> str | None:
    """The known name most like a mistyped one, if any is like it; ``whole``: not by a part alone, as
    `date` is like `start date`."""
    scorer = fuzz.ratio if whole else fuzz.WRatio
    best = process.extractOne(name, list(known), scorer=scorer, score_cutoff=70)
    return best[0] if best else None


def unknown_field(where: str, name: str, known: Iterable[str], what: str = "record") -> Problem:
    """A field nobody knows, or one that is refused on purpose."""
    why = refusal(name.rpartition(".")[2])
    if why:
        return Problem(where, "is refused", f"{why}; leave it out")
    guess = nearest(name, known)
    advice = f"did you mean '{guess}'?" if guess else "leave it out"
    return Problem(where, f"is not a field of the {what}", advice)


def translate(error: Mapping[str, Any], where: str, known: Iterable[str] = ()) -> Problem:
    """One pydantic error in plain words."""
    kind, context, value = error["type"], error.get("ctx", {}), error.get("input")
    if kind == "extra_forbidden":
        return unknown_field(where, str(error["loc"][-1]), known)
    if kind == "backwards":
        return backwards(where)
    found = shorten(value)
    if kind == "missing":
        return Problem(where, "is missing", "give it a value")
    if kind == "timezone_aware":
        return Problem(where, f"{found} has no time zone", f"write {EXAMPLE}")
    if kind.startswith(("datetime", "date_from", "date_type", "date_parsing", "timezone")):
        example = "2026-12-01" if kind.startswith("date_") else EXAMPLE
        return Problem(where, f"{found} is not a date", f"write {example}")
    if kind == "literal_error":
        return _choice(where, value, context["expected"])
    return _bounds(kind, context, where, found)


def backwards(where: str) -> Problem:
    """A span of days the wrong way round."""
    return Problem(where, BACKWARDS, "swap the two days, or mend the wrong one")


def _choice(where: str, value: Any, expected: str) -> Problem:
    """A value that is none of the allowed ones; long lists are named, not printed."""
    found = shorten(value)
    if "'Europe/Berlin'" in expected:
        return Problem(where, f"{found} is not an IANA time zone", "write one as in Europe/Berlin")
    if "'AD'" in expected:
        code = str(value).strip().upper()
        hint = {"UK": "GB", "EL": "GR", "EN": "GB"}.get(code, code)
        advice = f"write {hint}" if f"'{hint}'" in expected else "write two capitals, as in DE"
        return Problem(where, f"{found} is not an ISO 3166 country code", advice)
    return Problem(where, f"{found} is not one of the allowed values", f"write {expected}")


def _bounds(kind: str, context: Mapping[str, Any], where: str, found: str) -> Problem:
    limits = {
        "greater_than_equal": ("is below", "ge", "write {} or more"),
        "greater_than": ("is not above", "gt", "write more than {}"),
        "less_than_equal": ("is above", "le", "write {} or less"),
        "less_than": ("is not below", "lt", "write less than {}"),
        "string_too_long": ("is longer than", "max_length", "write at most {} characters"),
        "string_too_short": ("is shorter than", "min_length", "write at least {} characters"),
        "too_long": ("has more entries than", "max_length", "give at most {}"),
    }
    if kind in limits:
        said, name, advice = limits[kind]
        limit = context[name]
        return Problem(where, f"{found} {said} {limit}", advice.format(limit))
    wanted = {
        "string_pattern_mismatch": ("is not an e-mail address", "write name@example.org"),
        "float_parsing": ("is not a number", "write a number such as 12.5"),
        "float_type": ("is not a number", "write a number such as 12.5"),
        "int_parsing": ("is not a whole number", "write a whole number"),
        "int_from_float": ("is not a whole number", "write a whole number"),
        "int_type": ("is not a whole number", "write a whole number"),
        "bool_parsing": ("is neither true nor false", "write true or false"),
        "bool_type": ("is neither true nor false", "write true or false"),
        "string_type": ("is not text", "write text in quotes"),
        "finite_number": ("is not a finite number", "write a number, or leave it out"),
        "tuple_type": ("is not a list", "write [ ... ]"),
        "model_type": ("is not an object", "write { ... }"),
        "model_attributes_type": ("is not an object", "write { ... }"),
    }
    said, advice = wanted.get(kind, ("is not understood", "see features/records.py"))
    return Problem(where, f"{found} {said}", advice)
