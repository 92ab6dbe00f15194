"""Short ways through the pages of a case, for tests of what is shown, typed and decided there."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update

from fraudscore.review import appeals
from fraudscore.review.tables import CASES
from fraudscore.review.team import change
from fraudscore.web import pages_appeal, pages_case, pages_queue, pages_sign_in
from fraudscore.web.clock import now
from tests.desk import ANSWERED
from tests.reviewing import WHY

PAGES = (pages_sign_in, pages_queue, pages_case, pages_appeal)
REASON = "PAYEE_OTHER_SHARE"
"""What speaks against whoever has a case in these tests."""
SCORE = re.compile(r"<strong class=\"big\">[\d.]+</strong> of 100")


def send(at, path, **data):
    at.get(path.rsplit("/", 1)[0])
    return at.send(path, data=data)


def take(at, case):
    assert send(at, f"{case}/hold").status_code == 303


def view(at, case, kind="somebody_else", note=""):
    answer = send(at, f"{case}/view", view=kind, note=note)
    assert answer.status_code == 303, answer.text


def ready(at, case):
    """Taken, evidence opened, a view recorded."""
    take(at, case)
    assert send(at, f"{case}/evidence", code=REASON).status_code == 303
    view(at, case)


def decide(at, case, kind="confirm_impersonation", reason=WHY, **more):
    page = at.get(case)
    assessment = re.search(r'name="assessment" value="([^"]+)"', page)
    own = {"assessment": assessment[1]} if assessment else {}
    return at.send(f"{case}/decide", data={"kind": kind, "reason": reason, **own, **more})


def work(page):
    """What the form of a case would send as it stands."""
    own = page[page.index('id="work"') :].partition("</form>")[0]
    own += "".join(re.findall(r'<textarea[^>]* form="work"[^>]*>[^<]*</textarea>', page))
    inputs = re.findall(r'<input type="(\w+)"[^>]* name="(\w+)" value="([^"]*)"([^>]*)>', own)
    sent = {n: v for kind, n, v, rest in inputs if kind == "hidden" or " checked" in rest}
    return sent | dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', own))


def expire(desk):
    """Nobody has a case any more."""
    with desk.store.writing() as connection:
        connection.execute(update(CASES).values(held_until=now() - timedelta(minutes=1)))


def always_show(desk, members):
    with desk.store.writing() as connection:
        always = ANSWERED.model_copy(update={"score_shown": "always"})
        change(connection, members.admin, always, now=now())


def decision(page):
    return re.search(r'name="decision" value="([^"]+)"', page)[1]


def contest(desk, by, decision):
    """The id of an appeal that the person has opened."""
    with desk.store.writing() as connection:
        token = appeals.offer(connection, by, decision, now=now())
        return appeals.open_appeal(connection, token, "It is my brother's account.", now=now()).id
