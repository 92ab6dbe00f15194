"""Pictures: nothing covers anything, nothing is told by colour alone, nothing is drawn as known
that is not."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.context import NETWORK_KINDS
from features.record_rows import from_profiles
from fraudscore.drawing import (
    OtherPerson,
    SharedKey,
    curve,
    linked_people,
    login_map,
    picture_style,
    ring_picture,
    timeline,
)
from fraudscore.drawing import palette as colours
from fraudscore.drawing.login_map import NARROW, WIDE, trip_in_words
from fraudscore.drawing.marks import MARKS
from fraudscore.drawing.places import Box, Room, labels, near
from fraudscore.drawing.sign_ins import NOT_PLACED
from fraudscore.drawing.svg import width_of
from fraudscore.drawing.view import view_of
from fraudscore.drawing.world import centre_of, countries, project
from fraudscore.logins import ClaimedPlace, DeclaredTrip, Login, claimed_of, logins_of, trips_in
from tests.fakes import context, profile

START = datetime(2026, 10, 6, tzinfo=UTC)
HOSTILE = '<script>"&\u202e\u200b'
FRAME = Box(0, 0, 900, 400)
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SVG = "{http://www.w3.org/2000/svg}"


def login(place="Madrid, Spain", point=(40.4, -3.7), line="ordinary", **more):
    latitude, longitude = point or (None, None)
    told = {
        "at": START,
        "kind": "login",
        "line": line,
        "place": place,
        "country": "ES",
        "latitude": latitude,
        "longitude": longitude,
        "exact": True,
        "person": line in ("ordinary", "mobile", "unknown"),
        "explained": False,
    }
    return Login(**told | more)


HOME = ClaimedPlace("Bengaluru, India", "IN", 12.97, 77.6, exact=True)
spans = st.floats(1, 200)
marks = st.builds(
    Box.around, st.floats(0, 900), st.floats(0, 400), st.floats(4, 40), st.floats(4, 40)
)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
lines = st.sampled_from(sorted(MARKS))
points = st.tuples(st.floats(-60, 80), st.floats(-180, 180))
logins = st.lists(
    st.builds(
        login,
        place=names,
        point=st.one_of(points, st.none()),
        line=lines,
        exact=st.booleans(),
        person=st.booleans(),
        explained=st.booleans(),
        at=st.datetimes(datetime(2016, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    ),
    max_size=60,
)
claims = st.lists(
    st.builds(
        ClaimedPlace, names, st.sampled_from(["IN", "ES", "SG"]), st.floats(-60, 80),
        st.floats(-180, 180), st.booleans(),
    ),
    max_size=5,
)  # fmt: skip

journeys = st.lists(
    st.builds(
        DeclaredTrip, names, st.floats(-60, 80), st.floats(-180, 180), st.dates(), st.dates()
    ),
    max_size=5,
)


def apart(boxes):
    return all(not a.covers(b) for a, b in combinations(boxes, 2))


def read(text):
    return ET.fromstring(text)


def chips(tree):
    """The boxes behind the labels of a map."""
    return [
        Box.around(
            float(r.get("x")) + float(r.get("width")) / 2,
            float(r.get("y")) + float(r.get("height")) / 2,
            float(r.get("width")),
            float(r.get("height")),
        )
        for r in tree.iter(f"{SVG}rect")
        if r.get("fill-opacity") == "0.8"
    ]


def words(tree):
    return [element.text for element in tree.iter(f"{SVG}text")]


# Where labels go


@given(
    st.lists(st.tuples(marks, spans, st.floats(8, 24)), max_size=40), st.lists(marks, max_size=20)
)
def test_no_label_covers_another_or_anything_that_was_there(wanted, there):
    room = Room(FRAME)
    for box in there:
        room.hold(box)
    found = labels(room, [m for m, _, _ in wanted], [(w, h) for _, w, h in wanted])
    seats = [box for box in found if box]
    assert apart(seats)
    assert all(FRAME.holds(seat) for seat in seats)
    assert not any(seat.covers(box) for seat in seats for box in there)


@given(marks, spans, st.floats(8, 24))
def test_a_lonely_label_always_finds_a_place_close_by(mark, width, height):
    (seat,) = labels(Room(FRAME), [mark], [(width, height)])
    assert seat is not None
    assert not seat.covers(mark)
    x, y = seat.middle
    assert abs(x - mark.middle[0]) <= (mark.right - mark.left + width) / 2 + 6 * height
    assert abs(y - mark.middle[1]) <= (mark.bottom - mark.top + height) / 2 + 6 * height


@given(st.lists(st.tuples(st.floats(20, 880), st.floats(20, 380)), max_size=30))
def test_marks_of_one_place_stand_side_by_side(wanted):
    room = Room(FRAME)
    seats = [room.seat(near(x, y, 12, reach=60)) for x, y in wanted]
    assert apart([seat for seat in seats if seat])
    if wanted:
        assert seats[0].middle == pytest.approx(wanted[0])


@pytest.mark.skipif(not FONT.exists(), reason="DejaVu Sans is not on this machine")
def test_a_text_is_never_wider_than_it_was_taken_for():
    from fontTools.ttLib import TTFont

    font = TTFont(FONT)
    table, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for code in (*range(32, 127), *range(0xA1, 0x180), *range(0x370, 0x460)):
        if code in table and chr(code).isprintable():
            wide = advances[table[code]][0] / em
            assert wide <= width_of(chr(code), 1) + 0.01, chr(code)


# The map


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@settings(deadline=None, max_examples=60)
@given(logins, claims, journeys)
def test_no_two_labels_of_a_map_touch_whatever_is_on_it(size, some, claimed, journeys):
    tree = read(login_map(some, claimed, journeys, size))
    found = chips(tree)
    assert apart(found)
    assert all(Box(0, 0, *size).holds(box) for box in found)


def test_a_map_for_a_telephone_shows_the_claimed_place_and_every_sign_in():
    some = [login("China", (35.0, 103.0)), login("Japan", (36.0, 138.0), "vpn")]
    told = read(
        login_map(some, [ClaimedPlace("Osaka, Japan", "JP", 34.7, 135.5, True)], (), NARROW)
    )
    assert float(told.get("width")) <= 390
    assert {"China · 1", "Japan · 1", "Osaka, Japan"} <= set(words(told))


@settings(deadline=None, max_examples=60)
@given(logins, claims)
def test_every_picture_is_well_formed_and_told_to_those_who_do_not_see_it(some, claimed):
    for text in (login_map(some, claimed), timeline(some, claimed)):
        tree = read(text)
        first, second = list(tree)[:2]
        assert tree.get("role") == "img"
        assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc")
        assert tree.get("aria-labelledby").split() == [first.get("id"), second.get("id")]
        assert first.text
        assert second.text


def test_what_is_written_by_others_is_shown_and_not_obeyed():
    text = login_map([login(HOSTILE)], [ClaimedPlace(HOSTILE, "IN", 12.0, 77.0, True)])
    text += timeline([login(HOSTILE)])
    text += linked_people(
        HOSTILE, [SharedKey("device", HOSTILE, (0,))], [OtherPerson(HOSTILE, "review", '/c/"><b')]
    )
    assert "<script" not in text
    assert "<b" not in text
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text


def test_pictures_bring_no_style_and_no_script():
    some = [login(), login("Oslo", (59.9, 10.7), "vpn")]
    everything = login_map(some, [HOME]) + timeline(some, [HOME]) + curve([(0, 1), (2, 3)])
    assert "style=" not in everything
    assert set(re.findall(r'class="(.*?)"', everything)) == {"picture"}
    ids = re.findall(r' id="(.*?)"', everything)
    assert len(ids) == len(set(ids))


def test_what_cannot_be_placed_is_on_the_timeline_only():
    some = [login(), login(NOT_PLACED, None, "unknown", country=None)]
    drawn = words(read(login_map(some, [HOME])))
    assert NOT_PLACED not in " ".join(drawn)
    assert "1 more in the timeline" in drawn
    assert NOT_PLACED in words(read(timeline(some)))


def test_an_exit_is_hollow_and_said_to_be_an_address():
    text = login_map([login(line="vpn")], [HOME])
    tree = read(text)
    told = [p for p in tree.iter(f"{SVG}polygon") if p.find(f"{SVG}title") is not None]
    assert [mark.get("fill") for mark in told] == [colours.PAPER]
    assert "the address says" in told[0].find(f"{SVG}title").text
    assert any("not where the person is" in line for line in words(tree))
    assert "stroke-dasharray" in text
    assert "(the address says)" in tree.find(f"{SVG}desc").text


def test_where_only_the_country_is_known_it_says_so():
    drawn = words(read(login_map([login("Spain", exact=False)], [HOME])))
    assert "country only" in drawn
    assert "country only" not in words(read(login_map([login()], [HOME])))


def test_the_claimed_place_is_ringed_and_named_even_without_a_sign_in():
    tree = read(login_map([login()], [HOME]))
    assert "Bengaluru, India" in words(tree)
    assert "claimed place" in words(tree)


def test_declared_travel_has_a_shape_a_legend_and_words_of_its_own():
    trip = DeclaredTrip(HOSTILE, 39.6, -8.1, date(2026, 5, 4), date(2026, 5, 9))
    text = login_map([login()], [HOME], [trip, trip])
    tree = read(text)
    assert "country of declared travel" in words(tree)
    assert sum(r.get("stroke-dasharray") == "9 3 2 3" for r in tree.iter(f"{SVG}rect")) == 2
    assert any(line.endswith(", declared travel") for line in words(tree))
    assert "4 May 2026 to 9 May 2026" in tree.find(f"{SVG}desc").text
    assert "<script" not in text
    assert "declared travel" not in login_map([login()], [HOME])


def test_the_travel_of_a_record_the_earliest_first():
    travel = [
        {"country": "PT", "starts": "2026-05-04", "ends": "2026-05-09"},
        {"country": "SG", "starts": "2026-03-01", "ends": "2026-03-01"},
    ]
    batch = from_profiles([profile(claims={"travel": travel})])
    found = trips_in(batch, 0)
    told = ["Singapore, 1 Mar 2026", "Portugal, 4 May 2026 to 9 May 2026"]
    assert [trip_in_words(trip) for trip in found] == told


def test_what_the_claims_explain_gets_no_arc():
    quiet = login_map([login(explained=True)], [HOME])
    assert "not covered by the claims" not in quiet
    assert "not covered by the claims" in login_map([login()], [HOME])


def test_a_busy_person_makes_no_heavy_picture():
    busy = [
        login(f"place {n % 90}", (n % 120 - 55, n % 359 - 179), sorted(MARKS)[n % 7],
              at=START + timedelta(hours=n))
        for n in range(5_000)
    ]  # fmt: skip
    assert len(login_map(busy, [HOME])) < 150_000
    assert len(timeline(busy)) < 400_000


def test_every_line_differs_in_shape_and_in_colour():
    assert len({(mark.shape, mark.struck) for mark in MARKS.values()}) == len(MARKS)
    assert len({mark.colour for mark in MARKS.values()}) == len(MARKS)


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_letters_and_marks_can_be_read_in_light_and_dark(dark):
    def seen(colour):
        return colours.DARK[colour] if dark else colour

    for ground in (colours.PAPER, colours.SEA):
        assert contrast(seen(colours.INK), seen(ground)) >= 7
        assert contrast(seen(colours.SOFT), seen(ground)) >= 4.5
    grounds = (colours.PAPER, colours.SEA, colours.LAND, colours.HOME_LAND)
    for mark in MARKS.values():
        for ground in grounds:
            assert contrast(seen(mark.colour), seen(ground)) >= 3, (mark.words, ground)


def test_every_colour_of_a_picture_has_a_dark_side():
    some = [login(line=line, place=line) for line in MARKS]
    text = login_map(some, [HOME]) + timeline(some, [HOME]) + curve([(0, 1), (2, 3)])
    text += linked_people("p", [SharedKey("ip", "a", (0,))], [OtherPerson("q", "verify")])
    used = set(re.findall(r'(?:fill|stroke)="(#\w+)"', text))
    assert used <= set(colours.DARK)
    assert all(f'"{colour}"' in picture_style() for colour in used)


# The timeline


@settings(deadline=None, max_examples=60)
@given(logins)
def test_days_on_a_timeline_never_touch(some):
    tree = read(timeline(some))
    ticks = [t for t in tree.iter(f"{SVG}text") if t.get("font-size") == "11"]
    halves = [(float(t.get("x")), width_of(t.text, 11) / 2) for t in ticks]
    assert all(x + a < y - b for (x, a), (y, b) in pairwise(halves))


def test_a_timeline_has_a_row_for_each_place_claimed_ones_first():
    some = [
        login(), login(), login("Oslo"), login(HOME.place), login(NOT_PLACED, None, "unknown")
    ]  # fmt: skip
    drawn = words(read(timeline(some, [HOME])))
    rows = [text for text in drawn if text in {one.place for one in some}]
    assert rows == [HOME.place, "Madrid, Spain", "Oslo", NOT_PLACED]


def test_a_timeline_of_one_moment_and_of_none_are_drawn():
    assert "06 Oct" in timeline([login()])
    assert "No dated sign-in" in timeline([])


# Linked people, curves, rings


def test_linked_people_stand_in_three_columns():
    keys = [SharedKey("device", "fp c9…", (0, 1)), SharedKey("account", "••63", (1,))]
    others = [OtherPerson("acct-1", "review", "/cases/1"), OtherPerson("acct-2")]
    tree = read(linked_people("acct-9", keys, others))
    at = {t.text: float(t.get("x")) for t in tree.iter(f"{SVG}text")}
    assert at["acct-9"] < at["device: fp c9…"] < at["acct-1"] == at["acct-2"]
    assert tree.get("role") == "group"
    assert "account ••63 with acct-2" in tree.find(f"{SVG}desc").text
    assert read(linked_people("acct-9", [], [])).get("role") == "img"


@given(st.integers(0, 40), st.integers(0, 40))
def test_rows_of_linked_people_keep_their_distance(some, many):
    keys = [SharedKey("ip", f"k{n}", ()) for n in range(some)]
    tree = read(linked_people("p", keys, [OtherPerson(f"n{n}") for n in range(many)]))
    for letter in "kn":
        ys = [float(t.get("y")) for t in tree.iter(f"{SVG}text") if f"{letter}0" <= (t.text or "")
              .removeprefix("ip: ") < f"{letter}a"]  # fmt: skip
        assert all(b - a >= 24 for a, b in pairwise(ys))


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), max_size=20))
def test_a_curve_stays_in_its_picture(some):
    tree = read(curve(some, title="t", across="a", up="b"))
    for dot in tree.iter(f"{SVG}circle"):
        assert 0 <= float(dot.get("cx")) <= 480
        assert 0 <= float(dot.get("cy")) <= 260


@given(st.integers(1, 40), st.integers(0, 12))
def test_a_ring_fills_its_picture_and_no_more(people, keys):
    members = [f"person-{n}" for n in range(people)]
    drawn = ring_picture(members, [(f"key {n}", range(0, people, n + 1)) for n in range(keys)])
    tree = read(drawn)
    _, _, width, height = map(float, tree.get("viewBox").split())
    (group,) = tree.iter(f"{SVG}g")
    left, top = map(float, re.findall(r"-?[\d.]+", group.get("transform")))
    boxes = [
        (float(r.get("x")), float(r.get("y")), float(r.get("width")), float(r.get("height")))
        for r in group.iter(f"{SVG}rect")
    ] + [
        (float(c.get("cx")) - 9, float(c.get("cy")) - 9, 18, 18) for c in group.iter(f"{SVG}circle")
    ]
    assert min(x + left for x, *_ in boxes) == pytest.approx(12, abs=1)
    assert min(y + top for _, y, *_ in boxes) == pytest.approx(12, abs=1)
    assert max(x + wide + left for x, _, wide, _ in boxes) == pytest.approx(width - 12, abs=1)
    assert max(y + high + top for _, y, _, high in boxes) == pytest.approx(height - 12, abs=1)


# The world


def test_the_world_is_small_and_whole():
    assert len((files("fraudscore") / "drawing" / "world.json").read_bytes()) < 120_000
    assert len(countries()) > 170
    assert not {"AQ"} & {country.code for country in countries()}


def test_no_coast_runs_across_the_whole_map():
    wide = project(0, 180)[0]
    for country in countries():
        for ring in country.rings:
            for (x, _), (u, _) in pairwise(ring):
                assert abs(x - u) < wide / 2, country.code


@pytest.mark.parametrize(
    "country", [c for c in countries() if centre_of(c.code)], ids=lambda c: c.code
)
def test_the_middle_of_a_country_lies_within_it(country):
    x, y = project(*centre_of(country.code))
    assert country.box.left <= x <= country.box.right
    assert country.box.top <= y <= country.box.bottom


def test_even_a_country_too_small_to_draw_has_a_middle():
    assert centre_of("SG") == pytest.approx((1.3, 103.8), abs=0.3)
    assert centre_of("ZZ") is None


@given(st.lists(points, max_size=20))
def test_whatever_is_drawn_is_in_sight(some):
    view = view_of(some, 900, 410)
    for point in some:
        x, y = view.at(*point)
        assert -0.5 <= x <= 900.5
        assert -0.5 <= y <= 410.5


# From a record


NETWORKS = {
    "192.0.2.1": {"country": "IN", "lat": 12.97, "lon": 77.59, "radius": 20},
    "192.0.2.2": {"country": "NL", "kind": "vpn", "lat": 52.37, "lon": 4.9, "radius": 20},
    "192.0.2.3": {"country": "ES"},
    "192.0.2.4": {"country": "US", "lat": 37.75, "lon": -97.8, "radius": 1000},
}


def sessions(*addresses, **more):
    return [
        {"at": f"2026-06-{n + 1:02}T08:00:00Z", "ip": ip, **more} for n, ip in enumerate(addresses)
    ]


def test_sign_ins_of_a_record_say_what_their_address_says():
    record = profile(
        claims={"places": [{"country": "IN", "city": "Bengaluru"}]},
        sessions=sessions("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "10.0.0.1"),
    )
    home, exit_, country, wide, nowhere = logins_of(record, context(NETWORKS))
    assert (home.place, home.person, home.explained) == ("Bengaluru, India", True, True)
    assert (exit_.place, exit_.line, exit_.person) == ("Amsterdam, Netherlands", "vpn", False)
    assert (country.place, country.exact, country.explained) == ("Spain", False, False)
    assert (wide.place, wide.exact) == ("United States", False)
    assert (nowhere.place, nowhere.latitude) == (NOT_PLACED, None)
    (claim,) = claimed_of(record)
    assert claim.exact
    assert claim.latitude == pytest.approx(12.97, abs=0.1)


def test_a_job_is_nobody_anywhere():
    record = profile(sessions=sessions("192.0.2.1", automated=True))
    (job,) = logins_of(record, context(NETWORKS))
    assert (job.place, job.latitude, job.person) == ("automated jobs", None, False)


def test_a_claimed_city_that_is_not_known_is_drawn_as_its_country():
    (claim,) = claimed_of(profile(claims={"places": [{"country": "IN", "city": "Nowhereville"}]}))
    assert (claim.place, claim.exact) == ("Nowhereville, India", False)


def test_every_kind_of_network_has_a_mark():
    from fraudscore.logins import LINES

    assert set(LINES) == set(NETWORK_KINDS)
    assert set(LINES.values()) | {"unknown"} == set(MARKS)


# As a browser draws it


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine")
def test_labels_are_apart_as_a_browser_draws_them(tmp_path):
    from playwright.sync_api import sync_playwright

    cities = [("Dandong", 40.1, 124.4), ("Shenyang", 41.8, 123.4), ("Vladivostok", 43.1, 131.9)]
    cities += [("WWWWWWWWWWWW", 42.0, 126.0), ("mmmmmmmmmmmm", 41.0, 127.0)]
    some = [login(name, (lat, lon), line) for name, lat, lon in cities for line in MARKS]
    page = tmp_path / "map.html"
    page.write_text(f"<meta charset=utf-8>{login_map(some, [HOME])}", encoding="utf-8")
    boxes = "els => els.map(e => { const b = e.getBBox(); return [b.x, b.y, b.width, b.height]; })"
    with sync_playwright() as drive:
        browser = drive.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        sheet = browser.new_page()
        sheet.goto(page.as_uri())
        found = sheet.eval_on_selector_all('text[text-anchor="middle"]', boxes)
        browser.close()
    # Letters reach half a pixel over their box; what counts is that words do not touch.
    seats = [Box(x, y + 2, x + w, y + h - 2) for x, y, w, h in found]
    assert len(seats) == len(cities) + 1
    assert apart(seats)
