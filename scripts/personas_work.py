"""Personas with an odd working life: code histories, CVs, several jobs, unusual hours."""

from __future__ import annotations

from scripts.personas_base import (
    Diary,
    Json,
    Project,
    bank,
    delivered,
    identity,
    in_order,
    job,
    laptop,
    on_linkedin,
    own_computer,
    person,
    reach,
    same,
)


def linkedin(name: str, since: str, connections: int, **more: str) -> Json:
    """A LinkedIn profile."""
    row = {"service": "linkedin", "name": name, "created_at": since, "connections": connections}
    return {**row, **more}


def private_repositories(t: Diary) -> Json:
    """Fourteen years at two banks have left her account nearly empty: one public repository with
    her settings and months on end without a public event. All her work lies in private
    repositories. Two former colleagues, writing from the banks' own domains, vouch for her.
    """
    zone, home = "Europe/Dublin", t.line("IE")
    posts = [job("Corrib Mutual Bank", "Engineer", "2012-02-01", "2018-06-30"),
             job("Slaney Trust", "Principal engineer", "2018-07-15")]  # fmt: skip
    return {
        "claims": person("Orlaith Kinvarra", "IE", "Cork", zone, experience_since="2012-02-01"),
        "contact": reach(t, "orlaith@kinvarra.example", "IE", "2008-04-04"),
        "sessions": in_order(
            t.hiring("2026-03-30", zone, home), t.weeks(5, zone, home, device=t.key("computer"))
        ),
        "devices": [own_computer(t)],
        "code": t.code(
            "Orlaith Kinvarra", zone,
            [Project("dotfiles", "2012-05-20", "2012-05-20", "2026-02-28", 24)],
            created="2012-05-19", public=[("2019-03", "2019-04", 2), ("2026-02", "2026-02", 3)],
        ),
        "work": {
            "positions": [*posts, *map(on_linkedin, posts)],
            "web_profiles": [linkedin("Orlaith Kinvarra", "2010-03-03", 388)],
            "references": [
                {"name": "Cathal Dromore", "employer": "Slaney Trust",
                 "email_domain": "slaneytrust.example", "confirmed_by_employer": True},
                {"name": "Una Farrabeg", "employer": "Corrib Mutual Bank",
                 "email_domain": "corribmutual.example", "confirmed_by_employer": True},
            ],
            "mentions": 2,
        },
        "checks": [identity(t, days=20)],
    }  # fmt: skip


def reuploaded_code(t: Diary) -> Json:
    """In 2021 he put his student work and ten-year-old programs from a discontinued host on a new
    account, with their original dates. Most of his commits are therefore years older than the
    account and the repositories. All of them, old and new, show one zone, and nobody else claims
    them.
    """
    zone, home = "Europe/Warsaw", t.line("PL")
    projects = [
        Project("tide-tables", "2021-03-06", "2009-10-11", "2012-05-30", 26),
        Project("mini-forth", "2021-03-06", "2011-02-02", "2013-12-18", 19),
        Project("ksiega", "2021-03-07", "2010-06-15", "2010-12-01", 9),
        Project("heat-pump-log", "2021-11-20", "2021-11-20", "2026-04-30", 21),
    ]
    return {
        "claims": person("Bogumir Telesz", "PL", "Lublin", zone, experience_since="2011-09-01"),
        "contact": reach(t, "bogumir@telesz.example", "PL", "2006-02-17"),
        "sessions": in_order(
            t.hiring("2025-11-03", zone, home), t.weeks(18, zone, home, device=t.key("computer"))
        ),
        "devices": [own_computer(t)],
        "code": t.code("Bogumir Telesz", zone, projects, created="2021-03-05",
                       public=[("2021-03", "2021-03", 30), ("2021-11", "2026-05", 4)]),
        "payouts": [bank(t, "Bogumir Telesz", "PL", days=260)],
        "checks": [identity(t)],
    }  # fmt: skip


def gitlab_migrant(t: Diary) -> Json:
    """Left GitLab in October 2024 with seven years of projects, so the new account is young and
    full of old commits, all repositories made within two days. She moved from Montevideo to
    Valencia in 2023, and the clock of her commits moved with her. Both places stand in her claims.
    """
    zone, home = "Europe/Madrid", t.line("ES")
    places = [
        {"country": "UY", "city": "Montevideo", "until": "2023-02-28"},
        {"country": "ES", "city": "Valencia", "since": "2023-03-01"},
    ]
    projects = [
        Project("bus-radar", "2024-10-12", "2017-08-01", "2020-11-30", 22, 3, 3, 41),
        Project("mate-brew", "2024-10-12", "2019-04-14", "2022-09-09", 17),
        Project("ledger-lint", "2024-10-13", "2021-01-10", "2024-10-02", 25, 4, 4, 96),
        Project("tile-cache", "2024-12-01", "2024-12-01", "2026-05-12", 20),
    ]
    clocks = [("1990-01-01", "America/Montevideo"), ("2023-03-01", zone)]
    return {
        "claims": {"name": "Eluney Carrascal", "places": places, "time_zone": zone,
                   "experience_since": "2017-06-01"},
        "contact": reach(t, "eluney@carrascal.example", "ES", "2014-07-07"),
        "sessions": in_order(
            t.hiring("2025-09-15", zone, home), t.weeks(20, zone, home, device=t.key("laptop"))
        ),
        "devices": [laptop(t, at_home=True)],
        "code": t.code("Eluney Carrascal", clocks, projects, created="2024-10-11",
                       public=[("2024-10", "2026-05", 14)]),
        "payouts": [bank(t, "Eluney Carrascal", "ES", days=700)],
        "checks": [identity(t)],
    }  # fmt: skip


def course_repositories(t: Diary) -> Json:
    """Teaches and takes online courses, so his account is full of forks with dozens of contributors
    in every zone of the world. His own commits are a few in each of them. They come from one clock.
    """
    zone, home = "Africa/Lagos", t.line("NG")
    projects = [
        Project("intro-to-compilers", "2022-01-15", "2022-01-15", "2022-05-30", 6, 24, 83, 12,
                True, "2021-09-01"),
        Project("deep-learning-cohort-5", "2023-02-01", "2023-02-01", "2023-06-30", 7, 22, 61, 4,
                True, "2023-01-10"),
        Project("first-contributions", "2022-03-10", "2022-03-10", "2022-03-12", 2, 26, 180, 900,
                True, "2020-01-01"),
        Project("sql-exercises", "2023-09-05", "2023-09-05", "2024-12-20", 9, 14, 27, 31),
        Project("lagos-transit", "2024-02-02", "2024-02-02", "2026-05-05", 14, 0, 1, 6),
    ]  # fmt: skip
    return {
        "claims": person("Tobenna Akorede", "NG", "Lagos", zone),
        "contact": reach(t, "tobenna.akorede@example.net", "NG", "2015-02-28"),
        "sessions": in_order(
            t.hiring("2025-10-20", zone, home, device=t.key("computer")),
            t.weeks(16, zone, t.lines("NG", 3), device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "code": t.code("Tobenna Akorede", zone, projects, created="2021-12-28",
                       public=[("2022-01", "2026-05", 8)]),
        "payouts": [bank(t, "Tobenna Akorede", "NG", days=400)],
        "checks": [identity(t)],
    }  # fmt: skip


def follow_back_account(t: Diary) -> Json:
    """His account follows back whoever follows it, by a script, and has ten thousand follows, some
    of them accounts that were later named in lists. He knows none of them. What he writes is his
    own, from one desk in Hyderabad.
    """
    zone, home = "Asia/Kolkata", t.network("IN", 55836)[0]
    projects = [
        Project("awesome-notes", "2019-06-01", "2019-06-01", "2026-05-20", 30, 6, 7, 2400),
        Project("follow-back", "2020-01-12", "2020-01-12", "2023-08-08", 12, 0, 1, 310),
    ]
    return {
        "claims": person("Pranesh Odalur", "IN", "Hyderabad", zone),
        "contact": reach(t, "pranesh@odalur.example", "IN", "2013-06-06"),
        "sessions": in_order(
            t.hiring("2025-09-22", zone, home),
            t.weeks(18, zone, home, hours=(11, 19), device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "code": t.code("Pranesh Odalur", zone, projects, created="2018-11-02",
                       public=[("2019-06", "2026-05", 40)]),
        "work": {"web_profiles": [linkedin("Pranesh Odalur", "2015-05-05", 11400)], "mentions": 3},
        "payouts": [bank(t, "Pranesh Odalur", "IN", days=600)],
        "checks": [identity(t)],
    }  # fmt: skip


def devrel(t: Diary) -> Json:
    """A developer advocate from Berlin speaks at a conference a month, follows thousands and is
    followed by more, and leaves a demonstration repository behind after each talk. The laptop takes
    the local clock, so her commits of this spring show five zones. The journeys are declared and
    the talks are on the conferences' pages.
    """
    zone, home = "Europe/Berlin", t.line("DE")
    stops = (
        ("US", "America/Los_Angeles", "2026-01-19", "2026-01-24"),
        ("IN", "Asia/Kolkata", "2026-02-16", "2026-02-21"),
        ("BR", "America/Sao_Paulo", "2026-03-23", "2026-03-28"),
        ("JP", "Asia/Tokyo", "2026-04-20", "2026-04-26"),
    )
    trips = [{"country": c, "starts": first, "ends": last} for c, _, first, last in stops]
    clocks = [("1990-01-01", zone)]
    for _, there, first, last in stops:
        clocks += [(first, there), (last, zone)]
    demos = [
        Project(f"demo-{country.lower()}-2026", first, first, last, 9, 0, 1, 70)
        for country, _, first, last in stops
    ]
    main = Project("edge-toolkit", "2018-04-02", "2018-04-02", "2026-05-28", 40, 8, 52, 8300)
    talks = [
        t.on(f"{first[:8]}{int(first[8:]) + 2:02d} 22:10", there, t.line(country),
             device=t.key("laptop"))
        for country, there, first, _ in stops
    ]  # fmt: skip
    return {
        "claims": person("Svenja Orlamund", "DE", "Berlin", zone, travel=trips, vpn=["company"]),
        "contact": reach(t, "svenja@orlamund.example", "DE", "2005-05-25"),
        "sessions": in_order(t.weeks(18, zone, home, until=1, device=t.key("laptop")), talks),
        "devices": [laptop(t, days=900)],
        "code": t.code("Svenja Orlamund", clocks, [main, *demos], created="2011-09-09",
                       public=[("2013-01", "2026-05", 85)]),
        "work": {"mentions": 60, "web_profiles": [
            linkedin("Svenja Orlamund", "2008-02-02", 14200),
            {"service": "social", "name": "Svenja Orlamund", "created_at": "2009-04-01",
             "connections": 31000},
        ]},
        "payouts": [bank(t, "Svenja Orlamund", "DE", days=1400)],
        "checks": [identity(t, days=900)],
    }  # fmt: skip


def returner(t: Diary) -> Json:
    """Looked after a parent from 2019 to 2024 and wrote no line of public code in five years. Then
    the account woke up, LinkedIn was dusted off and the applications began, which is also what a
    bought account looks like. The clock before and after the silence is the same, and so are the
    number and the mailbox.
    """
    zone, home = "Europe/Vienna", t.line("AT")
    projects = [
        Project("alpine-weather", "2012-03-03", "2012-03-03", "2019-05-28", 28, 4, 3, 57),
        Project("rail-timetable", "2015-09-01", "2015-08-30", "2018-12-22", 16),
        Project("care-planner", "2024-09-15", "2024-09-14", "2026-05-18", 23),
    ]
    posts = [
        job("Enns Messtechnik", "Developer", "2011-01-01", "2019-06-30"),
        job("Freelance", "Developer", "2024-10-01"),
    ]
    return {
        "claims": person("Leopold Traunfels", "AT", "Linz", zone, experience_since="2011-01-01"),
        "contact": reach(t, "leopold@traunfels.example", "AT", "2004-03-21"),
        "sessions": in_order(
            t.hiring("2025-08-25", zone, home), t.weeks(20, zone, home, device=t.key("computer"))
        ),
        "devices": [own_computer(t)],
        "code": t.code("Leopold Traunfels", zone, projects, created="2011-02-14",
                       public=[("2012-03", "2019-05", 11), ("2024-09", "2026-05", 15)]),
        "work": {
            "positions": [*posts, *map(on_linkedin, posts)],
            "web_profiles": [linkedin("Leopold Traunfels", "2010-10-10", 151,
                                      dormant_from="2019-07-01", dormant_until="2024-08-20")],
        },
        "payouts": [bank(t, "Leopold Traunfels", "AT", days=560)],
        "checks": [identity(t)],
    }  # fmt: skip


def junior_two_repositories(t: Diary) -> Json:
    """Finished a coding course in March and has two repositories, a new mailbox for applications, a
    new LinkedIn profile with thirty contacts and forty applications sent in a month. There is no
    history because there has been no time for one.
    """
    zone, home = "America/Bogota", t.line("CO")
    projects = [
        Project("todo-react", "2025-11-08", "2025-11-08", "2026-01-20", 14),
        Project("rutas-medellin", "2026-02-01", "2026-02-01", "2026-05-22", 17),
    ]
    course = {"source": "cv", "school": "Ladera Coding School", "degree": "Web development",
              "starts": "2025-10-01", "ends": "2026-03-20", "registry_confirms": True}  # fmt: skip
    contact = reach(t, "yeison.palomar.dev@example.net", "CO", "2026-03-01")
    applied = [{"at": t.ago(30 - n * 0.7), "ip": home} for n in range(40)]
    return {
        "claims": person("Yeison Palomar", "CO", "Medellín", zone, experience_since="2026-03-20"),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2026-04-20", zone, home),
            t.weeks(2, zone, home, until=1, per_week=5, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "code": t.code("Yeison Palomar", zone, projects, created="2025-11-07",
                       public=[("2025-11", "2026-05", 12)]),
        "work": {
            "education": [course, course | {"source": "linkedin"}],
            "web_profiles": [linkedin("Yeison Palomar", "2026-03-02", 31)],
            "similar_texts": 3,
        },
        "payouts": [bank(t, "Yeison Palomar", "CO", days=12)],
        "checks": [identity(t, days=10)],
        "applications": applied,
    }  # fmt: skip


def no_linkedin(t: Diary) -> Json:
    """A database administrator of 25 years who never had a LinkedIn page, a homepage or a public
    repository; a search found nothing about her. Her former employers answer the telephone and know
    her, and her mailbox is older than most networks.
    """
    zone, home = "America/Chicago", t.network("US", 7922)[0]
    posts = [job("Prairie Grain Cooperative", "Administrator", "2001-03-01", "2016-11-30"),
             job("Tallgrass Insurance", "Administrator", "2017-01-09", "2026-02-28")]  # fmt: skip
    return {
        "claims": person("Dorlene Hattersby", "US", "Des Moines", zone,
                         experience_since="2001-03-01"),
        "contact": reach(t, "dhattersby@example.org", "US", "1999-12-01"),
        "sessions": in_order(
            t.hiring("2026-03-09", zone, home),
            t.weeks(7, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=54, at_home=True, activation_country="US",
                           activated_at=t.ago(50))],
        "work": {
            "positions": posts,
            "references": [{"name": "Wendell Prast", "employer": "Tallgrass Insurance",
                            "email_domain": "tallgrass.example", "confirmed_by_employer": True}],
            "mentions": 0,
        },
        "payouts": [bank(t, "Dorlene Hattersby", "US", days=50)],
        "shipments": [delivered(t, "US", "Des Moines", "Dorlene Hattersby", days=55)],
        "checks": [identity(t, days=60)],
    }  # fmt: skip


def overemployed(t: Diary) -> Json:
    """A real engineer with a real identity who holds three full-time jobs at once and tells none of
    his employers. Meetings collide, a mouse jiggler keeps the laptop awake, he is hard to reach,
    and payroll data shows the other jobs. That is a breach of contract for his manager to deal
    with; he is who he says he is, works from where he says and is paid himself.
    """
    zone, home = "America/New_York", t.network("US", 7922)[0]
    posts = [job("Larkmoor Software", "Engineer", "2024-05-01"),
             job("Larkmoor Software", "Engineer", "2024-05-06", source="payroll"),
             job("Quillstead Systems", "Engineer", "2024-11-04", source="payroll"),
             job("Bramwick Data", "Staff engineer", "2025-08-11", source="payroll")]  # fmt: skip
    awake = {"kind": "keep_awake", "name": "mouse jiggler", "first_seen": t.ago(120)}
    seen = [("meeting_collision", 60), ("meeting_collision", 33), ("meeting_collision", 12),
            ("unavailable_in_claimed_hours", 41), ("unavailable_in_claimed_hours", 9),
            ("output_changed", 9)]  # fmt: skip
    return {
        "claims": person("Merrit Colwyn", "US", "Raleigh", zone, experience_since="2013-06-01"),
        "contact": reach(t, "merrit@colwyn.example", "US", "2009-08-08"),
        "sessions": in_order(
            t.hiring("2024-04-01", zone, home),
            t.weeks(24, zone, home, round_trip=(21, "US"), device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=750, at_home=True, tools=[awake])],
        "work": {"positions": [*posts, on_linkedin(posts[0])], "mentions": 5,
                 "web_profiles": [linkedin("Merrit Colwyn", "2012-02-02", 640)]},
        "payouts": [bank(t, "Merrit Colwyn", "US", days=740)],
        "shipments": [delivered(t, "US", "Raleigh", "Merrit Colwyn", days=755)],
        "checks": [identity(t, days=760), same("interviewed", "video interview", t.ago(770)),
                   same("logged_in", "team call with camera", t.ago(20))],
        "conduct": [{"kind": kind, "seen": True, "at": t.ago(days), "recorded_by": "team lead"}
                    for kind, days in seen],
    }  # fmt: skip


PEOPLE = (
    private_repositories, reuploaded_code, gitlab_migrant, course_repositories,
    follow_back_account, devrel, returner, junior_two_repositories, no_linkedin, overemployed,
)  # fmt: skip
