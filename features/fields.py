"""The kinds of value a record may carry, with their bounds and what is refused outright.

Bounds exist because applicant text is hostile and one profile must never exhaust a batch: a name
longer than 200 characters, a note longer than 2,000 or a list of more than a million rows is a join
gone wrong or an attack, and is refused with the field and the limit.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AwareDatetime, Field, StringConstraints

from features.tables import country_codes

NAME_MAX = 200
KEY_MAX = 200
TEXT_MAX = 2_000
ROWS_MAX = 1_000_000
"""Most rows of one list on one profile; a busy account has a few thousand sign-ins a year."""
FEW_MAX = 1_000
"""Most rows of a list a person fills in (places, phones, payees)."""

EARLIEST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
LATEST = datetime.fromisoformat("2200-01-01T00:00:00+00:00")

FORBIDDEN = {
    word: why
    for why, words in {
        "it says where a person comes from, and only claims against observations are compared": (
            "nationality citizenship citizen visa visa_status immigration_status birthplace "
            "place_of_birth country_of_birth origin national_origin ethnicity ethnic_group race "
            "passport_country"
        ),
        "language and manner of speech follow origin, not identity": (
            "language languages native_language mother_tongue accent dialect keyboard_layout "
            "interface_language locale english_level spelling_style"
        ),
        "looks, voice and emotion are never judged; hand in the result of an identity check": (
            "photo photo_url picture image avatar face face_image voice video emotion biometrics"
        ),
        "it is a protected trait and says nothing about who is working": (
            "age birth_date birthdate date_of_birth dob gender sex pronouns religion politics "
            "political_affiliation union union_membership disability health family marital_status "
            "children sexual_orientation"
        ),
        "it stands in for income and origin; claim a city or region instead": (
            "postcode postal_code zip zip_code"
        ),
        "lists of risky countries are not used; every claim is held against its own observations": (
            "country_risk high_risk_country risk_country sanctioned_country"
        ),
    }.items()
    for word in words.split()
}
"""Field names that are refused wherever they stand, each with the reason told to the sender."""


Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=KEY_MAX, strip_whitespace=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_MAX, strip_whitespace=True)]
IpText = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""An address as logged. Garbage is allowed in: it becomes `could not check`, not an error."""
EmailText = Annotated[
    str,
    StringConstraints(
        min_length=3, max_length=254, strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
    ),
]
if TYPE_CHECKING:
    CountryCode = str
    ZoneName = str
else:
    # Literals of all codes: checked inside pydantic's core, a hundred times a profile.
    CountryCode = Literal[tuple(sorted(country_codes()))]
    ZoneName = Literal[tuple(sorted(available_timezones()))]
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)]
Day = date
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Kilometres = Annotated[float, Field(ge=0, le=20_100)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
AccountNumber = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Hours = Annotated[float, Field(ge=0, le=1_000_000)]
OffsetMinutes = Annotated[int, Field(ge=-14 * 60, le=14 * 60)]


def refusal(field: str) -> str | None:
    """Why a field of this name is refused, or None if no rule names it."""
    return FORBIDDEN.get(field.lower().replace("-", "_").replace(" ", "_"))


def without_blanks(value: Any) -> Any:
    """A copy of decoded JSON in which null and blank text are gone: both mean `not supplied`."""
    if isinstance(value, dict):
        cleaned = {key: without_blanks(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if not _blank(item)}
    if isinstance(value, (list, tuple)):
        return [item for item in map(without_blanks, value) if not _blank(item)]
    return value


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
