"""From JSON or a mapping to a checked profile; the one door for records.

A clean record goes straight through pydantic. One that does not is cleaned of blanks (null and empty
text mean `not supplied`), tried again, and if it still fails, explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from features.fields import KEY_MAX, refusal, without_blanks
from features.part import KEPT
from features.problems import EXAMPLE, Problem, pointer, shorten, translate, unknown_field
from features.records import Profile
from features.repeated import marking
from features.schema import TABLES

PROBLEMS_MAX = 50
"""Most problems told about one record."""
DIGITS_MAX = 300
"""Longest whole number read exactly; beyond it no field has room and Python refuses to print it."""


class InvalidProfile(ValueError):
    """A record that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...], profile_id: str | None = None) -> None:
        self.problems = problems
        self.profile_id = profile_id
        super().__init__("\n".join(map(str, problems)))


def read_profile(
    data: bytes | str | Mapping[str, Any] | Profile,
    *,
    default_as_of: datetime | None = None,
    as_of: datetime | None = None,
) -> Profile:
    """Check one record. ``as_of`` overrides the record's own, ``default_as_of`` fills a missing one.

    Raises InvalidProfile naming every problem; never anything else, whatever ``data`` holds.
    """
    for moment in (as_of, default_as_of):
        if moment is not None and moment.tzinfo is None:
            found = f"{shorten(moment.isoformat())} has no time zone"
            raise InvalidProfile((Problem("as_of", found, f"write {EXAMPLE}"),))
    if isinstance(data, Profile):
        return data if as_of is None else data.model_copy(update={"as_of": as_of})
    if as_of is None and not isinstance(data, Mapping):
        try:
            return Profile.model_validate_json(data)
        except ValidationError:
            pass
    record = data if isinstance(data, Mapping) else _decode(data)
    return _check(record, default_as_of, as_of)


def read_kept(data: bytes) -> Profile:
    """A record as it was once taken and kept: no rule that came since makes it unreadable."""
    return Profile.model_validate_json(data, context=KEPT)


def _decode(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, (bytes, bytearray, str)):
        raise _unusable(f"{type(data).__name__} is not a profile")
    # The end of a line of JSONL is no second line of the record.
    text = (data.removeprefix("\ufeff") if isinstance(data, str) else data).rstrip()
    try:
        found = decode_json(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise _unusable(f"is not JSON: {error.msg}", where) from error
    except RecursionError as error:
        raise _unusable("is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise _unusable(f"is not UTF-8 text: {error.reason} at byte {error.start}") from error
    if not isinstance(found, dict):
        raise _unusable(f"{shorten(found)} is not a profile")
    return found


def decode_json(text: bytes | bytearray | str) -> Any:
    """Any JSON value; a whole number of thousands of digits is read as infinite, not an error.

    Objects that give a name twice are marked, as `features.repeated` finds them.
    """
    return json.loads(text, parse_int=_integer, object_pairs_hook=marking)


def _unusable(found: str, where: str = "") -> InvalidProfile:
    return InvalidProfile((Problem(where, found, "write one object"),))


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= DIGITS_MAX else float(digits)


def _check(
    record: Mapping[str, Any], default_as_of: datetime | None, as_of: datetime | None
) -> Profile:
    try:
        cleaned: dict[str, Any] = without_blanks(dict(record))
    except RecursionError as error:
        problem = Problem("", "is nested too deeply", "write a flat record")
        raise InvalidProfile((problem,)) from error
    cleaned.setdefault("claims", {})
    if as_of is not None:
        cleaned["as_of"] = as_of
    elif default_as_of is not None:
        cleaned.setdefault("as_of", default_as_of)
    try:
        return Profile.model_validate(cleaned)
    except ValidationError as error:
        told = error.errors(include_url=False)[:PROBLEMS_MAX]
        problems = [problem for found in told for problem in _explain(found)]
        raise InvalidProfile(tuple(problems[:PROBLEMS_MAX]), _id(cleaned)) from error


def _explain(error: Mapping[str, Any]) -> Iterator[Problem]:
    """One error in plain words, and every forbidden field inside a part nobody knows."""
    where = _visible(error["loc"])
    try:
        yield translate(error, where, _known(error["loc"]))
    except ValueError:  # Python refuses to print a whole number of thousands of digits
        yield Problem(where, "has too many digits", "write a number of ordinary size")
    if error["type"] == "extra_forbidden":
        yield from _refused(error["input"], error["loc"])


def _refused(value: Any, path: tuple[str | int, ...]) -> Iterator[Problem]:
    if isinstance(value, dict):
        for key, item in value.items():
            if refusal(str(key)):
                yield unknown_field(_visible((*path, key)), str(key), ())
            yield from _refused(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _refused(item, (*path, place))


def _visible(path: tuple[str | int, ...]) -> str:
    """The pointer with each name short and its hidden characters shown: names are hostile too."""
    return pointer(step if isinstance(step, int) else shorten(step)[1:-1] for step in path)


def _id(record: Mapping[str, Any]) -> str | None:
    found = record.get("profile_id")
    if not isinstance(found, str):
        return None
    return found if found.isprintable() and len(found) <= KEY_MAX else shorten(found)[1:-1]


def _known(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The fields that exist where an unknown one was found."""
    names = tuple(step for step in path[:-1] if isinstance(step, str))
    for spec in TABLES.values():
        if spec.path == names and spec.model:
            return tuple(spec.model.model_fields)
    model: type[BaseModel] = Profile
    for name in names:
        inner = model.model_fields[name].annotation if name in model.model_fields else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return tuple(model.model_fields)
