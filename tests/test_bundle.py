"""A bundle that is damaged, edited, swapped or made for another program is refused, alive."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import fraudscore.bundle as bundles
from features.catalogue import FEATURES
from fraudscore.bundle import CARD, GOLDEN, MANIFEST, MODEL, load_bundle
from fraudscore.errors import BundleDamaged, BundleError, BundleMismatch, BundleMissing
from fraudscore.manifest import Manifest
from fraudscore.policy import Rules, bands

SHIPPED = Path(bundles.__file__).parent / "bundles" / bundles.DEFAULT


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "bundle"
    shutil.copytree(SHIPPED, folder)
    return folder


def edit_manifest(folder, change):
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def resign(folder):
    """What an attacker does after editing: make the digests fit."""

    def digests(manifest):
        for name in manifest["digests"]:
            data = (folder / name).read_bytes()
            manifest["digests"][name] = hashlib.sha256(data).hexdigest()

    edit_manifest(folder, digests)


def corrupt(data: bytes, rng: random.Random) -> bytes:
    """One random injury to a file."""
    kind = rng.choice(("flip", "cut", "drop", "double", "digit", "zeros", "swap"))
    at = rng.randrange(len(data))
    if kind == "flip":
        return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
    if kind == "cut":
        return data[:at]
    if kind == "zeros":
        return data[:at] + b"\0" * 64 + data[at + 64 :]
    lines = data.split(b"\n")
    row = rng.randrange(len(lines))
    if kind == "drop":
        del lines[row]
    elif kind == "double":
        lines.insert(row, lines[row])
    elif kind == "swap":
        other = rng.randrange(len(lines))
        lines[row], lines[other] = lines[other], lines[row]
    else:
        digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
        spot = rng.choice(digits)
        new = 48 + (data[spot] - 48 + rng.randrange(1, 10)) % 10
        return data[:spot] + bytes([new]) + data[spot + 1 :]
    return b"\n".join(lines)


def test_the_shipped_bundle_loads_and_is_honest_about_its_training():
    bundle = load_bundle()
    assert bundle.manifest.trained_on == "simulated"
    assert set(bundle.names) <= set(FEATURES)
    assert "simulated" in (SHIPPED / CARD).read_text()


def test_the_shipped_bundle_is_known_by_digest_and_needs_no_child(monkeypatch):
    monkeypatch.setattr(bundles, "_try_in_child", lambda model: pytest.fail("child started"))
    load_bundle()


@pytest.mark.parametrize("seed", range(80))
def test_a_corrupted_file_is_refused(copy, seed):
    rng = random.Random(seed)
    name = rng.choice((MODEL, MODEL, MODEL, GOLDEN, CARD, MANIFEST))
    before = (copy / name).read_bytes()
    after = corrupt(before, rng)
    if after == before:
        after = before[:-1]
    (copy / name).write_bytes(after)
    if name == MANIFEST:
        try:
            found = load_bundle(copy)
        except BundleError:
            return
        # What does not change a score may load: a figure for reading, a space.
        assert same_scores(found)
        return
    with pytest.raises(BundleError):
        load_bundle(copy)


def same_scores(found) -> bool:
    shipped = load_bundle()
    rows = np.random.default_rng(0).random((20, len(shipped.names)))
    return bool(np.allclose(found.margin(rows), shipped.margin(rows), rtol=1e-3, atol=1e-3))


@pytest.mark.parametrize("seed", range(100, 112))
def test_a_corrupted_model_with_fitting_digests_is_refused_or_scores_the_same(copy, seed):
    rng = random.Random(seed)
    (copy / MODEL).write_bytes(corrupt((copy / MODEL).read_bytes(), rng))
    resign(copy)
    try:
        found = load_bundle(copy)
    except BundleError:
        return
    assert same_scores(found)


def test_a_swapped_model_is_refused(copy):
    text = (copy / MODEL).read_text()
    (copy / MODEL).write_text(text.replace("leaf_value=0.", "leaf_value=1.", 1))
    with pytest.raises(BundleDamaged, match=r"model\.txt"):
        load_bundle(copy)


def test_an_edited_leaf_with_fitting_digests_fails_the_golden_rows(copy):
    text = (copy / MODEL).read_text()
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("leaf_value="):
            values = line.removeprefix("leaf_value=").split()
            lines[number] = "leaf_value=" + " ".join(str(float(v) + 0.01) for v in values)
    (copy / MODEL).write_text("\n".join(lines))
    resign(copy)
    with pytest.raises(BundleDamaged):
        load_bundle(copy)


@pytest.mark.parametrize("name", [MODEL, MANIFEST, GOLDEN, CARD])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(BundleMissing, match=name):
        load_bundle(copy)


def test_no_folder_at_all(tmp_path):
    with pytest.raises(BundleMissing, match="fraudscore train"):
        load_bundle(tmp_path / "nowhere")


def test_a_feature_that_is_gone_is_named(copy):
    def rename(manifest):
        manifest["features"][0]["name"] = "astrology"

    edit_manifest(copy, rename)
    with pytest.raises(BundleMismatch, match="astrology"):
        load_bundle(copy)


def test_a_feature_that_changed_its_meaning_is_named(copy):
    def change(manifest):
        manifest["features"][0]["digest"] = "0" * 16

    edit_manifest(copy, change)
    with pytest.raises(BundleMismatch, match="changed its meaning"):
        load_bundle(copy)


def test_an_older_format_is_refused(copy):
    edit_manifest(copy, lambda manifest: manifest.update(format=0))
    with pytest.raises(BundleMismatch, match="format 0"):
        load_bundle(copy)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "[" * 50_000, "\ud800"])
def test_a_manifest_that_is_none_is_refused(copy, text):
    (copy / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(BundleError):
        load_bundle(copy)


def test_columns_are_taken_by_name(copy):
    def turn(manifest):
        manifest["features"].reverse()

    edit_manifest(copy, turn)
    with pytest.raises(BundleDamaged, match="columns"):
        load_bundle(copy)


def test_contributions_sum_to_the_margin_for_every_row():
    bundle = load_bundle()
    rng = np.random.default_rng(1)
    rows = rng.random((500, len(bundle.names))) * rng.choice([1, 5, 100], (500, 1))
    rows[rng.random(rows.shape) < 0.4] = np.nan
    found = bundle.contributions(rows)
    assert np.abs(found.sum(axis=1) - bundle.margin(rows)).max() < 1e-6
    assert (found[np.isnan(rows)] == 0).all()


def test_more_contradiction_never_lowers_the_score():
    bundle = load_bundle()
    rng = np.random.default_rng(2)
    rows = rng.random((200, len(bundle.names))) * 3
    rows[rng.random(rows.shape) < 0.3] = np.nan
    base = bundle.margin(rows)
    for column, feature in enumerate(bundle.features):
        more = rows.copy()
        more[:, column] += 0.7
        change = feature.monotone * (bundle.margin(more) - base)
        assert change.min() >= -1e-9, feature.name


def test_what_speaks_against_people_never_speaks_for_them_at_its_worst():
    """To supply a contradiction must not be better than to supply nothing."""
    bundle = load_bundle()
    (worst,) = bundle.contributions(np.full((1, len(bundle.names)), 1e9))
    raising = [feature.monotone > 0 for feature in bundle.features]
    assert worst[raising].min() >= 0
    assert worst[np.logical_not(raising)].max() <= 0


def test_a_bundle_that_answers_otherwise_has_another_id(copy):
    before = load_bundle(copy).id
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["digests"]["golden.jsonl"] = "0" * 64
    manifest = Manifest.model_validate(manifest)
    assert replace(load_bundle(copy), manifest=manifest).id != before


def test_the_unknown_profile_has_no_evidence():
    bundle = load_bundle()
    nothing = np.full((1, len(bundle.names)), np.nan)
    assert bundle.margin(nothing)[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("group", sorted({feature.group for feature in FEATURES.values()}))
def test_one_group_of_evidence_alone_is_never_review_however_strong(group):
    bundle, rng = load_bundle(), np.random.default_rng(3)
    own = np.array([feature.group == group for feature in bundle.features])
    rows = np.where(own, rng.choice([0, 0.5, 1, 3, 20, 300], (1500, len(own))), np.nan)
    assert "review" not in judged(bundle, rows)


def test_context_alone_never_leaves_no_concern():
    bundle, rng = load_bundle(), np.random.default_rng(4)
    context = np.array([feature.strength == "context" for feature in bundle.features])
    rows = np.where(context, rng.choice([0, 0.5, 1, 5, 50], (1500, len(context))), np.nan)
    assert judged(bundle, rows) <= {"no_concern", "insufficient_evidence"}


def judged(bundle, rows):
    policy = bundle.manifest.policy
    seen = Rules(bundle.features).standing(rows, bundle.contributions(rows), policy.speaks)
    return set(bands(policy, seen))
