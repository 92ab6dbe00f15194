"""Links on a table of sign-ups: the same links, nobody named, and how well they find a label."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features.keys import KINDS
from features.linkage import LINKAGE
from fraudscore.errors import InputError
from fraudscore.link_table import link_table, read_table, run_link
from tests.fakes import FakeNetworks, context, profile, values_of
from tests.test_linkage import among

PEOPLE, RING = 600, 12


def signups():
    """600 sign-ups, two a day apart; one ring of twelve on one device, of whom ten are known."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "user": [f"u{n}" for n in range(PEOPLE)],
            "signed_up": pd.date_range("2026-01-01", periods=PEOPLE, freq="7h").astype(str),
            "device_id": [f"d{n}" for n in range(PEOPLE)],
            "ip": [f"81.{n // 250}.{n % 250}.7" for n in range(PEOPLE)],
            "fraud": "0",
        }
    )
    ring = rng.choice(PEOPLE, RING, replace=False)
    frame.loc[ring, "device_id"] = "host"
    frame.loc[ring[:10], "fraud"] = "1"
    pair = [n for n in range(PEOPLE) if n not in ring][:2]
    frame.loc[pair, "device_id"] = "family"
    return frame


def linked(frame, keys=("device_id", "ip"), **more):
    return link_table(frame, "user", keys, more.pop("time", "signed_up"), **more)


def test_users_of_one_device_are_counted_in_order_of_time():
    users = linked(signups()).users
    ring = users[signups()["device_id"] == "host"]
    assert ring["device_id_others"].tolist() == list(range(RING))
    assert ring["ring_users"].tolist() == list(range(1, RING + 1))
    assert users["ip_others"].eq(0).all()
    assert users["sorts_of_key"].max() == 1


def test_a_count_is_held_against_the_label():
    device, ip, bits, ring = linked(signups(), label="fraud").reports
    assert (device.name, device.kind, device.users) == ("device_id", "device", PEOPLE)
    assert device.sharing == RING - 1 + 1
    assert device.quantiles[-1] == RING - 1
    assert 0.9 < device.auc <= 1
    assert device.low <= device.auc <= device.high
    assert 0 < device.false_links <= 1000 * 3 / (PEOPLE - 10)
    assert (ip.auc, ip.sharing, ip.false_links) == (0.5, 0, 0)
    assert (bits.kind, ring.kind) == ("all keys", "all keys")


def test_without_a_label_nothing_is_claimed():
    assert all(np.isnan(r.auc) and np.isnan(r.false_links) for r in linked(signups()).reports)


def test_a_label_nobody_has_is_no_measure():
    frame = signups().assign(fraud="")
    assert all(np.isnan(r.auc) and np.isnan(r.low) for r in linked(frame, label="fraud").reports)


def test_a_crowd_is_a_hub():
    frame = signups().assign(ip="81.2.69.7")
    found = linked(frame)
    assert found.reports[1].hubs == 1
    assert found.users["ip_others"].iloc[6:].eq(0).all()
    assert found.users["hub_users"].max() == PEOPLE


def test_without_a_time_the_order_of_the_table_counts():
    frame = signups().drop(columns="signed_up")
    users = linked(frame, time=None).users
    assert users["device_id_others"].max() == RING - 1
    backwards = linked(frame[::-1], time=None).users
    assert backwards["user"].tolist() == frame["user"].tolist()[::-1]
    assert backwards["device_id_others"].max() == RING - 1


def test_the_order_of_rows_changes_nothing_where_there_is_a_time():
    frame = signups()
    expected = linked(frame).users
    found = linked(frame.sample(frac=1, random_state=2)).users
    pd.testing.assert_frame_equal(
        found.set_index("user").loc[expected["user"]], expected.set_index("user")
    )


def test_a_device_left_long_ago_is_forgotten():
    frame = pd.DataFrame(
        {"user": ["a", "b"], "signed_up": ["2025-01-01", "2026-01-01"], "device": ["d", "d"]}
    )
    assert linked(frame, ["device"]).users["device_others"].tolist() == [0, 0]


def test_a_user_with_several_rows_is_one_user():
    frame = pd.concat([signups(), signups()])
    users = linked(frame).users
    assert len(users) == PEOPLE
    assert users["device_id_others"].max() == RING - 1


def test_a_key_nobody_gave_is_not_counted():
    frame = signups()
    frame.loc[:99, "device_id"] = ""
    found = linked(frame)
    assert found.users["device_id_others"].isna().sum() == 100
    assert found.reports[0].users == PEOPLE - 100


@pytest.mark.parametrize(
    ("column", "first", "second", "kind"),
    [
        ("ip", "81.2.69.10", "81.2.69.200", "line"),
        ("ip_address", "732758368.79972", "732758368.79972", "line"),
        ("email_address", "Ann+x@example.org", "ann@example.org", "mailbox"),
        ("phoneNumber", "+48 601-345-712", "0048601345712", "phone"),
        ("wallet", "0xABC", "0xabc", "payout"),
        ("shipping_address", "12 Juniper Road", "12 juniper rd.", "address"),
        ("cookie=device", "C-1", "c-1", "device"),
    ],
)
def test_keys_are_recognised_by_their_names_and_normalised(column, first, second, kind):
    name = column.partition("=")[0]
    frame = pd.DataFrame({"user": ["a", "b"], name: [first, second]})
    found = linked(frame, [column], time=None)
    assert found.reports[0].kind == kind in KINDS
    assert found.users[f"{name}_others"].tolist() == [0, 1]


def test_two_columns_of_one_kind_are_kept_apart():
    frame = pd.DataFrame({"user": ["a", "b"], "device": ["x", "y"], "old_device": ["y", "x"]})
    users = linked(frame, ["device", "old_device"], time=None).users
    assert users["device_others"].tolist() == users["old_device_others"].tolist() == [0, 0]


@pytest.mark.parametrize(("kind", "others"), [("ordinary", 1), ("vpn", 0), ("mobile", 0)])
def test_an_address_many_come_through_is_no_line(kind, others):
    frame = pd.DataFrame({"user": ["a", "b"], "ip": ["81.2.69.10"] * 2})
    networks = FakeNetworks({"81.2.69.10": {"kind": kind}})
    users = linked(frame, ["ip"], time=None, networks=networks).users
    assert users["ip_others"].fillna(0).tolist() == [0, others]


def test_a_table_and_profiles_give_the_same_links():
    frame = signups()
    people = [
        profile(
            profile_id=row.user,
            as_of=f"{row.signed_up}Z",
            claims={"name": f"only{n}"},
            devices=[{"id": row.device_id}],
        )
        for n, row in enumerate(frame.itertuples())
    ]
    found = among(people)
    users = linked(frame, ["device_id"]).users.set_index("user")
    for name, column in (("device_sharers", "device_id_others"), ("link_bits", "link_bits")):
        assert [found[who][name] for who in users.index] == pytest.approx(users[column], abs=1e-3)
    assert LINKAGE.name == "linkage"
    assert np.isnan(values_of(LINKAGE, people[0], context())["link_bits"]).all()


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"user": "users"}, "no column 'users'; the table has user, signed_up"),
        ({}, {"keys": ["gadget"]}, "no column 'gadget'"),
        ({}, {"keys": ["fraud"]}, "'fraud' is no known kind of key; write --key fraud=KIND"),
        ({}, {"keys": ["ip=house"]}, "write --key ip=KIND with one of payout, mfa, device"),
        ({}, {"keys": []}, "--key device_id"),
        ({}, {"time": "when"}, "no column 'when'"),
        ({}, {"label": "bad"}, "no column 'bad'"),
        ({"signed_up": "yesterday"}, {}, "row 1, column 'signed_up': 'yesterday' is no time"),
        ({"signed_up": ""}, {}, "2026-06-01T00:00:00Z"),
        ({"user": " "}, {}, "row 1, column 'user' is empty"),
        ({"fraud": "perhaps"}, {"label": "fraud"}, "'perhaps'; write 1 or 0, or leave empty"),
    ],
)
def test_bad_input_is_told_with_its_column_and_what_to_write(change, arguments, message):
    given = {"user": "user", "keys": ["device_id"], "time": "signed_up", **arguments}
    with pytest.raises(InputError) as error:
        link_table(signups().assign(**change), **given)
    assert message in str(error.value)


def test_a_column_twice():
    frame = pd.DataFrame([["a", "x", "y"]], columns=["user", "device", "device"])
    with pytest.raises(InputError, match="'device' stands twice"):
        linked(frame, ["device"], time=None)


@pytest.mark.parametrize("text", ["", "user,device_id\n"])
def test_an_empty_file(tmp_path, text):
    path = tmp_path / "signups.csv"
    path.write_text(text)
    with pytest.raises(InputError, match="write a header"):
        read_table(path)


def test_no_file(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv"):
        read_table(tmp_path / "none.csv")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_command_prints_and_writes(tmp_path, capsys, kind):
    source, out = tmp_path / f"signups.{kind}", tmp_path / f"facts.{kind}"
    frame = signups()
    frame.to_csv(source, index=False) if kind == "csv" else frame.to_parquet(source)
    run_link(
        table=source,
        user="user",
        keys=["device_id", "ip"],
        time="signed_up",
        label="fraud",
        out=out,
    )
    shown = capsys.readouterr().out
    assert "device_id" in shown
    assert "AUC" in shown
    facts = pd.read_csv(out) if kind == "csv" else pd.read_parquet(out)
    assert len(facts) == PEOPLE
    assert facts["fraud"].sum() == 10
    assert facts["device_id_others"].max() == RING - 1


def test_an_output_of_another_kind_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        run_link(table=tmp_path / "none", user="u", keys=["d"], out=tmp_path / "facts.txt")
