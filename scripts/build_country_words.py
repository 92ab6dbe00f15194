"""Build features/tables/country_words.csv from PyPI's babel and the English words below.

    pip install babel && python scripts/build_country_words.py

Babel packages the names of the Unicode CLDR (Unicode License): of each country its English name and
the one in each of its official languages. A word that means two countries is left out.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import babel
from babel.languages import get_official_languages

from features.tables import country_codes, country_names, plain_country

TABLES = Path(__file__).parent.parent / "features" / "tables"
ENGLISH = {
    "AE": "UAE, Emirates",
    "BA": "Bosnia",
    "CD": "DR Congo, DRC, Democratic Republic of the Congo",
    "CF": "Central African Republic",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CN": "Mainland China, People's Republic of China, PRC",
    "GB": "UK, Great Britain, Britain, England, Scotland, Wales, Northern Ireland",
    "IE": "Republic of Ireland",
    "IR": "Islamic Republic of Iran",
    "KP": "DPRK",
    "KR": "Republic of Korea",
    "LA": "Lao PDR",
    "MD": "Republic of Moldova",
    "MK": "Macedonia",
    "MM": "Myanmar, Burma",
    "NL": "Holland",
    "PS": "State of Palestine",
    "RU": "Russian Federation",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TR": "Türkiye",
    "US": "USA, United States of America, America",
    "VA": "Vatican, Holy See",
    "VN": "Viet Nam",
}
"""Written by hand: short names in use, and the parts of the United Kingdom."""


def main() -> None:
    """Write the table, sorted, so that a rebuild shows only what really changed."""
    words: dict[str, dict[str, str]] = defaultdict(dict)
    for code in sorted(country_codes()):
        languages = ("en", *get_official_languages(code, de_facto=True))
        names = [babel.Locale.parse(tag).territories.get(code) for tag in languages if _known(tag)]
        for name in (*names, *ENGLISH.get(code, "").split(", ")):
            if name:
                words[plain_country(name)].setdefault(code, name)
    listed = {plain_country(name) for name in country_names().values()}
    with (TABLES / "country_words.csv").open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["code", "word"])
        new = [meant for word, meant in words.items() if word not in listed]
        out.writerows(sorted(row for meant in new if len(meant) == 1 for row in meant.items()))


def _known(tag: str) -> bool:
    try:
        babel.Locale.parse(tag)
    except (babel.UnknownLocaleError, ValueError):
        return False
    return True


if __name__ == "__main__":
    main()
