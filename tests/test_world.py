"""The simulated world: deterministic, sourced, blind to origin, and no easier than it says."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from features.frames import from_frames
from features.schema import TABLES
from fraudscore.errors import InputError
from training.world import simulate
from training.world.lookalikes import STORIES
from training.world.parameters import ASSUMED, NUMBERS, TELLS, Parameters

PEOPLE = 6_000


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "w"
    simulate(PEOPLE, 3, folder)
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


@pytest.fixture(scope="module")
def labels(world):
    return world["labels"].set_index("profile_id")


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        simulate(300, seed, tmp_path / name)
    assert digests(tmp_path / "a") == digests(tmp_path / "b") != digests(tmp_path / "c")


def test_everybody_is_readable(world):
    batch, problems = from_frames({k: v for k, v in world.items() if k in TABLES})
    assert not problems
    assert batch.n == PEOPLE


def test_shares_of_labels(labels):
    shares = labels["label"].value_counts(normalize=True)
    assert 0.03 < shares["impersonation"] < 0.10
    odd = (labels["story"] != "ordinary") & (labels["label"] != "impersonation")
    assert odd.sum() >= 4 * (labels["label"] == "impersonation").sum()
    assert set(labels.loc[odd, "story"]) == {story.__name__ for story in STORIES}


def test_at_least_fifteen_percent_of_positives_show_nothing(labels):
    positive = labels[labels["label"] == "impersonation"]
    assert positive["clean"].mean() >= 0.12  # of a few hundred; the parameter is 0.17
    assert Parameters()["clean"] >= 0.15


def test_operators_have_a_heavy_tail(labels):
    sizes = labels[labels["label"] == "impersonation"].groupby("cluster").size()
    assert sizes.median() <= 8
    assert sizes.max() >= 15


@pytest.mark.parametrize("table", ["sessions", "devices", "payouts", "phones", "conduct"])
def test_what_is_supplied_does_not_depend_on_the_label(world, labels, table):
    supplied = labels.index.isin(world[table]["profile_id"])
    for _, group in labels.assign(supplied=supplied).groupby("buyer"):
        positive = group["label"] == "impersonation"
        a, b = group.loc[positive, "supplied"], group.loc[~positive, "supplied"]
        error = np.sqrt(b.mean() * (1 - b.mean()) * (1 / len(a) + 1 / len(b)))
        assert abs(a.mean() - b.mean()) <= 4 * error


def test_names_say_nothing_about_places_or_labels(world, labels):
    profiles = world["profiles"].set_index("profile_id")
    first = profiles["claims.name"].str[0]
    country = world["places"].drop_duplicates("profile_id").set_index("profile_id")["country"]
    table = pd.crosstab(first, country.reindex(first.index) == "US")
    expected = table.sum(axis=1).to_numpy()[:, None] * table.sum(axis=0).to_numpy() / len(first)
    chi = ((table - expected) ** 2 / expected).to_numpy().sum()
    assert chi < 3 * len(table)


def test_phone_numbers_follow_the_claimed_country_of_honest_people(world, labels):
    batch, _ = from_frames({k: v for k, v in world.items() if k in TABLES})
    from features.contact import observe
    from features.context import Context
    from features.lookups import load_networks, load_phones

    with np.errstate(invalid="ignore"):
        facts = observe(batch, Context(load_networks(), load_phones()))
        share = facts.elsewhere / facts.placed_numbers
    honest = (labels.loc[list(batch.ids), "label"] == "honest").to_numpy()
    assert np.nanmean(share[honest]) < 0.2


def test_every_number_has_a_unit_and_a_source():
    for number in NUMBERS.values():
        assert number.unit
        assert number.source
    for tell in TELLS.values():
        assert tell.source
    assert ASSUMED == "assumed"


def test_honest_people_show_every_tell_now_and_then():
    assert all(tell.honest > 0 for name, tell in TELLS.items() if name != "hides")


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="other things"):
        simulate(100, 1, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
