"""Pages for people who read and decide: complete, safe, and never an accusation."""

from __future__ import annotations

import builtins
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

import fraudscore
from features.catalogue import FAMILIES, FEATURES
from features.sources import SOURCES
from fraudscore import paper, plain
from fraudscore.assessment import Reason, disagrees, unweighed
from fraudscore.clearing import POINTS, POINTS_MAX, points
from fraudscore.cli import main
from fraudscore.errors import OutputError
from fraudscore.letter import DECIDED, letter, letter_of_decision
from fraudscore.pictures import pictures_of
from fraudscore.report import AUDIENCES, _for_reviewers, index_page, person_page
from fraudscore.review.decisions import ADVERSE
from fraudscore.review.settings import QUESTIONS, Answers
from tests.fakes import AS_OF, context
from tests.fakes import profile as record
from tests.reviewing import RENTED

ROOT = Path(__file__).parent.parent
C19 = json.loads((ROOT / "data/samples/published/C19.json").read_text())["profile"]
HOSTILE = "<script>alert(1)</script>\u202e"


class Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.levels, self.tags, self.ids = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag in ("h1", "h2", "h3"):
            self.levels.append(int(tag[1]))


@pytest.fixture(scope="module")
def page():
    return person_page(fraudscore.load().score(C19))


def test_a_page_says_why_what_may_be_innocent_and_what_would_settle_it(page):
    words = unescape(page)
    for item in fraudscore.load().score(C19).reasons[:3]:
        assert item.next_check in words
        assert all(cause in words for cause in item.innocent)
    assert "A person decides" in page
    assert "simulated world" in page
    assert "≠ different" in page


def test_a_page_stands_alone_and_is_well_built(page):
    found = Headings()
    found.feed(page)
    assert found.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.levels, found.levels[1:], strict=False))
    assert not found.tags & {"script", "img", "iframe"}
    assert "link" not in found.tags
    assert len(found.ids) == len(set(found.ids))
    assert "http" not in page


def test_applicants_text_is_shown_and_not_obeyed():
    profile = {
        "profile_id": f"p{HOSTILE}",
        "as_of": "2026-06-01T00:00:00Z",
        "claims": {"name": "Ines Falk"},
        "payouts": [{"holder": f"Otto {HOSTILE}"}],
    }
    page = person_page(fraudscore.load().score(profile))
    assert "<script>" not in page
    assert "\u202e" not in page


def test_the_command_writes_a_page_a_person_and_an_index(tmp_path):
    done = CliRunner().invoke(
        main, ["report", str(ROOT / "data/samples/hires.xlsx"), "-o", str(tmp_path / "pages")]
    )
    assert done.exit_code == 0, done.output
    files = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert len(files) == 13
    index = (tmp_path / "pages" / "index.html").read_text()
    assert all(f'href="{name}"' in index for name in files if name != "index.html")


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "taken").write_text("")
    done = CliRunner().invoke(
        main, ["report", str(ROOT / "data/samples/hires.csv"), "-o", str(tmp_path / "taken")]
    )
    assert done.exit_code == 2
    assert "choose another folder" in done.stderr


# Three readers

SHARED = {
    "profile_id": "p1",
    "as_of": "2026-06-01T00:00:00Z",
    "claims": {"name": "Ines Falk", "places": [{"country": "DE", "city": "Berlin"}]},
    "payouts": [{"holder": "Otto Keller", "account": "DE44500105175407324931", "other_workers": 4}],
    "devices": [{"id": "laptop-7", "other_users": 3}],
    "checks": [{"stage": "interviewed", "outcome": "different", "done_by": "Ada Reviewer"}],
}
ANSWERS = Answers(
    which_signals="Two that do not hang together.",
    which_actions="A talk, then a pause of five days.",
    who_may_clear="Any lead of the team.",
    what_is_recorded="The finding, for a year.",
)
NOT_FOR_APPLICANTS = (
    r"\b(score|odds|weight|threshold|band|probability|percent|risk|suspicious|fraud|list(?!ed))\b"
)


@pytest.fixture(scope="module")
def shared():
    return fraudscore.load().score(SHARED)


def every_reason():
    """An assessment in which each feature of the catalogue speaks against the person."""
    reasons = tuple(
        Reason(
            feature.name.upper(), family.name, family.group, "present", "4 of 9 through Mullvad VPN",
            1.5, 4.5, feature.innocent, feature.next_check, ("sessions[0]",), feature.source,
        )
        for family in FAMILIES
        for feature in family.features
    )  # fmt: skip
    return fraudscore.load().score(SHARED).model_copy(update={"reasons": reasons, "band": "review"})


def seen(page):
    """What a reader of a page sees."""
    body = page.partition("<body>")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_readers_page_is_well_built(shared, audience):
    pictures = pictures_of(record(sessions=[{"at": "2026-06-01T08:00:00Z"}]), context())
    text = person_page(
        shared, audience=audience, pictures=pictures, answers=ANSWERS, index="index.html"
    )
    found = Headings()
    found.feed(text)
    assert found.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.levels, found.levels[1:], strict=False))
    assert not found.tags & {"script", "img", "iframe", "link"}
    assert len(found.ids) == len(set(found.ids))
    assert "simulated world" in text
    assert "Any lead of the team." in text
    assert all(question in text for name, question in QUESTIONS.items() if name != "which_signals")


def test_reviewers_see_map_timeline_and_table_others_do_not(shared):
    some = [{"at": "2026-06-01T08:00:00Z", "ip": "192.0.2.1"}]
    known = context({"192.0.2.1": {"country": "ES"}})
    pictures = pictures_of(record(sessions=some), known)
    page = person_page(shared, pictures=pictures)
    assert page.count("<svg") == 3  # the map twice, of which one is shown
    assert "Spain (country only)" in page
    assert "192.0.2.1" not in page
    for audience in ("hr", "applicant"):
        assert "<svg" not in person_page(shared, audience=audience, pictures=pictures)
    assert pictures_of(record(), known) is None


def test_rows_that_may_be_the_first_of_more_are_told_to_be_so():
    rented = person_page(fraudscore.load().score(RENTED))
    where = re.findall(r"<dt>where it stands</dt><dd><code>(.*?)</code>", rented)
    long = [text for text in where if text.count("sessions[") == 5]
    assert long
    for text in where:
        assert text.endswith("(the first 5; there may be more)") == (text in long)


def test_who_hires_reads_level_reasons_causes_questions_gaps_and_how_to_contest(shared):
    text = seen(person_page(shared, audience="hr"))
    assert plain.LEVELS[shared.band] in text
    for finding in plain.findings(shared):
        assert finding.headline in text
        assert all(cause in text for cause in finding.innocent)
    assert "What to ask next" in text
    assert "What was not checked" in text
    assert "If the person does not agree" in text
    assert "odds" not in text
    assert "payouts[0]" not in text


def test_every_family_has_plain_words_and_a_way_to_clear_it():
    names = {family.name for family in FAMILIES}
    assert set(plain.FINDINGS) == set(plain.ASKED) == set(POINTS) == names


def grade(text):
    """School grade by Flesch and Kincaid; a reader of 14 is in the eighth or ninth."""
    sentences = [part for part in re.split(r"[.!?:;]+\s", f"{text} ") if part.strip()]
    words = re.findall(r"[A-Za-z']+", text)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower())))) for word in words
    )
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_what_we_write_for_people_who_do_not_investigate_is_easy_to_read():
    own = [*plain.MEANINGS.values(), plain.LITTLE, *plain.FINDINGS.values(), *plain.ASKED.values()]
    assert grade(". ".join(own)) <= 8
    assert grade(letter(every_reason())) <= 8.5
    for audience in ("hr", "applicant"):
        assert grade(seen(person_page(fraudscore.load().score(C19), audience=audience))) <= 9


@pytest.mark.parametrize(
    "make", [letter, lambda item: seen(person_page(item, audience="applicant"))]
)
def test_the_person_is_never_told_weights_lists_or_other_people(make, shared):
    for item in (shared, every_reason()):
        text = make(item).replace("trained on a simulated world", "")
        assert not re.search(NOT_FOR_APPLICANTS, text, re.IGNORECASE)
        for name in ("Otto", "Keller", "Ada", "Mullvad", "laptop-7", "payouts", "DE44"):
            assert name not in text
        for feature in FEATURES.values():
            assert feature.name not in text
            assert feature.name.upper() not in text
        assert not any(source in text for source in SOURCES.values())
        # Its own id, date and the numbering of the points are all the numbers there are.
        rest = re.sub(r"\bp1, 01 June 2026|^\d\. ", "", text, flags=re.MULTILINE)
        assert not re.search(r"\d", rest)


def test_the_person_is_always_told_a_claim_and_two_ways_one_without_face_or_id():
    nobody = fraudscore.load().score({"profile_id": "p", "as_of": AS_OF, "claims": {}})
    for item in (every_reason(), fraudscore.load().score(C19), nobody):
        found = points(item)
        assert 1 <= len(found) <= POINTS_MAX
        text = " ".join(letter(item).split())
        for point in found:
            assert point.claim in text
            assert point.talk in text
            assert point.proof in text
    for point in POINTS.values():
        assert not re.search(
            r"\b(ID|passport|selfie|photo|face|fingerprint|document)\b", point.talk, re.IGNORECASE
        )


@pytest.mark.parametrize("kind", sorted(ADVERSE))
def test_a_decision_is_told_with_its_claims_and_nothing_the_score_follows_from(kind, shared):
    for item in (shared, every_reason()):
        text = letter_of_decision(item, kind, 14).replace("trained on a simulated world", "")
        assert not re.search(NOT_FOR_APPLICANTS, text, re.IGNORECASE)
        assert not any(feature.name in text for feature in FEATURES.values())
        told = " ".join(text.split())
        assert DECIDED[kind] in told
        assert "Nothing has been decided" not in told
        assert all(point.claim in told and point.proof in told for point in points(item))
        assert grade(text) <= 9
    assert set(DECIDED) == ADVERSE


def test_the_order_of_points_does_not_tell_which_weighs_most(shared):
    light = shared.model_copy(update={"reasons": shared.reasons[::-1]})
    assert points(light) == points(shared)


def test_nobody_in_order_is_asked_for_anything(shared):
    calm = shared.model_copy(update={"band": "no_concern"})
    text = seen(person_page(calm, audience="applicant"))
    assert "nothing you need to do" in text
    assert "two ways" not in text


def test_the_persons_page_keeps_the_teams_signals_to_itself(shared):
    text = person_page(shared, audience="applicant", answers=ANSWERS)
    assert ANSWERS.which_signals not in text
    assert ANSWERS.which_signals in person_page(shared, audience="hr", answers=ANSWERS)


def test_a_hostile_name_is_shown_and_not_obeyed_whoever_reads():
    item = fraudscore.load().score(SHARED | {"profile_id": f"p{HOSTILE}"})
    for audience in AUDIENCES:
        text = person_page(item, audience=audience)
        assert "<script>" not in text
        assert "\u202e" not in text


# The command


def run(*arguments):
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


@pytest.fixture
def two(tmp_path):
    path = tmp_path / "two.jsonl"
    path.write_text(
        "".join(json.dumps(SHARED | {"profile_id": name}) + "\n" for name in ("p1", "p2"))
    )
    return path


def test_one_person_gets_one_page_without_a_list(two, tmp_path):
    done = run(two, "--id", "p2", "-o", tmp_path / "out", "--audience", "hr")
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["p2.html"]
    assert "index.html" not in (tmp_path / "out" / "p2.html").read_text()


def test_a_person_who_is_not_there_is_told(two, tmp_path):
    done = run(two, "--id", "p3", "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "'p3'" in done.stderr


def test_pages_for_applicants_do_not_name_each_other(two, tmp_path):
    done = run(two, "-o", tmp_path / "out", "--audience", "applicant")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "0001-p1.html",
        "0002-p2.html",
    ]
    assert "p2" not in (tmp_path / "out" / "0001-p1.html").read_text()


def test_pages_of_other_people_are_not_mixed_with_new_ones(two, tmp_path):
    out, one = tmp_path / "out", tmp_path / "one.jsonl"
    assert run(two, "-o", out).exit_code == 0
    assert run(two, "-o", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    one.write_text(json.dumps(SHARED | {"profile_id": "p3"}))
    for told in ((one,), (two, "--audience", "applicant")):
        done = run(*told, "-o", out)
        assert done.exit_code == 2
        assert "pages of another report" in done.stderr
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert run(one, "--id", "p3", "-o", out).exit_code == 0


def test_the_teams_answers_come_from_a_file(two, tmp_path):
    policy = tmp_path / "policy.json"
    policy.write_text(ANSWERS.model_dump_json())
    done = run(two, "--id", "p1", "-o", tmp_path / "out", "--policy", policy)
    assert done.exit_code == 0, done.output
    assert ANSWERS.who_may_clear in (tmp_path / "out" / "p1.html").read_text()
    policy.write_text('{"which_signals": "few"}')
    done = run(two, "-o", tmp_path / "out", "--policy", policy)
    assert done.exit_code == 2
    assert "who_may_clear" in done.stderr


def test_the_list_for_who_hires_uses_plain_levels(two, tmp_path):
    done = run(two, "-o", tmp_path / "out", "--audience", "hr")
    assert done.exit_code == 0, done.output
    index = (tmp_path / "out" / "index.html").read_text()
    assert any(level in index for level in plain.LEVELS.values())
    assert index_page([]).count("<h1>") == 1


# Paper

needs_paper = pytest.mark.skipif(not paper.pdf_possible(), reason="WeasyPrint or Pango is missing")


@needs_paper
def test_pdf_is_written_beside_each_page(two, tmp_path):
    done = run(two, "--id", "p1", "-o", tmp_path / "out", "--pdf")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "p1.pdf").read_bytes().startswith(b"%PDF-")


@needs_paper
def test_paper_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_text("body { color: red }")
    page = f"""<html lang=en><title>t</title><link rel=stylesheet href="{secret.as_uri()}">
        <img alt="" src="http://127.0.0.1:9/x.png"><p>words</p></html>"""
    assert paper.pdf_of(page).startswith(b"%PDF-")
    with pytest.raises(ValueError, match="not fetched"):
        paper._Nothing()(secret.as_uri())


@pytest.mark.parametrize(
    ("error", "told"),
    [(ImportError("no module"), "pip install"), (OSError("cannot load library pango"), "Pango")],
)
def test_where_pdf_cannot_be_written_it_says_what_to_install(error, told, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest):
        if name == "weasyprint":
            raise error
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    paper._weasyprint.cache_clear()
    try:
        assert not paper.pdf_possible()
        with pytest.raises(OutputError, match=told):
            paper.pdf_of("<p>words</p>")
    finally:
        paper._weasyprint.cache_clear()


@pytest.mark.parametrize(
    ("audience", "agrees"),
    [("reviewer", "Claims and observations agree"), ("hr", "fits what the person told you")],
)
def test_nobody_is_said_to_agree_of_whom_a_contradiction_is_told(audience, agrees):
    lines = (ROOT / "data/samples/applicants.jsonl").read_bytes().splitlines()[:120]
    told = {True: 0, False: 0}
    for item in fraudscore.load().score_many(lines):
        if item.band == "no_concern":
            page = seen(person_page(item, audience=audience))
            other = disagrees(item)
            told[other] += 1
            assert (agrees in page) != other
            assert ("too little to ask about" in page) == other
            if audience == "hr":
                assert all(plain.plain(reason.text) in page for reason in unweighed(item))
                assert ("nothing that does not fit" in page) <= (not unweighed(item))
    assert min(told.values()) > 5


def test_whatever_was_seen_stands_in_one_list():
    """A contradiction that weighs less than not to know speaks for nobody, and is told all the same."""
    lines = (ROOT / "data/samples/applicants.jsonl").read_bytes().splitlines()
    for item in fraudscore.load().score_many(lines):
        lists = _for_reviewers(item)
        told = [reason.code for name in ("against", "favour", "light") for reason in lists[name]]
        assert len(told) == len(set(told))
        assert {reason.code for reason in item.reasons if reason.state == "present"} <= set(told)
