"""The table of first public releases, and which skills it judges."""

from __future__ import annotations

import re

import pytest

from features.tables import rows
from features.technologies import key, technology

ROWS = list(rows("technologies"))


def test_the_table_is_well_formed():
    assert len(ROWS) >= 150
    for row in ROWS:
        assert list(row) == ["name", "aliases", "released", "source"]
        assert row["name"] == row["name"].strip() != ""
        assert re.fullmatch(r"(19[9]\d|20[0-2]\d)-(0[1-9]|1[0-2])", row["released"]), row
        assert "1990-01" <= row["released"] <= "2026-06"
        assert re.fullmatch(r"https://[\w.-]+/\S+", row["source"]), row


def test_no_name_means_two_technologies():
    names = [name for row in ROWS for name in (row["name"], *row["aliases"].split("|")) if name]
    keys = [key(name) for name in names]
    assert all(keys)
    assert len(set(keys)) == len(keys)


def test_the_table_is_in_order():
    names = [row["name"].casefold().lstrip(".") for row in ROWS]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("JavaScript", "Node.js"),
        ("Node.js", "Express.js"),
        ("React", "React Native"),
        ("React", "Next.js"),
        ("Docker", "Kubernetes"),
        ("Kubernetes", "Helm"),
        ("Kubernetes", "Istio"),
        ("Apache Hadoop", "Apache Spark"),
        ("Amazon S3", "AWS Lambda"),
        ("Java", "Kotlin"),
        ("Vue.js", "Nuxt"),
        ("Bitcoin", "Ethereum"),
        ("Ethereum", "Solidity"),
        ("Spring Framework", "Spring Boot"),
        ("ChatGPT", "Amazon Bedrock"),
    ],
)
def test_what_was_built_on_another_came_after_it(earlier, later):
    assert technology(earlier).released < technology(later).released


@pytest.mark.parametrize(
    ("skill", "name"),
    [
        ("react.js", "React"),
        ("ReactJS", "React"),
        ("React 18", "React"),
        ("K8s", "Kubernetes"),
        ("Angular 2+", "Angular"),
        ("AngularJS", "Angular"),
        ("Python 3.11", "Python"),
        (".NET 8", ".NET"),
        ("dotnet core", ".NET"),
        ("C#", "C#"),
        ("PhoneGap", "Apache Cordova"),
        ("Windows Azure", "Microsoft Azure"),
        ("ＧｒａｐｈＱＬ", "GraphQL"),
        ("VSTS", "Azure DevOps"),
    ],
)
def test_one_technology_in_many_spellings(skill, name):
    assert technology(skill).name == name


@pytest.mark.parametrize(
    "skill",
    [
        "JavaScript/TypeScript",
        "AWS (EC2, Lambda)",
        "React & Redux",
        "React Native and Expo",
        "Chef",
        "SWIFT",
        "Playwright",
        "DBT",
        "Bootstrap",
        "IOS",
        "Sketch",
        "Airflow",
        "management",
        "12",
        "…",
    ],
)
def test_several_at_once_and_words_of_other_trades_are_not_judged(skill):
    assert technology(skill) is None
