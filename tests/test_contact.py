"""Phones and mailboxes, told as stories; more than half of them innocent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.contact import CONTACT
from features.context import Context
from features.lookups import load_networks, load_phones
from fraudscore.scorer import load
from tests.fakes import profile, value, values_of

REAL = Context(load_networks(), load_phones())


def worth(feature, person):
    return value(feature, person, REAL)


def reached(claims=None, country="DE", **contact):
    return profile(claims={"places": [{"country": country}], **(claims or {})}, contact=contact)


def phone(number, **more):
    return {"phones": [{"number": number, **more}]}


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (reached(**phone("+49 1512 3456789", carrier_type="mobile")), 0),
        (reached(**phone("+49 1512 3456789", carrier_type="voip")), 1),
        (reached(country="US", **phone("+1 312 555 0134")), None),
        (reached(**phone("call me maybe")), None),
    ],
)
def test_internet_numbers_only_where_it_can_be_told(person, expected):
    found = worth("voip_share", person)
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+49 1512 3456789", 0),
        ("01512 3456789", 0),
        ("+48 512 345 678", 1),
        ("nonsense", None),
        ("12", None),
    ],
)
def test_the_country_of_a_number(number, expected):
    found = worth("number_elsewhere_share", reached(**phone(number)))
    assert np.isnan(found) if expected is None else found == expected


def test_a_number_of_a_former_home_that_is_claimed_is_at_home():
    claims = {"places": [{"country": "PL", "until": "2021-01-01"}, {"country": "DE"}]}
    assert worth("number_elsewhere_share", reached(claims, **phone("+48 512 345 678"))) == 0


@pytest.mark.parametrize("counts", [(None, None), (0, 0), (0, 4), (3, None)])
def test_others_with_the_same_contact(counts):
    person = reached(
        phones=[{"number": "+49 1512 3456789", "other_identities": counts[0]}],
        emails=[{"address": "a@example.org", "other_identities": counts[1]}],
    )
    found = worth("contact_identities", person)
    known = [count for count in counts if count is not None]
    assert np.isnan(found) if not known else found == max(known)


def test_a_declared_family_phone_is_nobody_elses():
    line = phone("+49 1512 3456789", other_identities=1)
    assert worth("contact_identities", reached({"household": ["sister"]}, **line)) == 0
    assert worth("contact_identities", reached(**line)) == 1


def test_a_carrier_knows_a_ported_number_better_than_the_plan():
    line = phone("+81 50 3000 0000", carrier_type="mobile")
    assert worth("voip_share", reached(country="JP", **line)) == 0


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        (["2026-01-01"], 0),
        (["2026-06-20"], 0),
        (["2026-01-01", "2026-06-20"], 1),
        ([None], None),
    ],
)
def test_a_new_contact_counts_only_beside_an_old_one(moments, expected):
    phones = [
        {"number": "+49 1512 3456789", **({"added_at": f"{m}T00:00:00Z"} if m else {})}
        for m in moments
    ]
    found = worth("recent_contacts", reached(phones=phones))
    assert np.isnan(found) if expected is None else found == expected


def test_age_of_the_oldest_mailbox():
    person = reached(
        emails=[
            {"address": "a@example.org", "first_seen": "2016-06-30"},
            {"address": "b@example.org", "first_seen": "2026-06-01"},
        ]
    )
    assert worth("mailbox_age", person) == pytest.approx(10, abs=0.01)


@pytest.mark.parametrize(("host", "expected"), [("example.org", 0), ("mailinator.com", 1)])
def test_throw_away_mail(host, expected):
    assert worth("throwaway_mail_share", reached(emails=[{"address": f"a@{host}"}])) == expected


@pytest.mark.parametrize(
    ("local", "holder", "expected"),
    [
        ("irune.vastel", "Vexin Marlo", 0),
        ("dev2026smart", "Vexin Marlo", 0),
        ("v.marlo", "Vexin Marlo", 0),
        ("vexinmarlo88", "Vexin Marlo", 1),
        ("vexinmarlo88", None, None),
    ],
)
def test_another_known_name_in_an_address(local, holder, expected):
    person = profile(
        claims={"name": "Irune Vastel"},
        contact={"emails": [{"address": f"{local}@example.org"}]},
        payouts=[{"holder": holder}] if holder else [],
    )
    found = worth("mail_names_payee_share", person)
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("local", "claims", "holder"),
    [
        ("vexinmarlo88", {"name": "Vexin Vastel", "other_names": ["Vexin Marlo"]}, "Vexin Marlo"),
        ("marlodesign", {"name": "Irune Vastel"}, "Marlo Design LLC"),
        ("vexinorla", {"name": "Irune Vastel"}, "Vexin Marlo"),
    ],
)
def test_a_former_name_or_an_own_company_is_nobody_else(local, claims, holder):
    person = profile(
        claims=claims,
        contact={"emails": [{"address": f"{local}@example.org"}]},
        payouts=[{"holder": holder}],
    )
    assert not worth("mail_names_payee_share", person) > 0


@pytest.mark.parametrize(
    ("claims", "holder"),
    [
        ({"name": "王小明"}, "Wang Xiaoming"),
        ({"name": "سليم حداد"}, "Salim Haddad"),
        ({"name": "김민준"}, "Minjun Kim"),
        ({"name": "王小明"}, "李 红梅"),
        ({"name": "Irune Vastel"}, "Li Na"),
        ({"name": "Irune Vastel", "payees": [{"name": "Vexin Marlo", "relation": "relative"}]},
         "Vexin Marlo"),
    ],
)  # fmt: skip
def test_a_payee_who_may_be_the_person_or_cannot_be_looked_for_is_not_assessed(claims, holder):
    for local in ("xiaoming.wang", "salim.haddad", "minjunkim", "vexinmarlo", "hongmei.li", "lina"):
        mails = {"emails": [{"address": f"{local}@example.org"}]}
        person = profile(claims=claims, contact=mails, payouts=[{"holder": holder}])
        assert np.isnan(worth("mail_names_payee_share", person))


def test_two_payees_are_not_one_name():
    person = profile(
        claims={"name": "Irune Vastel"},
        contact={"emails": [{"address": "vexinorla@example.org"}]},
        payouts=[{"holder": "Vexin Marlo"}, {"holder": "Orla Tamsin"}],
    )
    assert worth("mail_names_payee_share", person) == 0


@pytest.mark.parametrize(
    ("number", "freely", "expected"),
    [
        ("01512 3456789", True, 0),
        ("+49 1512 3456789", True, 1),
        ("+49 1512 3456789", False, None),
        ("+49 1512 3456789", None, None),
        ("+48 512 345 678", True, None),
    ],
)
def test_how_a_number_was_typed_matters_only_where_it_was_free(number, freely, expected):
    found = worth("foreign_form_share", reached(**phone(number, typed_freely=freely)))
    assert np.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize(
    ("seen", "expected"), [([], None), ([False], 0), ([True], 1), ([True, False], 0.5)]
)
def test_moving_off_the_platform(seen, expected):
    person = profile(conduct=[{"kind": "asked_off_platform", "seen": state} for state in seen])
    found = worth("moved_off_platform", person)
    assert np.isnan(found) if expected is None else found == expected


def test_a_mailbox_first_seen_later_has_no_age_yet():
    person = reached(emails=[{"address": "a@example.org", "first_seen": "2026-07-15"}])
    assert np.isnan(worth("mailbox_age", person))


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (
            {"list_matches": [{"list_name": "l", "matched": "email", "listed_on": "2026-07-02"}]},
            None,
        ),
        ({"lists_checked": True}, 0),
        ({"list_matches": [{"list_name": "l", "matched": "email", "under_appeal": True}]}, 0),
        ({"list_matches": [{"list_name": "l", "matched": "email"}]}, 1),
        ({}, None),
    ],
)
def test_lists(contact, expected):
    found = worth("listed_contacts", reached(**contact))
    assert np.isnan(found) if expected is None else found == expected


def test_nothing_supplied_is_nothing_assessed():
    for feature in CONTACT.features:
        assert np.isnan(worth(feature.name, profile()))


MOBILE = "+49 1512 3456789"


@pytest.mark.parametrize(
    "person",
    [
        reached(**phone("+48 512 345 678")),
        reached(country="US", **phone("+1 312 555 0134")),
        reached(**phone(MOBILE, carrier_type="voip")),
        reached(**phone(MOBILE, typed_freely=True)),
        reached(**phone(MOBILE, other_identities=0)),
        reached(phones=[{"number": MOBILE, "added_at": "2026-06-28T00:00:00Z"}]),
        reached(emails=[{"address": "new.start.2026@example.org", "first_seen": "2026-06-20"}]),
        reached(
            lists_checked=True,
            list_matches=[{"list_name": "l", "matched": "phone", "under_appeal": True}],
        ),
        profile(conduct=[{"kind": "asked_off_platform", "seen": True}]),
    ],
    ids=[
        "kept an old number",
        "cannot be told",
        "privacy",
        "international habit",
        "own line",
        "first phone",
        "mailbox for the job search",
        "wrongly listed",
        "regional habit",
    ],
)
def test_honest_people_with_odd_contacts(person):
    for feature in CONTACT.features:
        if feature.strength in ("strong", "medium"):
            assert not worth(feature.name, person) > 0, feature.name


def test_a_resold_number_says_who_else_had_it_and_how_to_clear_it():
    person = reached(**phone(MOBILE, other_identities=1))
    assert worth("contact_identities", person) == 1
    feature = next(f for f in CONTACT.features if f.name == "contact_identities")
    assert "resold number" in feature.innocent
    assert "call the number" in feature.next_check


counts = st.integers(0, 9)
when = st.integers(1, 9).map(lambda month: f"2026-{month:02d}-10T00:00:00Z")
phones = st.fixed_dictionaries(
    {
        "number": st.sampled_from([MOBILE, "01512 3456789", "+48 512 345 678", "12"]),
        "added_at": when,
    },
    optional={
        "carrier_type": st.sampled_from(["mobile", "voip"]),
        "typed_freely": st.booleans(),
        "other_identities": counts,
    },
)
emails = st.fixed_dictionaries(
    {
        "address": st.sampled_from(["vexinmarlo@example.org", "a@mailinator.com", "b@example.org"]),
        "added_at": when,
    },
    optional={
        "first_seen": st.integers(2010, 2027).map(lambda year: f"{year}-01-01"),
        "other_identities": counts,
    },
)
matches = st.fixed_dictionaries(
    {"list_name": st.just("l"), "matched": st.just("email")},
    optional={"under_appeal": st.booleans()},
)
contacts = st.fixed_dictionaries(
    {},
    optional={
        "phones": st.lists(phones, max_size=3),
        "emails": st.lists(emails, max_size=3),
        "list_matches": st.lists(matches, max_size=2),
        "lists_checked": st.booleans(),
    },
)
persons = st.builds(
    lambda country, name, contact: profile(
        claims={"places": [{"country": country}], "name": name},
        contact=contact,
        payouts=[{"holder": "Vexin Marlo"}],
    ),
    st.sampled_from(["DE", "PL", "US"]),
    st.sampled_from(["Irune Vastel", "Vexin Marlo"]),
    contacts,
)


@settings(deadline=None)
@given(st.lists(persons, min_size=2, max_size=5))
def test_one_alone_is_one_among_many(several):
    together = values_of(CONTACT, several, REAL)
    for name, column in together.items():
        alone = [values_of(CONTACT, person, REAL)[name][0] for person in several]
        assert np.array_equal(column, alone, equal_nan=True), name


@settings(deadline=None)
@given(contacts)
def test_one_more_identity_or_match_never_lowers(contact):
    rows = contact.get("phones", [])
    more = contact | {
        "phones": [{**row, "other_identities": row.get("other_identities", 0) + 1} for row in rows],
        "list_matches": [*contact.get("list_matches", []), {"list_name": "m", "matched": "phone"}],
    }
    before = values_of(CONTACT, reached(**contact), REAL)
    after = values_of(CONTACT, reached(**more), REAL)
    for name in ("contact_identities", "listed_contacts"):
        assert np.fmax(after[name], 0) >= np.fmax(before[name], 0), name


@settings(deadline=None)
@given(st.text("0123456789abcxyz._-", min_size=1, max_size=12))
def test_no_digit_or_word_in_an_address_counts(local):
    mails = {"emails": [{"address": f"{local.strip('.') or 'a'}@example.org"}]}
    person = profile(
        claims={"name": "Irune Vastel"}, contact=mails, payouts=[{"holder": "Vexin Marlo"}]
    )
    assert not worth("mail_names_payee_share", person) > 0


@pytest.mark.parametrize(
    ("phones", "mails", "where"),
    [
        ((0, 3), (2,), ("contact.phones[1]",)),
        ((1,), (4, 4), ("contact.emails[0]", "contact.emails[1]")),
        ((2,), (2,), ("contact.phones[0]",)),
    ],
)
def test_who_else_gives_a_contact_points_at_that_contact(phones, mails, where):
    numbers = [{"number": f"+34612345{k}81", "other_identities": n} for k, n in enumerate(phones)]
    boxes = [{"address": f"a{k}@x.example", "other_identities": n} for k, n in enumerate(mails)]
    record = {
        "profile_id": "p",
        "as_of": "2026-06-01T00:00:00Z",
        "contact": {"phones": numbers, "emails": boxes},
    }
    told = {reason.code: reason for reason in load().score(record).reasons}
    assert told["CONTACT_IDENTITIES"].evidence == where
