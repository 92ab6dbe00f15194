"""From JSON or a mapping to a checked profile; the one door for records.

A clean record goes straight through pydantic. One that does not is cleaned of blanks (null and empty
text mean `not supplied`), tried again, and if it still fails, explained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from features.fields import without_blanks
from features.problems import Problem, pointer, shorten, translate
from features.records import Profile
from features.schema import TABLES

PROBLEMS_MAX = 50
"""Most problems told about one record."""


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
    if isinstance(data, Profile):
        return data if as_of is None else data.model_copy(update={"as_of": as_of})
    if as_of is None and not isinstance(data, Mapping):
        try:
            return Profile.model_validate_json(data)
        except ValidationError:
            pass
    record = data if isinstance(data, Mapping) else _decode(data)
    return _check(record, default_as_of, as_of)


def _decode(data: bytes | str) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise InvalidProfile(
            (Problem(where, f"is not JSON: {error.msg}", "write one object"),)
        ) from (error)
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InvalidProfile((Problem("", f"is not JSON: {error}", "write one object"),)) from error
    if not isinstance(found, dict):
        raise InvalidProfile(
            (Problem("", f"{shorten(found)} is not a profile", "write one object"),)
        )
    return found


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
        problems = tuple(translate(e, pointer(e["loc"]), _known(e["loc"])) for e in told)
        raise InvalidProfile(problems, _id(cleaned)) from error


def _id(record: Mapping[str, Any]) -> str | None:
    found = record.get("profile_id")
    return found if isinstance(found, str) else None


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
