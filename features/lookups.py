"""Look-ups in the operator's own databases and in the numbering plans of the world.

The only module that knows the third-party readers. Everything it returns is an answer of
``features.context``; what ships with the package needs no file from the operator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop

import geoip2.database
import maxminddb
import numpy as np
import phonenumbers
from numpy.typing import NDArray
from phonenumbers import CountryCodeSource, PhoneNumberType

from features.address_records import READERS, Facts, Record
from features.addresses import EmbeddedNetworks, LayeredNetworks, is_public, packed
from features.context import (
    COULD_NOT_CHECK,
    FOUND,
    NETWORK_KINDS,
    Addresses,
    Database,
    Networks,
    PhoneNumbers,
    Phones,
)

__all__ = [
    "EmbeddedNetworks",
    "LayeredNetworks",
    "LookupDataError",
    "MaxMindNetworks",
    "PhoneBook",
    "load_networks",
    "load_phones",
    "stale",
]

PROBED = 1000
"""Networks read when a database is opened, to find a broken or mislabelled file at once."""
LONGEST_NUMBER = 64
"""Characters of the longest phone number worth reading."""


class LookupDataError(ValueError):
    """A look-up file cannot be used: ``path``, what was ``found``, what to do (``write``)."""

    def __init__(self, path: Path, found: str, write: str) -> None:
        super().__init__(f"{path}: found {found}; {write}")
        self.path, self.found, self.write = path, found, write


@dataclass(frozen=True)
class _Source:
    """One open database."""

    path: Path
    trust: int
    database: Database
    wide: bool
    reader: maxminddb.Reader

    def tell(self, address: str, facts: Facts) -> None:
        """Add what the database knows of an address."""
        try:
            record = self.reader.get(address)
        except maxminddb.InvalidDatabaseError as error:
            raise _broken(self.path, error) from error
        if isinstance(record, dict):
            try:
                READERS[self.trust][1](record, facts)
            except (TypeError, ValueError) as error:
                raise _misfit(self.path, self.database.name) from error


def _broken(path: Path, error: Exception) -> LookupDataError:
    return LookupDataError(path, f"a broken file ({error})", "download the database again")


def _misfit(path: Path, label: str) -> LookupDataError:
    return LookupDataError(
        path, f"records that do not fit type {label!r}", "check what the file really is"
    )


def _open(path: Path) -> _Source:
    """Open and probe one database. Raises LookupDataError."""
    try:
        with geoip2.database.Reader(path) as described:
            about = described.metadata()
        reader = maxminddb.open_database(path)
        trust = _trust(path, about.database_type)
        _probe(path, about.database_type, islice(reader, PROBED), READERS[trust][1])
    except (maxminddb.InvalidDatabaseError, UnicodeDecodeError) as error:
        raise _broken(path, error) from error
    except OSError as error:
        found = f"no file that opens ({error.strerror or type(error).__name__})"
        raise LookupDataError(path, found, "give a readable .mmdb file") from error
    built = datetime.fromtimestamp(about.build_epoch, UTC).date()
    database = Database(about.database_type, built)
    return _Source(path, trust, database, about.ip_version == 6, reader)


def _trust(path: Path, label: str) -> int:
    """Place in READERS of the reader for a type of database."""
    for place, (part, _) in enumerate(READERS):
        if part in label.lower():
            return place
    known = ", ".join(part for part, _ in READERS)
    raise LookupDataError(
        path, f"a database of type {label!r}", f"keep only databases of these types here: {known}"
    )


def _probe(
    path: Path,
    label: str,
    records: Iterable[tuple[object, object]],
    read: Callable[[Record, Facts], None],
) -> None:
    """Read the first networks, to tell a broken or mislabelled file from a good one at once."""
    facts = Facts()
    try:
        for _, record in records:
            if isinstance(record, dict):
                read(record, facts)
    except (TypeError, ValueError) as error:
        raise _misfit(path, label) from error
    if facts == Facts():
        raise LookupDataError(
            path,
            f"no field of type {label!r} in its first {PROBED} networks",
            "check what the file really is",
        )


class MaxMindNetworks:
    """Networks from the operator's own databases: MaxMind's, or DB-IP's in MaxMind format.

    ``files`` is a folder of .mmdb files, one file, or several. A place is taken from Enterprise,
    then City, then Country; the strongest kind of tor, residential_proxy, vpn, hosting wins over
    the kind of line. A point without a stated radius gets UNSTATED_RADIUS_KM.
    Raises LookupDataError for a file that cannot be used, when opened or when read.
    """

    def __init__(self, files: Path | Sequence[Path]) -> None:
        self.files = _files(files)
        sources = [_open(path) for path in self.files]
        self._sources = sorted(sources, key=lambda source: (source.trust, source.path.name))

    @property
    def databases(self) -> tuple[Database, ...]:
        """The open databases, the most trusted first."""
        return tuple(source.database for source in self._sources)

    def __reduce__(self) -> tuple[type[MaxMindNetworks], tuple[tuple[Path, ...]]]:
        """Pickle by file names: the readers belong to one process."""
        return type(self), (self.files,)

    def find(self, addresses: Sequence[str]) -> Addresses:
        """Look up distinct addresses; in no database, reserved or malformed: COULD_NOT_CHECK."""
        facts = [self._facts(packed(text)) for text in addresses]
        countries = tuple(sorted({fact.country for fact in facts} - {""}))
        providers = tuple(sorted({fact.provider for fact in facts} - {""}))
        found = [FOUND if f.country or f.asn or f.kind else COULD_NOT_CHECK for f in facts]
        return Addresses(
            state=np.array(found, dtype=np.int8),
            country=_codes((fact.country for fact in facts), _numbered(countries)),
            asn=np.array([fact.asn for fact in facts], dtype=np.int64),
            kind=_codes((fact.kind for fact in facts), _numbered(NETWORK_KINDS)).astype(np.int8),
            provider=_codes((fact.provider for fact in facts), _numbered(providers)),
            latitude=np.array([fact.latitude for fact in facts], dtype=np.float64),
            longitude=np.array([fact.longitude for fact in facts], dtype=np.float64),
            radius_km=np.array([fact.radius_km for fact in facts], dtype=np.float64),
            countries=countries,
            providers=providers,
        )

    def _facts(self, raw: bytes) -> Facts:
        facts = Facts()
        if is_public(raw):
            wide = len(raw) == 16
            address = inet_ntop(AF_INET6 if wide else AF_INET, raw)
            for source in self._sources:
                if source.wide or not wide:
                    source.tell(address, facts)
        return facts


def _files(files: Path | Sequence[Path]) -> tuple[Path, ...]:
    if not isinstance(files, Path):
        return tuple(files)
    if not files.is_dir():
        return (files,)
    found = tuple(sorted(files.glob("*.mmdb")))
    if not found:
        raise LookupDataError(
            files, "no .mmdb file", "put a database there, or name none to use the embedded tables"
        )
    return found


def _numbered(names: Iterable[str]) -> dict[str, int]:
    """The place of each name, -1 for the empty string."""
    return {name: place for place, name in enumerate(names)} | {"": -1}


def _codes(values: Iterable[str], places: Mapping[str, int]) -> NDArray[np.int16]:
    """The place of each value."""
    return np.array([places[value] for value in values], dtype=np.int16)


_OF_A_PLACE = (
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
)
_EXTENSION = re.compile(r"(?:ext\.?|x|#)\s*\d{1,7}\s*$", re.IGNORECASE)
_ABROAD = re.compile(r"^\D*(?:00|011)(?=[^0]*[1-9])")
_REGIONS = tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
_REGION = _numbered(_REGIONS)
_NOTHING = (COULD_NOT_CHECK, -1, np.nan)


@lru_cache(maxsize=500_000)
def _phone(number: str, region: str | None) -> tuple[int, int, float]:
    """State, country and foreign format of one number."""
    if len(number) > LONGEST_NUMBER or any(map(str.isalpha, _EXTENSION.sub("", number))):
        return _NOTHING
    home = region.strip().upper() if region else None
    home = home if home in phonenumbers.SUPPORTED_REGIONS else None
    # 00 and 011 are dialled abroad, whatever the country the form assumed.
    for text in (number, _ABROAD.sub("+", number)):
        try:
            parsed = phonenumbers.parse(text, home, keep_raw_input=True)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return FOUND, *_described(parsed)
    return _NOTHING


def _described(parsed: phonenumbers.PhoneNumber) -> tuple[int, float]:
    sharing = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    shared = len(sharing) > 1 and phonenumbers.number_type(parsed) not in _OF_A_PLACE
    country = "" if shared else phonenumbers.region_code_for_number(parsed) or ""
    source = parsed.country_code_source
    # In the +1 countries the leading 1 is also what one dials at home.
    home = source == CountryCodeSource.FROM_DEFAULT_COUNTRY or (
        parsed.country_code == 1 and source == CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN
    )
    return _REGION.get(country, -1), 0.0 if home else 1.0


@dataclass(frozen=True)
class PhoneBook:
    """Phones from the numbering plans in phonenumbers; offline, answers kept by number.

    A plan says where a range belongs, not who holds a number. Numbers of no place (toll-free, premium)
    have no country where several countries share the code. Words, more than LONGEST_NUMBER characters,
    numbers no plan has: COULD_NOT_CHECK.
    """

    def find(self, numbers: Sequence[str], regions: Sequence[str | None]) -> PhoneNumbers:
        """Look up numbers as typed; ``regions`` are ISO 3166 alpha-2, None or unknown: no default.

        Raises ValueError if the two differ in length.
        """
        answers = [_phone(*pair) for pair in zip(numbers, regions, strict=True)]
        return PhoneNumbers(
            state=np.array([answer[0] for answer in answers], dtype=np.int8),
            country=np.array([answer[1] for answer in answers], dtype=np.int16),
            foreign_format=np.array([answer[2] for answer in answers], dtype=np.float64),
            countries=_REGIONS,
        )


def load_networks(path: Path | None = None) -> Networks:
    """The embedded tables, or a file or folder of databases with the tables behind them.

    Raises LookupDataError.
    """
    embedded = EmbeddedNetworks()
    return embedded if path is None else LayeredNetworks(MaxMindNetworks(path), embedded)


def load_phones() -> Phones:
    """The numbering plans."""
    return PhoneBook()


def stale(databases: Iterable[Database], as_of: date, days: int = 180) -> tuple[Database, ...]:
    """Databases built more than ``days`` before ``as_of``; of an unknown day nothing is said."""
    return tuple(one for one in databases if one.built and (as_of - one.built).days > days)


@cache
def example_number(country: str) -> str:
    """A mobile number that the numbering plan of a country sets aside as its example.

    In international form; for the simulated world, which must not draw real people's numbers. A
    country without one gets the example of the United Kingdom's plan.
    """
    kind = phonenumbers.PhoneNumberType.MOBILE
    found = phonenumbers.example_number_for_type(country, kind)
    found = found or phonenumbers.example_number_for_type("GB", kind)
    assert found is not None
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(found, form))
