"""People of a desk: links, passwords, logins, roles, keys and settings, as whoever uses them sees it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from fraudscore.errors import Conflict, NotAllowed, NotThere, NotUsable
from fraudscore.review import api_keys, audit, cases, logins, passwords, people, team
from fraudscore.review.rights import ROLES, Actor
from fraudscore.review.settings import Settings
from fraudscore.review.tables_team import FAILURES, INVITATIONS, KEYS, LOGINS, USERS
from tests.desk import ANSWERED, NOW, PASSWORD
from tests.desk import team as made_team
from tests.reviewing import many_cases

EMAIL = "admin@default.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def members(store):
    return made_team(store, with_passwords=True)


def do(store, action, *arguments, **options):
    with store.writing() as connection:
        return action(connection, *arguments, now=NOW, **options)


def look(store, action, *arguments, **options):
    with store.reading() as connection:
        return action(connection, *arguments, **options)


def log_in(store, email=EMAIL, password=PASSWORD, now=NOW):
    return logins.log_in(store, email, password, now=now)


def refused(store, email=EMAIL, password="wrong, every time", now=NOW):
    with pytest.raises(NotAllowed) as caught:
        log_in(store, email, password, now)
    return str(caught.value)


def everything(store):
    """Whatever the database holds, as one text."""
    with store.reading() as connection:
        return "".join(
            repr(row)
            for table in (USERS, LOGINS, INVITATIONS, FAILURES, KEYS)
            for row in connection.execute(select(table))
        )


def actions(store, members):
    found = look(store, audit.entries, members.auditor)
    return [entry.action for entry in reversed(found)]


# The first admin


def test_a_new_desk_gives_a_link_until_it_is_used(store):
    first = do(store, people.first_admin)
    second = do(store, people.first_admin)
    with pytest.raises(NotThere):
        look(store, people.invited, first, now=NOW)
    assert look(store, people.invited, second, now=NOW).first
    login = people.accept(
        store, second, PASSWORD, name="Ana Ruiz", email="Ana@Acme.example", now=NOW
    )
    assert (login.actor.name, login.actor.role) == ("Ana Ruiz", "admin")
    assert do(store, people.first_admin) is None
    assert log_in(store, "ana@acme.example").actor.id == login.actor.id
    with pytest.raises(NotThere):
        people.accept(store, second, PASSWORD, name="Eve", email="eve@x.example", now=NOW)


def test_the_first_admin_must_say_who_they_are(store):
    token = do(store, people.first_admin)
    with pytest.raises(NotUsable, match="e-mail"):
        people.accept(store, token, PASSWORD, name="Ana", now=NOW)
    with pytest.raises(NotUsable, match="your own"):
        people.accept(store, token, PASSWORD, email="first-admin-2@localhost", now=NOW)


def test_a_first_admin_who_has_waited_since_an_older_version_still_gets_a_link(store):
    do(store, people.first_admin)
    with store.writing() as connection:
        connection.execute(update(USERS).values(email="first-admin@localhost"))
    token = do(store, people.first_admin)
    assert look(store, people.invited, token, now=NOW).first
    people.accept(store, token, PASSWORD, name="Ana", email="ana@acme.example", now=NOW)
    assert do(store, people.first_admin) is None


def test_no_link_for_a_desk_that_has_people(store, members):
    assert do(store, people.first_admin) is None


# Invitations


def test_an_invitation_makes_a_user_of_that_role(store, members):
    token = do(store, people.invite, members.admin, " Di@Acme.example ", "Di", "lead")
    assert not next(u for u in look(store, people.users, members.admin) if u.name == "Di").accepted
    login = people.accept(store, token, PASSWORD, email="else@acme.example", now=NOW)
    assert login.actor.role == "lead"
    assert log_in(store, "di@acme.example").actor.name == "Di"
    assert actions(store, members)[:2] == ["user_invited", "signed_in"]


def test_a_second_invitation_takes_the_place_of_the_first(store, members):
    first = do(store, people.invite, members.admin, "di@acme.example", "Di", "viewer")
    second = do(store, people.invite, members.admin, "di@acme.example", "Di Ude", "lead")
    with pytest.raises(NotThere):
        people.accept(store, first, PASSWORD, now=NOW)
    assert people.accept(store, second, PASSWORD, now=NOW).actor.role == "lead"


def test_who_is_invited_anew_and_reviews_no_more_keeps_no_case(store, members):
    do(store, people.invite, members.admin, "di@acme.example", "Di", "reviewer")
    (di,) = (u for u in look(store, people.colleagues, members.lead) if u.name == "Di")
    (case,) = many_cases(store, members.tenant, 1, assignee=di.id)
    do(store, people.invite, members.admin, "di@acme.example", "Di", "viewer")
    with store.reading() as connection:
        assert cases.case(connection, members.lead, case, now=NOW).assignee is None


def test_a_link_ends_with_its_days_its_use_and_its_user(store, members):
    late = NOW + people.INVITED
    token = do(store, people.invite, members.admin, "di@acme.example", "Di", "lead")
    with pytest.raises(NotThere):
        people.accept(store, token, PASSWORD, now=late)
    (di,) = (user for user in look(store, people.users, members.admin) if user.name == "Di")
    do(store, people.set_disabled, members.admin, di.id, True)
    do(store, people.set_disabled, members.admin, di.id, False)
    with pytest.raises(NotThere):
        people.accept(store, token, PASSWORD, now=NOW)


def test_a_refused_password_leaves_the_link_as_it_was(store, members):
    token = do(store, people.invite, members.admin, "di@acme.example", "Di", "lead")
    with pytest.raises(NotUsable):
        people.accept(store, token, "short", now=NOW)
    people.accept(store, token, PASSWORD, now=NOW)


@pytest.mark.parametrize(
    ("email", "name", "role"),
    [
        ("", "Di", "lead"),
        ("di", "Di", "lead"),
        ("di@a b", "Di", "lead"),
        ("d" * 250 + "@acme.example", "Di", "lead"),
        ("di\0@acme.example", "Di", "lead"),
        ("di@acme.example", " ", "lead"),
        ("di@acme.example", "D" * 201, "lead"),
        ("di@acme.example", "Di\0", "lead"),
        ("di@acme.example", "Di", "owner"),
        ("First-Admin@localhost", "Di", "admin"),
    ],
)
def test_an_invitation_that_cannot_be_used(store, members, email, name, role):
    with pytest.raises(NotUsable):
        do(store, people.invite, members.admin, email, name, role)


def test_an_address_belongs_to_one(store, members):
    other = made_team(store, "other")
    for taken in ("LEAD@default.example", "lead@other.example"):
        with pytest.raises(Conflict):
            do(store, people.invite, members.admin, taken, "Di", "lead")
    assert other.lead.tenant != members.tenant


def test_a_new_link_lets_somebody_choose_a_new_password(store, members):
    before = log_in(store, "lead@default.example")
    token = do(store, people.new_link, members.admin, members.lead.id)
    assert logins.login_of(store, before.cookie, now=NOW)
    people.accept(store, token, "another long passphrase", now=NOW)
    assert logins.login_of(store, before.cookie, now=NOW) is None
    refused(store, "lead@default.example", PASSWORD)
    log_in(store, "lead@default.example", "another long passphrase")


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "aaaaaaaaaaaaaa",
        "abababababababab",
        "password1234!",
        "P@ssw0rd-P@ssw0rd",
        "123456789012345",
        "qwertyuiop12345",
        "letmeinletmein",
        "correct horse battery staple",
        "abcdefghijklmnop",
        "AnaRuiz2026!",
        "acme.example.2026",
        "x" * 1001,
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password):
    with pytest.raises(NotUsable):
        passwords.check(password, "Ana Ruiz", "ana@acme.example")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "kettle under the blue stairs",
        "пароль из двенадцати",
        "Tq8#vLm2$xWz",
        "密码一定要够长才可以用的呀",
    ],
)
def test_passwords_that_are_long_enough(password):
    passwords.check(password, "Ana Ruiz", "ana@acme.example")
    assert passwords.matches(password, passwords.hashed(password))


@pytest.mark.usefixtures("costly_passwords")
def test_a_password_is_the_same_however_it_is_composed():
    kept = passwords.hashed("ne\u0301e une longue phrase")
    assert passwords.matches("n\u00e9e une longue phrase", kept)
    assert not passwords.matches("nee une longue phrase", kept)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_digest_that_is_none_matches_nothing():
    for kept in (None, "", "plain text", PASSWORD):
        assert not passwords.matches(PASSWORD, kept)
    assert not passwords.matches("\ud800" * 12, passwords.hashed(PASSWORD))


@pytest.mark.usefixtures("costly_passwords")
def test_a_digest_of_old_parameters_is_made_anew_at_the_next_login(store, members):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.writing() as connection:
        connection.execute(update(USERS).where(USERS.c.email == EMAIL).values(password=old))
    log_in(store)
    with store.reading() as connection:
        kept = connection.execute(
            select(USERS.c.password).where(USERS.c.email == EMAIL)
        ).scalar_one()
    assert kept != old
    assert not passwords.outdated(kept)
    log_in(store)


# Signing in


def test_a_login_lasts_while_it_is_used_and_a_day_at_most(store, members):
    login = log_in(store, " Admin@Default.Example ")
    assert login.actor == Actor(members.tenant, members.admin.id, "user", "Admin", "admin")
    moment = NOW
    while moment < NOW + logins.LASTS:
        assert logins.login_of(store, login.cookie, now=moment).csrf == login.csrf
        moment += logins.IDLE - logins.NOTED - MINUTE
    assert login.expires == NOW + logins.LASTS
    assert logins.login_of(store, login.cookie, now=NOW + logins.LASTS) is None


def test_an_idle_login_ends(store, members):
    login = log_in(store)
    assert logins.login_of(store, login.cookie, now=NOW + logins.IDLE - MINUTE)
    later = log_in(store)
    assert logins.login_of(store, later.cookie, now=NOW + logins.IDLE) is None


def test_logging_out_ends_this_login_alone(store, members):
    one, two = log_in(store), log_in(store)
    do(store, logins.log_out, one.cookie)
    do(store, logins.log_out, "no cookie of ours")
    assert logins.login_of(store, one.cookie, now=NOW) is None
    assert logins.login_of(store, two.cookie, now=NOW)
    assert actions(store, members) == ["signed_in", "signed_in", "signed_out"]


@pytest.mark.parametrize("cookie", ["", "x", "é" * 50, "\0", "\ud800"])
def test_a_cookie_that_is_none_of_ours(store, members, cookie):
    assert logins.login_of(store, cookie, now=NOW) is None


def test_nothing_that_opens_a_door_is_kept(store, members):
    login = log_in(store)
    token = do(store, people.invite, members.admin, "di@acme.example", "Di", "lead")
    _, secret = do(store, api_keys.make_key, members.admin, "ci", ["read"], 60)
    kept = everything(store)
    for open_word in (login.cookie, token, secret, PASSWORD):
        assert open_word not in kept
    assert len({login.cookie, login.csrf, token, secret}) == 4
    assert min(map(len, (login.cookie, login.csrf, token))) == 43


def test_whom_the_proxy_vouches_for_is_let_in_if_known(store, members):
    assert do(store, logins.trusted, "LEAD@default.example").actor.role == "lead"
    assert do(store, logins.trusted, "nobody@default.example") is None
    do(store, people.set_disabled, members.admin, members.lead.id, True)
    assert do(store, logins.trusted, "lead@default.example") is None


def test_a_wrong_address_a_wrong_password_and_a_disabled_user_look_alike(store, members):
    do(store, people.set_disabled, members.admin, members.lead.id, True)
    told = {
        refused(store),
        refused(store, "nobody@default.example", PASSWORD),
        refused(store, "lead@default.example", PASSWORD),
        refused(store, "", ""),
        refused(store, "a" * 5000, PASSWORD),
    }
    assert told == {logins.WRONG}


@pytest.mark.usefixtures("costly_passwords")
def test_an_unknown_address_takes_as_long_as_a_known_one(store, members):
    def shortest(email):
        taken = []
        for _ in range(3):
            begun = time.perf_counter()
            refused(store, email)
            taken.append(time.perf_counter() - begun)
        return min(taken)

    refused(store, "warm@default.example")
    assert 0.3 < shortest("nobody@default.example") / shortest(EMAIL) < 3


def test_guessing_is_slowed_and_the_owner_gets_in_soon(store, members):
    for _ in range(logins.FREE_FAILURES):
        assert refused(store) == logins.WRONG
    assert "wait 1 s" in refused(store, password=PASSWORD)
    moment, waited = NOW, []
    for _ in range(9):
        moment += MINUTE
        assert refused(store, now=moment) == logins.WRONG
        told = refused(store, password=PASSWORD, now=moment)
        waited.append(int(told.split("wait ")[1].split()[0]))
    assert waited == sorted(waited)
    assert waited[-1] <= logins.PAUSE_MAX.total_seconds() + 1
    log_in(store, now=moment + logins.PAUSE_MAX)
    assert refused(store, now=moment + logins.PAUSE_MAX) == logins.WRONG


def test_guesses_at_one_slow_nobody_else_and_nobody_learns_who_exists(store, members):
    for email in (EMAIL, "nobody@default.example"):
        for _ in range(logins.FREE_FAILURES):
            refused(store, email)
    assert refused(store, EMAIL) == refused(store, "nobody@default.example")
    log_in(store, "lead@default.example")


def test_guesses_at_the_same_time_count_too(store, members):
    """A try is counted before the password is looked at."""
    seen = []

    def counted(password, kept):
        with store.reading() as connection:
            seen.append(connection.execute(select(func.count()).select_from(FAILURES)).scalar())
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logins, "matches", counted)
        refused(store)
    assert seen == [1]


def test_what_was_typed_for_an_address_is_not_kept(store, members):
    refused(store, "my password, typed one field too high")
    assert "typed" not in everything(store)


def test_a_user_disabled_while_the_password_is_looked_at_stays_out(store, members):
    def meanwhile(password, kept):
        do(store, people.set_disabled, members.admin, members.lead.id, True)
        return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logins, "matches", meanwhile)
        assert refused(store, "lead@default.example") == logins.WRONG


def test_what_has_ended_is_forgotten(store, members):
    log_in(store)
    refused(store)
    with store.writing() as connection:
        logins.drop_ended(connection, now=NOW + timedelta(days=1))
        for table in (LOGINS, FAILURES):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0


# Roles


def test_another_role_counts_from_the_next_click(store, members):
    login = log_in(store, "viewer@default.example")
    do(store, people.set_role, members.admin, members.viewer.id, "reviewer")
    assert logins.login_of(store, login.cookie, now=NOW).actor.role == "reviewer"
    entry = look(store, audit.entries, members.auditor)[0]
    assert (entry.action, entry.detail) == ("role_changed", {"from": "viewer", "to": "reviewer"})


def test_a_disabled_user_is_out_at_once_and_in_again_by_signing_in(store, members):
    login = log_in(store, "lead@default.example")
    do(store, people.set_disabled, members.admin, members.lead.id, True)
    assert logins.login_of(store, login.cookie, now=NOW) is None
    do(store, people.set_disabled, members.admin, members.lead.id, False)
    assert logins.login_of(store, login.cookie, now=NOW) is None
    log_in(store, "lead@default.example")


def test_a_team_keeps_an_admin(store, members):
    for attempt in (
        lambda: do(store, people.set_disabled, members.admin, members.admin.id, True),
        lambda: do(store, people.set_role, members.admin, members.admin.id, "viewer"),
    ):
        with pytest.raises(Conflict, match="last admin"):
            attempt()
    do(store, people.invite, members.admin, "di@acme.example", "Di", "admin")
    with pytest.raises(Conflict, match="last admin"):
        do(store, people.set_disabled, members.admin, members.admin.id, True)
    do(store, people.set_role, members.admin, members.lead.id, "admin")
    two = log_in(store, "lead@default.example").actor
    do(store, people.set_disabled, two, members.admin.id, True)
    with pytest.raises(Conflict, match="last admin"):
        do(store, people.set_role, members.admin, two.id, "lead")


def test_an_admin_whom_only_the_proxy_lets_in_counts_while_there(store, members):
    do(store, people.invite, members.admin, "di@acme.example", "Di", "admin")
    di = do(store, logins.trusted, "di@acme.example").actor
    do(store, people.set_role, di, members.admin.id, "viewer")


def test_only_who_reviews_can_be_given_a_case(store, members):
    do(store, people.set_disabled, members.admin, members.other_reviewer.id, True)
    found = {user.id for user in look(store, people.colleagues, members.lead)}
    assert found == {members.reviewer.id, members.lead.id}


MANAGED = {
    "users": lambda store, actor, _: look(store, people.users, actor),
    "keys": lambda store, actor, _: look(store, api_keys.keys, actor),
    "invite": lambda store, actor, _: do(store, people.invite, actor, "n@x.example", "N", "lead"),
    "link": lambda store, actor, of: do(store, people.new_link, actor, of.lead.id),
    "role": lambda store, actor, of: do(store, people.set_role, actor, of.lead.id, "viewer"),
    "disable": lambda store, actor, of: do(store, people.set_disabled, actor, of.lead.id, True),
    "key": lambda store, actor, _: do(store, api_keys.make_key, actor, "ci", ["read"], 60),
    "revoke": lambda store, actor, _: do(store, api_keys.revoke, actor, "x"),
    "change": lambda store, actor, _: do(store, team.change, actor, Settings()),
}


@pytest.mark.parametrize("what", MANAGED)
@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_only_an_admin_manages(store, role, what):
    of = made_team(store)
    with pytest.raises(NotAllowed):
        MANAGED[what](store, of.of(role), of)


@pytest.mark.parametrize("what", ["link", "role", "disable"])
def test_another_teams_people_are_not_there(store, what):
    of, other = made_team(store), made_team(store, "other")
    with pytest.raises(NotThere):
        MANAGED[what](store, of.admin, other)


# Keys


def test_a_key_opens_until_it_is_revoked(store, members):
    id, secret = do(store, api_keys.make_key, members.admin, " ci  bot ", ["read", "assess"], 60)
    actor, per_minute = look(store, api_keys.actor_of_key, secret)
    assert (actor.id, actor.tenant, actor.kind, per_minute) == (id, members.tenant, "key", 60)
    assert actor.scopes == {"assess", "read"}
    assert not any(actor.may(right) for rights in ROLES.values() for right in rights)
    (key,) = look(store, api_keys.keys, members.admin)
    assert (key.name, key.scopes, key.revoked) == ("ci bot", ("assess", "read"), None)
    do(store, api_keys.revoke, members.admin, id)
    do(store, api_keys.revoke, members.admin, id)
    assert look(store, api_keys.actor_of_key, secret) is None
    assert look(store, api_keys.keys, members.admin)[0].revoked == NOW
    assert actions(store, members) == ["key_made", "key_revoked"]


@pytest.mark.parametrize(
    ("name", "scopes", "per_minute"),
    [
        ("", ["read"], 60),
        ("n" * 201, ["read"], 60),
        ("ci", [], 60),
        ("ci", ["read", "manage"], 60),
        ("ci", ["read"], 0),
        ("ci", ["read"], 10**9),
    ],
)
def test_a_key_that_cannot_be_used(store, members, name, scopes, per_minute):
    with pytest.raises(NotUsable):
        do(store, api_keys.make_key, members.admin, name, scopes, per_minute)


def test_another_teams_key_is_not_there(store, members):
    other = made_team(store, "other")
    id, secret = do(store, api_keys.make_key, other.admin, "theirs", ["read"], 60)
    assert look(store, api_keys.keys, members.admin) == ()
    with pytest.raises(NotThere):
        do(store, api_keys.revoke, members.admin, id)
    assert look(store, api_keys.actor_of_key, secret)
    for wrong in ("", secret[:-1], secret + "x", "\ud800"):
        assert look(store, api_keys.actor_of_key, wrong) is None


# The team


def test_settings_are_kept_and_the_change_is_logged(store, members):
    assert look(store, team.settings, members.tenant) == ANSWERED
    wanted = ANSWERED.model_copy(update={"weekly_budget": 7})
    do(store, team.change, members.admin, wanted)
    do(store, team.change, members.admin, wanted)
    assert look(store, team.settings, members.tenant) == wanted
    (entry,) = look(store, audit.entries, members.auditor)
    assert entry.detail == {"weekly_budget": {"from": 50, "to": 7}}
    with pytest.raises(NotThere):
        look(store, team.settings, 999)


def test_a_new_team_has_a_name_of_its_own_and_the_usual_settings(store, members):
    tenant = do(store, team.new_tenant, " The  other ")
    assert look(store, team.settings, tenant) == Settings()
    assert look(store, team.tenants) == {"default": members.tenant, "The other": tenant}
    with pytest.raises(Conflict):
        do(store, team.new_tenant, "The other")
    with pytest.raises(NotUsable):
        do(store, team.new_tenant, " ")
