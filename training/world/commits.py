"""The commits of a project: the person's own, those of others, those of robots."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from training.world.clocks import SERVER_ZONE, Clocks, offset, owner_zone, zone_info
from training.world.life import Life, invent_name
from training.world.parameters import SPANS
from training.world.projects import Project

SITE = "noreply@github.com"
"""Who commits what is made in the browser, on the host that says so."""
ROBOT = "dependabot[bot]"
DRAWN = 120
"""Moments drawn for a project that many may take from; each persona takes some of them."""
Moment = tuple[datetime, str, int]
"""When, the keyed hash of the subject, and how long the subject is."""


class Writer:
    """Makes the commit rows of a life."""

    def __init__(self, life: Life, clocks: Clocks) -> None:
        self.life, self.rng, self.clocks = life, life.rng, clocks
        self.name, self.email = life.name, f"{life.profile_id}@users.noreply.example"
        if "code_as_other" in life.tells:
            self.name = invent_name(life.rng)
        if "code_email_shared" in life.tells:
            self.email = f"{life.shared_key('c')}@mail.example"
        self.site = SITE if life.claims["code.host"] == "github" else self.email
        self.other_email = f"{life.profile_id}@work.example" if life.rate("second_email") else ""
        self.site_share = life.between("site_share") if life.rate("site_user") else 0.0
        self.twin_share = life.numbers["twin_chance"] if not life.clean else 0.0
        if life.mess("coursework"):
            self.twin_share = life.between("coursework_twins")
        self.taken_twins = life.between("twin_share") if "copies_found" in life.tells else 0.0

    def history(self, project: Project) -> list[dict[str, Any]]:
        """Every commit of a project, in order of time."""
        rows = [self._own(project, moment) for moment in self._moments(project)]
        if self.life.rate("mates"):
            rows += self._mate(project)
        if self.life.rate("robots"):
            rows += self._robot(project)
        kept = [row for row in rows if row["committed_at"] <= self.life.as_of] or rows[:1]
        return sorted(kept, key=lambda row: row["authored_at"])

    def _moments(self, project: Project) -> list[Moment]:
        if not project.owner:
            return list(moments(project, self.clocks.local(project.starts), project.commits))
        every = list(moments(project, project.zone, DRAWN))
        return self.rng.sample(every, min(project.commits, DRAWN))

    def _own(self, project: Project, moment: Moment) -> dict[str, Any]:
        life, (at, subject, length) = self.life, moment
        site = life.chance(self.site_share)
        if site:
            at, place = self._now(project), None
            place = self.clocks.site(at)
        else:
            place = project.zone or self.clocks.commit(at)
        minutes, taken = offset(place, at), bool(project.owner) and not site
        work = bool(self.other_email) and not site and life.rate("second_email_used")
        row = self._row(project, at, minutes, subject, length)
        row |= {
            "author_name": self._author(project, taken),
            "author_email": self.other_email if work else self.email,
            "committer_email": self.site if site else self.other_email if work else self.email,
            "on_site": site,
            "linked": not work,
            "merge": life.rate("merge"),
        }
        if not site and life.rate("rebased"):
            later = at + timedelta(hours=round(life.between("rebased_after")))
            row |= {"committed_at": later, "committer_offset_minutes": offset(place, later)}
        if "code_twins" in life.sees:
            share = self.taken_twins if taken else self.twin_share
            row["twin"] = life.chance(share)
        return row

    def _author(self, project: Project, taken: bool) -> str:
        """The persona's name, or now and then the one that was forgotten."""
        left = taken and "code_other_name" in self.life.tells and self.life.rate("name_left")
        return project.owner if left else self.name

    def _now(self, project: Project) -> datetime:
        """A moment at which the project was on the site, for nobody can set that clock back."""
        starts = max(project.starts, project.made)
        ends = max(project.ends, project.made + self.life.days("site_after"))
        at = starts + (ends - starts) * self.rng.random()
        return min(at, self.life.as_of).replace(microsecond=0)

    def _mate(self, project: Project) -> list[dict[str, Any]]:
        """Somebody else's commits in the same repository."""
        name, place = invent_name(self.rng), owner_zone(self.rng)
        email = f"{name.replace(' ', '.').lower()}@example.org"
        some = moments(project, place, self.life.whole("mate_commits"), self.rng)
        return [
            self._row(project, at, offset(place, at), subject, length)
            | self._by(name, email, robot=False)
            for at, subject, length in some
        ]

    def _robot(self, project: Project) -> list[dict[str, Any]]:
        some = moments(project, SERVER_ZONE, self.life.whole("robot_commits"), self.rng)
        return [
            self._row(project, at, 0, subject, length) | self._by(ROBOT, SITE, robot=True)
            for at, subject, length in some
        ]

    def _by(self, name: str, email: str, *, robot: bool) -> dict[str, Any]:
        twin = {"twin": False} if "code_twins" in self.life.sees else {}
        return {
            "author_name": name,
            "author_email": email,
            "committer_email": email,
            "bot": robot,
            "linked": False,
        } | twin

    def _row(
        self, project: Project, at: datetime, minutes: int, subject: str, length: int
    ) -> dict[str, Any]:
        return {
            "repository": project.name,
            "id": f"{self.rng.getrandbits(64):016x}",
            "authored_at": at,
            "author_offset_minutes": minutes,
            "committed_at": at,
            "committer_offset_minutes": minutes,
            "merge": False,
            "bot": False,
            "on_site": False,
            "subject_key": subject,
            "subject_length": length,
        }


def moments(
    project: Project, where: str, count: int, rng: random.Random | None = None
) -> Iterator[Moment]:
    """Moments at which somebody who lives in a zone writes code, by day and by week."""
    rng, whole = rng or project.rng, (project.ends - project.starts).total_seconds()
    hours, subjects = SPANS["coding_hours"], SPANS["subject_length"]
    for _ in range(count):
        day = project.starts + timedelta(seconds=rng.uniform(0, whole))
        minute = int(rng.triangular(hours.low, hours.high) * 60)
        local = datetime(day.year, day.month, day.day, tzinfo=zone_info(where))
        at = local + timedelta(minutes=minute, seconds=rng.randrange(60))
        subject = f"{rng.getrandbits(64):016x}"
        yield (
            at.astimezone(zone_info(SERVER_ZONE)),
            subject,
            rng.randint(int(subjects.low), int(subjects.high)),
        )
