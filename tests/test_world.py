"""The simulated world: deterministic, sourced, blind to origin, and no easier than it says."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.catalogue import FEATURES
from features.compute import compute
from features.context import Context
from features.frames import from_frames
from features.keys import people as keyed_people
from features.keys import uses
from features.lookups import load_networks, load_phones
from features.reading import read_profile
from features.schema import TABLES, VALUE
from fraudscore.cohort import cohort_of
from fraudscore.errors import InputError
from training.world import rates, simulate, tells
from training.world.lookalikes import STORY
from training.world.operators import operator_size
from training.world.parameters import NUMBERS, SPANS, Parameters
from training.world.people import END, people
from training.world.rates import PARTS
from training.world.sourced import Shares
from training.world.tells import SCHEMES, TELLS

PEOPLE = 6_000
SOURCES = """
    assumed measured calendar quantities.md code_history.md id_calendar.csv data README follows MBO YG
    PIND GTIG25 GITLAB ZX25 INSIKT26 SOPH LVB GEOW AMZN CHB SWX KVMSIG KB4 MS UNC5267 NPA24 TAY
    FBI25 JPN2 ANYRUN THN26S ADV22 PSA23 SEAL NISOS KRAK GLAB KET ZX24 GART CHAP WANG MILSP release-notes
    PSA24 VZ 38N
""".split()
CLAIMS = {"travel", "vpn", "household", "payees", "other_names", "places"}
FINDS = {"tools", "list_matches", "renames"}
"""Rows that exist only where something was found; whether anybody looked is a column elsewhere."""
CITY_DATA = {"impossible_travel_share", "beyond_home"}
"""Features that need city-level address data, of which the world has none."""
RARE = {"gone_after_contact"}
"""Shown by too few for some thousand people."""
SUPPLIED = """
    sessions devices payouts emails phones handles conduct checks shipments repositories commits
    activity positions education skills web_profiles references applications chain deliverables
    referrals
""".split()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world") / "w"
    simulate(PEOPLE, 3, folder)
    return {path.stem: pd.read_parquet(path) for path in folder.glob("*.parquet")}


@pytest.fixture(scope="module")
def labels(world):
    return world["labels"].set_index("profile_id")


@pytest.fixture(scope="module")
def tables(world):
    return {name: frame for name, frame in world.items() if name in TABLES}


@pytest.fixture(scope="module")
def observed(tables):
    """The matrix of features by profile."""
    batch, problems = from_frames(tables)
    assert not problems
    computed = compute(batch, Context(load_networks(), load_phones()))
    return pd.DataFrame(computed.matrix, index=list(batch.ids), columns=list(FEATURES))


def digests(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        simulate(300, seed, tmp_path / name)
    assert digests(tmp_path / "a") == digests(tmp_path / "b") != digests(tmp_path / "c")


def test_a_shifted_world_is_another_world(tmp_path):
    simulate(300, 5, tmp_path / "a")
    simulate(300, 5, tmp_path / "b", shift=0.5)
    a, b = (json.loads((tmp_path / name / "world.json").read_text()) for name in "ab")
    assert a["parameters"] != b["parameters"] == Parameters().shifted(0.5).digest
    assert set(a) == {"people", "seed", "shift", "parameters", "versions"}
    assert Parameters().shifted(0.5).tell("slow", "careless") == pytest.approx(
        Parameters().tell("slow", "careless") / 2
    )


def test_progress_ends_at_the_last_person(tmp_path):
    told = []
    simulate(450, 1, tmp_path / "w", progress=lambda done, total: told.append((done, total)))
    assert told == [(200, 450), (400, 450), (450, 450)]


def test_everybody_is_readable(world, labels, observed):
    assert set(world) <= {*TABLES, "labels"}
    assert len(observed) == len(labels) == PEOPLE


def test_the_world_shows_what_features_look_for(observed):
    """What nobody in the world shows can have no weight, whatever a real person shows."""
    unshown = {name for name in observed if not (observed[name] > 0).any()}
    unlinked = {name for name, feature in FEATURES.items() if feature.family == "linkage"}
    context = {name for name, feature in FEATURES.items() if feature.strength == "context"}
    assert unshown <= CITY_DATA | RARE | unlinked | context


def test_profiles_pass_the_record(tables, labels):
    """Two hundred people, as the record's own models read them."""
    chosen = list(labels.index[:: PEOPLE // 200])
    persons = {name: {"claims": {}} for name in chosen}
    for name, frame in tables.items():
        part = frame[frame["profile_id"].isin(persons)]
        for row in json.loads(part.to_json(orient="records", date_format="iso")):
            add(persons, name, {key: value for key, value in row.items() if value is not None})
    read = [read_profile(person) for person in persons.values()]
    assert [person.profile_id for person in read] == chosen
    assert sum(len(person.sessions) for person in read) > 200


def add(persons, table, row):
    person, spec = persons[row["profile_id"]], TABLES[table]
    if table == "profiles":
        for column, value in row.items():
            *path, last = column.split(".")
            target = person
            for step in path:
                target = target.setdefault(step, {})
            target[last] = value
        return
    del row["profile_id"]
    target = person
    for step in spec.path[:-1]:
        target = target.setdefault(step, [] if spec.parent else {})
    if spec.parent:
        parent = row.pop(spec.parent)
        target = next(item for item in target if item["id"] == parent)
    for column in spec.columns.values():
        if column.kind == "day" and column.name in row:
            row[column.name] = row[column.name].split("T")[0]
    target.setdefault(spec.path[-1], []).append(row.get(VALUE, row))


def test_moments_are_before_the_day_of_the_assessment(world, labels):
    days, sessions = labels["as_of"], world["sessions"]
    assert days.max() <= pd.Timestamp("2026-06-30", tz="UTC")
    assert days.min() >= pd.Timestamp("2024-10-01", tz="UTC")
    age = sessions["profile_id"].map(days) - sessions["at"]
    assert age.min() >= pd.Timedelta(0)
    assert age.max() <= pd.Timedelta(days=275)


def test_shares_of_labels(labels):
    assert 0.035 < (labels["label"] == "impersonation").mean() < 0.09
    odd = ~labels["story"].isin(["ordinary", "persona"])
    assert 0.30 < odd.mean() < 0.42
    assert 3.5 <= odd.sum() / (labels["label"] == "impersonation").sum() <= 12  # operators vary
    assert 5 <= NUMBERS["look_alikes"].value / NUMBERS["impersonated"].value <= 10
    assert set(labels.loc[odd, "story"]) == set(STORY)
    assert set(labels["scheme"]) == {"", *SCHEMES}
    assert set(labels["attacker"]) == {"", "careless", "vpn", "targeted", "copied_profile"}
    assert ((labels["scheme"] != "") == (labels["label"] == "impersonation")).all()


def test_every_story_and_attacker_is_told_apart_by_its_name():
    assert all(story.__doc__ for story in STORY.values())
    assert len({story.__name__ for story in STORY.values()}) == len(STORY)


def test_at_least_fifteen_percent_of_positives_show_nothing(labels, observed):
    positive = labels[labels["label"] == "impersonation"]
    assert positive["clean"].mean() >= 0.15
    assert not labels.loc[labels["label"] != "impersonation", "clean"].any()
    against = [name for name, f in FEATURES.items() if f.contradiction]
    seen = observed.loc[positive.index[positive["clean"]], against].fillna(0)
    assert (seen == 0).all().all(), seen.loc[:, (seen != 0).any()].max()


def test_operators_have_a_heavy_tail():
    rng = random.Random(4)
    sizes = np.array([operator_size(rng, Parameters()) for _ in range(20_000)])
    assert np.median(sizes) == NUMBERS["operator_median"].value
    assert 22 <= np.quantile(sizes, 0.95) <= 28
    assert sizes.mean() == pytest.approx(NUMBERS["operator_mean"].value, rel=0.05)


def test_personas_of_an_operator_share_things(world, labels):
    operators = labels[labels["label"] == "impersonation"]["cluster"]
    for table, column in (("payouts", "account"), ("sessions", "ip"), ("devices", "id")):
        frame = world[table][["profile_id", column]].dropna().drop_duplicates()
        frame = frame.assign(cluster=frame["profile_id"].map(operators)).dropna()
        users = frame.groupby(column).agg(
            people=("profile_id", "nunique"), of=("cluster", "nunique")
        )
        assert (users["people"] > 1).any()
        # Hosts and mules serve several operators; nothing else does.
        assert (users["of"] == 1).mean() > (0.97 if column == "account" else 0.99)


def test_an_operator_sends_laptops_where_one_is_already():
    sent, places = Counter(), Counter()
    for life in people(16_000, 3, Parameters()):
        if life.host and life.ring:
            where = life.ring.key, life.home.country
            sent[where] += 1
            places[(*where, life.host)] += 1
    further, new = sent.total() - len(sent), len(places) - len(sent)
    assert further >= 20
    assert new < further / 2


def test_honest_people_share_lines_with_those_they_bring():
    lives = {life.number: life for life in people(8_000, 3, Parameters())}
    couples = [life for life in lives.values() if life.ring and "couple" in life.story]
    assert len(couples) >= 20
    for life in couples:
        assert life.building == lives[life.ring.first].building != ""
    agents = [life for life in lives.values() if life.ring and "agency" in life.story]
    assert 0 < sum(life.building == life.ring.key for life in agents) < len(agents) / 2
    near = [life for life in lives.values() if life.neighbour is not None]
    assert near
    assert all(lives[life.neighbour].building == life.building for life in near)


@pytest.mark.parametrize("table", SUPPLIED)
def test_what_is_supplied_does_not_depend_on_the_label(world, labels, table):
    supplied = labels.index.isin(world[table]["profile_id"])
    for _, group in labels.assign(supplied=supplied).groupby("buyer"):
        positive = group["label"] == "impersonation"
        a, b = group.loc[positive, "supplied"], group.loc[~positive, "supplied"]
        error = np.sqrt(b.mean() * (1 - b.mean()) * (1 / len(a) + 1 / len(b)))
        assert abs(a.mean() - b.mean()) <= 4 * error
    assert supplied.mean() > 0.05


def test_every_table_is_a_part_a_claim_or_a_find(world):
    assert set(world) == {*SUPPLIED, *CLAIMS, *FINDS, "profiles", "labels"}


def test_decisions_come_after_what_was_seen_and_before_the_end(world, labels):
    decided = world["profiles"].dropna(subset=["disposition.kind"]).set_index("profile_id")
    after = decided["disposition.decided_at"]
    assert (after > decided["as_of"]).all()
    assert after.max() <= pd.Timestamp(END)
    right = labels.loc[decided.index, "label"] == "impersonation"
    assert 0.1 < right.sum() / (labels["label"] == "impersonation").sum() < 0.3
    assert right.mean() > 0.9


def test_what_was_decided_about_a_person_is_no_part_of_their_own_features(tables):
    """Whoever shares nothing sees nothing of anybody's, and nobody anything of their own."""
    known, first = Context(load_networks(), load_phones()), tables["profiles"]["profile_id"][:300]
    some = {name: frame[frame["profile_id"].isin(set(first))] for name, frame in tables.items()}
    columns = [name for name in some["profiles"] if name.startswith("disposition.")]
    assert columns
    told = some["profiles"].copy()
    told["disposition.kind"] = "confirmed_impersonation"
    told["disposition.decided_at"] = told["as_of"] - pd.Timedelta(days=1)

    def features(profiles):
        batch, problems = from_frames(some | {"profiles": profiles})
        assert not problems
        return batch, compute(batch, replace(known, cohort=cohort_of([batch], known))).matrix

    batch, without = features(some["profiles"].drop(columns=columns))
    _, everybody = features(told)
    close = list(FEATURES).index("confirmed_case_closeness")
    differs = ((without != everybody) & ~(np.isnan(without) & np.isnan(everybody))).any(axis=0)
    assert differs.nonzero()[0].tolist() == [close]
    assert not without[:, close].any()
    seen = everybody[:, close] > 0
    assert (
        seen == (cohort_of([batch], known).links(uses(batch, known), keyed_people(batch)).ring > 1)
    ).all()


def test_sight_differs_by_less_than_three_points_between_labels():
    """On enough people for three points to be more than chance, and before any row is made."""
    everybody, seen = Counter(), Counter()
    for life in people(120_000, 8, Parameters()):
        group = life.buyer, life.impersonated
        everybody[group] += 1
        seen.update((*group, part) for part in life.sees)
    for buyer in ("marketplace", "employer"):
        for part in PARTS:
            rates_ = [seen[buyer, p, part] / everybody[buyer, p] for p in (False, True)]
            assert abs(rates_[0] - rates_[1]) < 0.03, (buyer, part)


def test_neither_buyer_sees_everything():
    assert any(market == 0 for market, _ in PARTS.values())
    assert any(employer == 0 for _, employer in PARTS.values())


@pytest.fixture(scope="module")
def histories(world):
    """Own commits of people with at least twenty, without +0000 where other offsets are common."""
    names = world["profiles"].set_index("profile_id")["claims.name"]
    commits = world["commits"].sort_values(["profile_id", "authored_at"])
    own = ~commits["bot"] & (commits["author_name"] == commits["profile_id"].map(names))
    commits = commits[own]
    others = commits["author_offset_minutes"].ne(0).groupby(commits["profile_id"]).transform("mean")
    commits = commits[(others < 0.2) | commits["author_offset_minutes"].ne(0)]
    return {who: some for who, some in commits.groupby("profile_id") if len(some) >= 20}


def apart(a, b):
    turn = abs(a - b) % 1440
    return np.minimum(turn, 1440 - turn)


def usual(offsets):
    """The most frequent, of equals the least; NaN of none."""
    values, counts = np.unique(offsets[~np.isnan(offsets)], return_counts=True)
    return values[counts.argmax()] if values.size else np.nan


def flags(commits, created):
    """How many of the first five flags of code_history.md show, summer time counted as a zone."""
    offsets = commits["author_offset_minutes"].to_numpy(dtype=float)
    at, place = commits["authored_at"], pd.factorize(commits["repository"])[0]
    site = commits["on_site"].to_numpy(dtype=bool)
    switches = (apart(offsets[1:], offsets[:-1]) >= 120).mean()
    parts = [offsets[place == number] for number in np.flatnonzero(np.bincount(place) >= 3)]
    elsewhere = [apart(usual(some), usual(offsets)) >= 120 for some in parts]
    gap = apart(usual(offsets[site]), usual(offsets[~site])) if site.sum() >= 2 else 0
    halves = pd.factorize(at.dt.floor("180D"))[0]
    zones = max(several_zones(offsets[halves == half]) for half in range(halves.max() + 1))
    early = (at < created - pd.Timedelta(days=1)).mean() if pd.notna(created) else 0
    split = len(parts) > 1 and np.mean(elsewhere) >= 0.25
    return sum([switches >= 0.05, split, gap >= 180, early > 0.05, zones >= 4])


def several_zones(offsets):
    """Zones, to the hour, of at least two commits at the same offset."""
    values, counts = np.unique(offsets[~np.isnan(offsets)], return_counts=True)
    return len(set(np.round(values[counts >= 2] / 60)))


def test_laundered_histories_keep_the_clocks_of_their_owners(world, labels, histories):
    """code_history.md: two flags in 44 to 86 % of impersonators, 1.4 % of ordinary people [0-5]."""
    created = world["profiles"].set_index("profile_id")["code.created_at"]
    shown = pd.Series({who: flags(some, created[who]) >= 2 for who, some in histories.items()})
    known = labels.loc[shown.index]
    positive, ordinary = known["label"] == "impersonation", known["story"] == "ordinary"
    assert 0.44 < shown[positive].mean() < 0.75
    assert 0 < shown[ordinary].mean() < 0.03
    assert shown[ordinary].mean() < shown[~ordinary & ~positive].mean() < 0.09
    searched = world["commits"].dropna(subset="twin")["profile_id"].nunique()
    assert searched == world["profiles"]["code.twins_searched"].sum() > 0


def test_how_much_code_there_is_says_nothing(world, labels, histories):
    positive = (labels.loc[list(histories), "label"] == "impersonation").to_numpy()
    repositories, on_site = (lambda x: x["repository"].nunique()), (lambda x: x["on_site"].mean())
    for count in (len, repositories, on_site):
        found = np.array([float(count(some)) for some in histories.values()])
        order = found.argsort().argsort()
        a, b = order[positive], order[~positive]
        error = len(order) / np.sqrt(12 * len(a))
        assert abs(a.mean() - b.mean()) < 4 * error


def test_names_say_nothing_about_places_or_labels(world, labels):
    first = world["profiles"].set_index("profile_id")["claims.name"].str[0]
    places = world["places"].drop_duplicates("profile_id").set_index("profile_id")["country"]
    for side in (places == "US", labels["label"] == "impersonation"):
        known = side.reindex(first.index).dropna().astype(bool)
        table = pd.crosstab(first[known.index], known)
        expected = table.sum(axis=1).to_numpy()[:, None] * table.sum(axis=0).to_numpy() / len(known)
        chi = ((table - expected) ** 2 / expected).to_numpy().sum()
        assert chi < 3 * len(table)


def test_honest_people_are_messy(labels, observed):
    honest = observed[labels.loc[observed.index, "label"] == "honest"]
    for name in ("outside_share", "zone_outside_share", "countries_in_a_week", "account_workers"):
        assert 0.01 < (honest[name].dropna() > 0).mean() < 0.4, name


def still(profiles):
    """Days for which web profiles were silent; a few months are ordinary."""
    return (
        pd.to_datetime(profiles["dormant_until"]) - pd.to_datetime(profiles["dormant_from"])
    ).dt.days


ODDITIES = {
    "camera": ("conduct", lambda x: x["seen"] & (x["kind"] == "camera_refused")),
    "other person": ("conduct", lambda x: x["seen"] & (x["kind"] == "different_person")),
    "check differs": ("checks", lambda x: x["outcome"] == "different"),
    "check failed": ("checks", lambda x: x["outcome"] == "failed"),
    "name on document": ("checks", lambda x: ~x["name_agrees"].fillna(True)),
    "no live picture": ("checks", lambda x: x["capture"].isin(["scan", "screenshot"])),
    "post box": ("shipments", lambda x: x["kind"].isin(["post_box", "forwarder"])),
    "late change": ("shipments", lambda x: x["sent_at"] - x["changed_at"] <= "3D"),
    "one address": ("shipments", lambda x: x["other_recipients"] > 0),
    "school": ("education", lambda x: ~x["registry_confirms"].fillna(True)),
    "reference": ("references", lambda x: ~x["confirmed_by_employer"].fillna(True)),
    "dormant profile": ("web_profiles", lambda x: still(x) > 366),
    "undeclared layer": ("chain", lambda x: ~x["declared"].fillna(True)),
    "nobody verified": ("chain", lambda x: ~x["verified_person"].fillna(True)),
    "shared text": ("profiles", lambda x: x["work.similar_texts"] > 0),
}  # fmt: skip


@pytest.mark.parametrize("oddity", ODDITIES)
def test_oddities_are_on_both_sides_and_never_on_the_clean(world, labels, oddity):
    table, test = ODDITIES[oddity]
    people = labels.index.isin(world[table].loc[test(world[table]), "profile_id"])
    positive = labels["label"] == "impersonation"
    honest = people[labels["label"] == "honest"].mean()
    assert 0 < honest < people[positive & ~labels["clean"]].mean()
    assert not people[labels["clean"]].any()


def test_sources_tell_one_career_apart_from_months(world, labels):
    """Years apart on one employer is rare among honest people; months are not."""
    jobs = world["positions"].dropna(subset=["starts"])
    starts = pd.to_datetime(jobs["starts"]).groupby([jobs["profile_id"], jobs["employer"]])
    apart = (starts.max() - starts.min()).dt.days.groupby("profile_id").max()
    honest = apart[labels.loc[apart.index, "label"] == "honest"]
    assert 0.15 < (honest > 20).mean() < 0.7
    assert (honest > 200).mean() < 0.02


def test_phone_numbers_follow_the_claimed_country_of_honest_people(labels, observed):
    honest = observed[labels.loc[observed.index, "label"] == "honest"]
    assert honest["number_elsewhere_share"].mean() < 0.2


def test_every_number_has_a_unit_and_a_source():
    tables = [x for x in [*vars(rates).values(), *vars(tells).values()] if isinstance(x, Shares)]
    tables += [*tells.SCHEME_TELLS.values(), *tells.STORY_TELLS.values()]
    assert len(tables) > 20
    for number in [*NUMBERS.values(), *SPANS.values(), *TELLS.values(), *tables]:
        assert number.unit
        assert any(tag in number.source for tag in SOURCES), number.source
    assert "(assumed)" in Path(rates.__file__).read_text().split("PARTS:")[-1]


def test_every_number_is_used():
    code = "".join(path.read_text() for path in Path(rates.__file__).parent.glob("*.py"))
    for name in [*NUMBERS, *SPANS, *TELLS]:
        assert code.count(f'"{name}"') >= 2, name


def test_honest_people_show_every_tell_now_and_then():
    of_liars = {
        "hides",
        "payee_declared",
        "laundered",
        "copies_found",
        "code_other_name",
        "ship_box",
    }
    assert all(tell.honest > 0 for name, tell in TELLS.items() if name not in of_liars)
    for some in [*tells.SCHEME_TELLS.values(), *tells.STORY_TELLS.values()]:
        assert set(some) <= set(TELLS)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="other things"):
        simulate(100, 1, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_failed_write_leaves_the_old_world(tmp_path, monkeypatch):
    simulate(100, 1, tmp_path / "w")
    before = digests(tmp_path / "w")
    monkeypatch.setattr(pd.DataFrame, "to_parquet", _fails)
    with pytest.raises(OSError, match="full"):
        simulate(100, 2, tmp_path / "w")
    assert digests(tmp_path / "w") == before
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


def _fails(*_args, **_more):
    raise OSError("the disk is full")
