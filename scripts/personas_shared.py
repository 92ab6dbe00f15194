"""Personas who share something: a house, an account, a paymaster, a network; and odd payees."""

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


def brothers_one_house(t: Diary) -> Json:
    """Two brothers in Plovdiv share a house, a line, a family computer and the landline their
    mother answers, and both freelance on the same marketplace. One brought the other in. Each
    declared the other as household and each has his own account at the bank.
    """
    zone, home = "Europe/Sofia", t.line("BG")
    contact = reach(t, "kalin.dobrush@example.net", "BG", "2014-12-09")
    contact["phones"][0] |= {"carrier_type": "fixed", "other_identities": 1}
    return {
        "claims": person("Kalin Dobrush", "BG", "Plovdiv", zone, household=["persona-brother-2"]),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2025-05-12", zone, home, device="family-computer"),
            t.weeks(20, zone, home, until=1, hours=(17, 23), device="family-computer"),
        ),
        "devices": [{"id": "family-computer", "other_users": 1, "mfa_other_users": 1}],
        "payouts": [bank(t, "Kalin Dobrush", "BG", days=380)],
        "shipments": [delivered(t, "BG", "Plovdiv", "Kalin Dobrush") | {"other_recipients": 1}],
        "checks": [identity(t)],
        "referrals": [{"other": "persona-brother-2", "direction": "referred", "at": t.ago(150)}],
    }


def couple_one_account(t: Diary) -> Json:
    """A couple in Bari translates for the same platform and is paid into one account, which is in
    her name; he is this profile. They also use one mailbox for invoices. He declared her as payee
    and as household.
    """
    zone, home = "Europe/Rome", t.network("IT", 3269)[0]
    contact = reach(t, "dario.timmel@example.net", "IT", "2011-07-18")
    contact["emails"].append({"address": "rosaria.brandt@example.org", "other_identities": 1})
    payees = [{"name": "Rosaria Brandt", "relation": "relative"}]
    return {
        "claims": person("Dario Timmel", "IT", "Bari", zone, payees=payees,
                         household=["persona-couple-2"]),
        "contact": contact,
        "sessions": in_order(
            t.hiring("2025-03-03", zone, home, device=t.key("computer")),
            t.weeks(22, zone, home, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "payouts": [bank(t, "Rosaria Brandt", "IT", days=440, account="account-couple",
                         other_workers=1)],
        "checks": [identity(t, days=445)],
    }  # fmt: skip


def agency_twenty_workers(t: Diary) -> Json:
    """An agency in Pune pays this tester and nineteen colleagues from one account and answers their
    business number. All of them sign in through the office line. The agency, its account and the
    chain to the client are declared, and the agency checked who she is.
    """
    zone, office = "Asia/Kolkata", t.line("IN")
    device = {"device": t.key("laptop"), "managed": True}
    contact = reach(t, "sunita.valmeer@northpine.example", "IN", "2022-06-01")
    contact["phones"][0] |= {"carrier_type": "fixed", "other_identities": 19}
    chain = [
        {"name": "Ferrow Retail", "role": "buyer", "declared": True},
        {"name": "Northpine Studio LLC", "role": "agency", "declared": True,
         "verified_person": True, "substitution_allowed": False, "founded": "2014-03-01",
         "same_address": 0},
        {"name": "Sunita Valmeer", "role": "worker", "declared": True},
    ]  # fmt: skip
    return {
        "claims": person("Sunita Valmeer", "IN", "Pune", zone, agency="Northpine Studio LLC",
                         payees=[{"name": "Northpine Studio LLC", "relation": "agency"}]),
        "contact": contact,
        "sessions": t.weeks(24, zone, office, hours=(10, 18), **device),
        "devices": [laptop(t, days=400)],
        "payouts": [bank(t, "Northpine Studio Private Limited", "IN", days=900,
                         account="account-northpine", other_workers=19)],
        "checks": [same("verified", "personnel file", t.ago(420), checked="in_person",
                        done_by="agency", name_agrees=True)],
        "engagement": {"chain": chain},
    }  # fmt: skip


def employer_of_record(t: Diary) -> Json:
    """A product manager in Nairobi works for a Canadian company that has no office in Kenya, so an
    employer of record in Ireland signs the contract and pays. Payroll therefore names another firm
    than the CV, and the paying account serves thousands. The arrangement is written into the
    claims.
    """
    zone, home = "Africa/Nairobi", t.line("KE")
    device = {"device": t.key("laptop"), "managed": True}
    work = job("Hollin Ledger Inc", "Product manager", "2025-02-01", remote=True)
    payroll = {"source": "payroll", "employer": "Paragonia Global Employment Ltd",
               "title": "Consultant", "starts": "2025-02-15", "country": "IE"}  # fmt: skip
    chain = [
        {"name": "Hollin Ledger Inc", "role": "buyer", "declared": True},
        {"name": "Paragonia Global Employment Ltd", "role": "employer_of_record",
         "declared": True, "verified_person": True, "substitution_allowed": False,
         "founded": "2018-09-01", "same_address": 40},
        {"name": "Wanjiru Tabarek", "role": "worker", "declared": True},
    ]  # fmt: skip
    payees = [{"name": "Paragonia Global Employment Ltd", "relation": "employer_of_record"}]
    return {
        "claims": person("Wanjiru Tabarek", "KE", "Nairobi", zone, payees=payees,
                         experience_since="2014-09-01"),
        "contact": reach(t, "wanjiru@tabarek.example", "KE", "2012-03-30"),
        "sessions": in_order(
            t.hiring("2024-12-02", zone, home),
            t.weeks(24, zone, [home, t.line("KE")], **device),
        ),
        "devices": [laptop(t, days=470, at_home=True)],
        "work": {"positions": [work, on_linkedin(work), payroll], "mentions": 4,
                 "web_profiles": [{"service": "linkedin", "name": "Wanjiru Tabarek",
                                   "created_at": "2013-01-15", "connections": 812}]},
        "payouts": [bank(t, "Paragonia Global Employment", "IE", days=460,
                         account="account-paragonia", other_workers=4200)],
        "shipments": [delivered(t, "KE", "Nairobi", "Wanjiru Tabarek", days=475)],
        "checks": [identity(t, days=480, done_by="employer of record")],
        "engagement": {"chain": chain},
    }  # fmt: skip


def coworking_space(t: Diary) -> Json:
    """A developer in Porto rents a desk in a co-working space, where sixty people of other firms
    share one address and somebody's test server answers on a remote-desktop port. His laptop was
    delivered to the front desk, which takes parcels for everybody. In the evenings he is on his
    line at home.
    """
    zone, desk, home = "Europe/Lisbon", t.line("PT"), t.line("PT")
    device = {"device": t.key("laptop"), "managed": True}
    parcel = {"address": "Front desk, Armazem 12", "country": "PT", "city": "Porto",
              "kind": "office", "km_from_home": 4, "received_by": "front desk",
              "other_recipients": 17, "sent_at": t.ago(290), "received_at": t.ago(287)}  # fmt: skip
    return {
        "claims": person("Duarte Salvel", "PT", "Porto", zone),
        "contact": reach(t, "duarte.salvel@example.net", "PT", "2010-09-14"),
        "sessions": in_order(
            t.hiring("2025-07-07", zone, home),
            t.weeks(20, zone, desk, until=1, remote_port_open=True, **device),
            t.weeks(16, zone, home, until=1, hours=(20, 23), per_week=1, remote_port_open=False,
                    **device),
        ),
        "devices": [laptop(t, days=288)],
        "payouts": [bank(t, "Duarte Salvel", "PT", days=1000)],
        "shipments": [parcel],
        "checks": [identity(t)],
    }  # fmt: skip


def university_nat(t: Diary) -> Json:
    """A doctoral student in Leeds annotates data from the university network, where the whole
    campus shares a handful of addresses, and sometimes from a library computer on which three other
    annotators of the platform have signed in. A conference in Utrecht is declared.
    """
    zone, campus = "Europe/London", t.network("GB", 786, 3)
    trip = [{"country": "NL", "starts": "2026-03-16", "ends": "2026-03-20"}]
    device = {"device": t.key("computer")}
    return {
        "claims": person("Imogen Harsley", "GB", "Leeds", zone, travel=trip, own_device=True),
        "contact": reach(t, "i.harsley@university.example", "GB", "2023-09-25"),
        "sessions": in_order(
            t.hiring("2025-10-13", zone, campus[0], **device),
            t.weeks(9, zone, campus, until=84, hours=(10, 22), **device),
            t.weeks(6, zone, campus, until=98, hours=(12, 20), per_week=1, device="library-7"),
            t.weeks(1, "Europe/Amsterdam", t.network("NL", 1103), until=72, per_week=3, **device),
            t.weeks(10, zone, campus, until=1, hours=(10, 22), **device),
        ),
        "devices": [own_computer(t), {"id": "library-7", "managed": False, "other_users": 3}],
        "payouts": [bank(t, "Imogen Harsley", "GB", days=600)],
        "checks": [identity(t)],
    }


def married_name(t: Diary) -> Json:
    """She married last year and took her husband's name; bank, mailbox and LinkedIn still have the
    old one. She declared both names. The document check of this spring shows the new name.
    """
    zone, home = "Europe/Stockholm", t.line("SE")
    post = job("Havren Analys", "Data analyst", "2019-02-01")
    return {
        "claims": person("Greta Holmquist", "SE", "Malmo", zone, other_names=["Greta Andrane"]),
        "contact": reach(t, "greta.andrane@example.net", "SE", "2009-01-08"),
        "sessions": in_order(
            t.hiring("2026-01-12", zone, home),
            t.weeks(14, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, days=100, at_home=True)],
        "work": {
            "positions": [post, on_linkedin(post)],
            "web_profiles": [{"service": "linkedin", "name": "Greta Andrane",
                              "created_at": "2011-08-20", "connections": 467}],
        },
        "payouts": [bank(t, "Greta Andrane", "SE", days=110)],
        "checks": [identity(t, days=120)],
    }  # fmt: skip


def changed_first_name(t: Diary) -> Json:
    """Changed the first name two years ago and gives the new one everywhere; bank, diploma and the
    old handle still have the former, which is nobody's business and was not declared. The surname,
    the mailbox's age and a live check agree; the scanned old document did not.
    """
    zone, home = "America/Toronto", t.line("CA")
    scan = same("verified", "scan of an older document", t.ago(210), checked="document",
                capture="scan", name_agrees=False, reused_in=0)  # fmt: skip
    return {
        "claims": person("Rowan Vestergrove", "CA", "Hamilton", zone),
        "contact": reach(t, "r.vestergrove@example.net", "CA", "2012-11-03"),
        "sessions": in_order(
            t.hiring("2025-10-01", zone, home),
            t.weeks(20, zone, home, device=t.key("laptop"), managed=True),
        ),
        "devices": [laptop(t, at_home=True)],
        "code": t.code(
            "Rowan Vestergrove", zone, [], created="2013-03-01", public=[("2015-01", "2026-05", 9)],
            renames=[{"at": "2024-04-02T15:00:00Z", "old": "Emmett Vestergrove",
                      "new": "Rowan Vestergrove"}],
        ),
        "payouts": [bank(t, "Emmett Vestergrove", "CA", days=2000)],
        "checks": [scan, identity(t, days=208), same("interviewed", "video interview", t.ago(230))],
    }  # fmt: skip


def one_name(t: Diary) -> Json:
    """Has one name, as many people in Java do. The bank's form wanted two and repeats it, the
    identity vendor wrote a dash, and the marketplace put a dot. Nothing else is unusual.
    """
    zone, home = "Asia/Jakarta", t.network("ID", 7713)[0]
    return {
        "claims": person("Suharwan", "ID", "Bandung", zone),
        "contact": reach(t, "suharwan@example.net", "ID", "2016-05-27"),
        "sessions": in_order(
            t.hiring("2025-08-18", zone, home, device=t.key("computer")),
            t.weeks(20, zone, home, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "work": {"web_profiles": [{"service": "marketplace", "name": "Suharwan .",
                                   "created_at": "2017-02-01"}]},
        "payouts": [bank(t, "Suharwan Suharwan", "ID", days=700)],
        "checks": [identity(t, name_agrees=False)],
    }  # fmt: skip


def transliterated_payee(t: Diary) -> Json:
    """Writes his name in Cyrillic; the bank uses the passport's transliteration and his code
    account an older one. Three spellings of one name stand side by side. Place, clock and phone
    agree.
    """
    zone, home = "Europe/Kyiv", t.line("UA")
    projects = [
        Project("meter-reader", "2022-03-01", "2022-03-01", "2023-06-30", 15),
        Project("tram-board", "2024-01-10", "2024-01-09", "2026-04-20", 11),
    ]
    return {
        "claims": person("Євген Щербатюк", "UA", "Vinnytsia", zone),
        "contact": reach(t, "shcherbatyuk@example.net", "UA", "2011-10-10"),
        "sessions": in_order(
            t.hiring("2025-09-08", zone, home),
            t.weeks(20, zone, home, device=t.key("computer")),
        ),
        "devices": [own_computer(t)],
        "code": t.code("Evgeny Scherbatyuk", zone, projects, created="2021-12-20",
                       public=[("2022-01", "2026-05", 6)]),
        "payouts": [bank(t, "Yevhen Shcherbatiuk", "UA", days=640)],
        "checks": [identity(t)],
    }  # fmt: skip


PEOPLE = (
    brothers_one_house, couple_one_account, agency_twenty_workers, employer_of_record,
    coworking_space, university_nat, married_name, changed_first_name, one_name,
    transliterated_payee,
)  # fmt: skip
