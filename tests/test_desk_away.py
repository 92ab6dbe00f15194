"""A desk whose database goes away says so in one sentence, keeps nobody waiting, and comes back."""

from __future__ import annotations

import os
import time
from contextlib import closing

import pytest

from fraudscore.errors import ReviewError
from fraudscore.review.desk import Desk
from fraudscore.review.store import Store
from tests.away import Server
from tests.desk import KEY, team
from tests.reviewing import assess, rented


@pytest.fixture
def server(bases):
    found = Server(bases.bare("postgresql"))
    yield found
    found.drop()


@pytest.fixture
def desk(server, scorer):
    with closing(Store(server.url, patience=1.0)) as store:
        yield Desk(store, scorer, KEY)


def test_nobody_waits_for_a_server_that_says_nothing(desk, server):
    members = team(desk.store)
    assess(desk, members.reviewer, rented())
    server.frozen()
    start = time.monotonic()
    with pytest.raises(ReviewError, match="cannot be reached"):
        assess(desk, members.reviewer, rented("p2"))
    assert time.monotonic() - start < 15
    server.frozen_mended()
    assert assess(desk, members.reviewer, rented("p2")).before is None


def test_a_server_that_was_started_again_is_asked_as_before(desk, server):
    members = team(desk.store)
    assess(desk, members.reviewer, rented())
    server.disconnected()
    assert assess(desk, members.reviewer, rented("p2")).before is None


def test_a_desk_whose_file_was_put_away_says_so_and_writes_into_no_other(tmp_path, scorer):
    path = tmp_path / "desk.db"
    with Store(str(path)) as store:
        desk = Desk(store, scorer, KEY)
        members = team(store)
        assess(desk, members.reviewer, rented())
        os.rename(path, tmp_path / "away.db")
        with pytest.raises(ReviewError, match="the file is gone"):
            assess(desk, members.reviewer, rented("p2"))
        assert not path.exists()
        os.rename(tmp_path / "away.db", path)
        assert assess(desk, members.reviewer, rented("p2")).before is None
