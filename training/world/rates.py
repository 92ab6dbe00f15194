"""The distributions of stories, places and lines, and which buyer sees which part.

Part of the parameters: every table says what its numbers are shares of and where they come from.
"""

from __future__ import annotations

from training.world.sourced import ASSUMED, Shares

STORIES = Shares("weight among look-alikes", "assumed; nomads after MBO", {
    "declared_traveller": 5, "undeclared_traveller": 4, "declared_nomad": 4, "nomad": 9,
    "vpn_to_home": 5, "expatriate": 5, "military_spouse": 3, "cgnat": 3, "satellite": 2,
    "relay_user": 4, "company_line": 3, "unmarked_company_line": 2, "always_vpn": 6, "couple": 4,
    "undeclared_couple": 2, "agency_worker": 5, "undeclared_agency": 2, "employer_of_record": 2,
    "married_name": 3, "one_name": 2, "transliterated": 2, "under_banked": 4, "relative_payout": 2,
    "kept_number": 3, "voip_privacy": 3, "night_worker": 3, "split_shifts": 2, "kvm_at_home": 2,
    "home_lab": 3, "own_device": 3, "moved_house": 4, "second_hand": 3, "overemployed": 6,
    "outsourcer": 4, "cv_liar": 3, "victim_hired": 2, "thin_file": 3, "minimal_data": 2,
    "emigrant": 5, "several_machines": 5, "fresh_start": 4,
    "no_camera": 3, "hidden_address": 3, "job_seeker": 3, "returner": 3,
})  # fmt: skip

SEATS = Shares("share of operators", "quantities.md 3, an assumption of its own", {
    "CN": 0.65, "RU": 0.20, "VN": 0.04, "ID": 0.02, "TH": 0.02, "AE": 0.03, "NG": 0.02, "BR": 0.02,
})  # fmt: skip
"""Where the lines of impersonators come out; the 5 % at home leave through lines in CN."""

CLAIMED = Shares("share of personas", "order from SEAL and GTIG25, shares assumed", {
    "US": 0.44, "JP": 0.12, "GB": 0.06, "DE": 0.06, "PL": 0.04, "UA": 0.04, "SG": 0.04, "MY": 0.04,
    "TH": 0.03, "IT": 0.03, "PT": 0.03, "RS": 0.03, "VN": 0.02, "CN": 0.01, "RU": 0.01,
})  # fmt: skip

HOMES = Shares("share of honest people", "assumed; every seat is a common honest home too", {
    "US": 0.26, "IN": 0.11, "GB": 0.06, "DE": 0.06, "UA": 0.05, "PL": 0.04, "PK": 0.04, "PH": 0.04,
    "BR": 0.05, "CN": 0.05, "RU": 0.04, "JP": 0.03, "VN": 0.03, "ID": 0.02, "NG": 0.02, "KE": 0.01,
    "AR": 0.02, "MX": 0.02, "ES": 0.02, "FR": 0.02, "IT": 0.02, "PT": 0.01, "RS": 0.01, "RO": 0.01,
    "TR": 0.01, "SG": 0.01, "MY": 0.01, "TH": 0.01, "AE": 0.01, "CA": 0.02, "EG": 0.01, "BD": 0.02,
})  # fmt: skip

ABROAD = Shares("weight of destinations", ASSUMED, dict.fromkeys(
    ("DE", "NL", "GB", "US", "FR", "SG", "ES", "TR", "AE", "TH"), 1.0,
))  # fmt: skip
"""Where trips, wrong address data and VPN exits lead."""
FILTERED = Shares("weight of homes of expatriates", ASSUMED, {"CN": 2, "RU": 1, "AE": 1, "TR": 1})
POSTED = Shares("weight of posts", "MILSP names the hubs, weights assumed", {
    "JP": 1, "DE": 1, "KR": 1, "IT": 1, "ES": 1, "BH": 1,
})  # fmt: skip
UNDER_BANKED = Shares("weight of homes", "assumed; CIPAY", {
    "NG": 2, "PK": 2, "BD": 2, "EG": 1, "KE": 1, "UA": 1, "AR": 1,
})  # fmt: skip
CLIENTS = Shares("weight of distant clients", ASSUMED, {"US": 2, "GB": 1, "JP": 1})

RING_EXITS = Shares("share of exits of impersonators",
    "data README: of published addresses 4 % in open VPN lists, 44 % in any open list", {
    "vpn:Mullvad": 0.01, "vpn:M247": 0.01, "vpn:": 0.02, "hosting:": 0.34, "cloud:": 0.06,
    "ordinary:": 0.56,
})  # fmt: skip
USER_EXITS = Shares("share of exits of ordinary VPN users", ASSUMED, {
    "vpn:NordVPN": 0.12, "vpn:Proton VPN": 0.10, "vpn:Mullvad": 0.05, "vpn:Surfshark": 0.06,
    "vpn:M247": 0.07, "vpn:": 0.20, "hosting:": 0.25, "ordinary:": 0.15,
})  # fmt: skip

HOSTS = Shares("share of accounts", ASSUMED, {"github": 0.9, "gitlab": 0.1})
PROJECTS = Shares("share of accounts with so many projects", ASSUMED, {
    "1": 0.22, "2": 0.26, "3": 0.22, "4": 0.16, "5": 0.14,
})  # fmt: skip
ACCOUNT_NUMBERS = Shares("number of an account of that year", "id_calendar.csv, later years assumed", {
    "2012": 1_376_000, "2013": 3_250_000, "2014": 6_310_000, "2015": 10_364_000,
    "2016": 16_623_000, "2016.5": 20_365_000, "2017": 24_718_000, "2017.5": 29_821_000,
    "2018": 35_027_000, "2018.5": 40_849_000, "2019": 46_321_000, "2019.5": 52_390_000,
    "2020": 59_449_000, "2020.5": 67_656_000, "2021": 76_830_000, "2021.5": 86_745_000,
    "2022": 96_926_000, "2022.5": 108_499_000, "2023": 121_699_000, "2023.5": 138_247_000,
    "2024": 155_353_000, "2024.5": 174_299_000, "2025": 193_000_000, "2027": 275_000_000,
})  # fmt: skip

VENDORS = Shares("share of checks", ASSUMED, {"vendor a": 0.5, "vendor b": 0.3, "in house": 0.2})
SECOND_CHECKS = Shares("share of people with checks who had this one too", ASSUMED, {
    "selfie": 0.4, "address": 0.3, "bank_account": 0.3, "database": 0.25, "in_person": 0.08,
})  # fmt: skip
LATER_STAGES = Shares("share of people with checks who were looked at again", ASSUMED, {
    "shipped": 0.15, "logged_in": 0.3, "committed": 0.1, "invoiced": 0.15, "paid": 0.2,
})  # fmt: skip
SHIPPED_TO = Shares("share of parcels", ASSUMED, {
    "home": 0.78, "office": 0.08, "pickup": 0.09, "post_box": 0.04, "forwarder": 0.01,
})  # fmt: skip
SOURCES = ("cv", "linkedin", "platform", "application", "payroll")
ROLES = Shares("share of people", ASSUMED, {
    "backend engineer": 0.25, "frontend engineer": 0.25, "full stack engineer": 0.25,
    "mobile engineer": 0.1, "data engineer": 0.1, "designer": 0.05,
})  # fmt: skip
DEGREES = Shares("share of courses", ASSUMED, {"BSc": 0.6, "MSc": 0.3, "diploma": 0.1})
FREE_MAIL = Shares("share of private mailboxes", "quantities.md 4, TAY by eye", {
    "gmail.com": 0.65, "outlook.com": 0.2, "proton.me": 0.1, "yahoo.com": 0.05,
})  # fmt: skip
SKILLS = Shares("year of the first release", "release-notes of each project, year only", {
    "Python": 1991, "Java": 1996, "PHP": 1995, "PostgreSQL": 1996, "Linux": 1991, "Django": 2005,
    "Node.js": 2009, "Go": 2012, "TypeScript": 2012, "React": 2013, "Docker": 2013,
    "Kubernetes": 2014, "Swift": 2014, "Vue.js": 2014, "Terraform": 2014, "React Native": 2015,
    "Rust": 2015, "TensorFlow": 2015, "GraphQL": 2015, "Solidity": 2015, "Angular": 2016,
    "Next.js": 2016, "Kotlin": 2016, "PyTorch": 2016, "Flutter": 2017, "FastAPI": 2018,
})  # fmt: skip
DELIVERED = Shares("share of files", ASSUMED, {"Word": 0.4, "Figma": 0.3, "git": 0.3})

MARKET, EMPLOYER = 0, 1
OBSERVED: dict[str, tuple[float, float]] = {
    "asked_off_platform": (0.85, 0.10),
    "asked_own_device": (0.20, 0.75),
    "prepayment_demanded": (0.75, 0.30),
    "tax_form_disowned": (0.30, 0.55),
    "unavailable_in_claimed_hours": (0.50, 0.70),
    "camera_refused": (0.55, 0.85),
    "joined_under_other_name": (0.45, 0.75),
    "different_person": (0.55, 0.75),
    "artefact_seen": (0.45, 0.65),
    "reads_answers": (0.40, 0.70),
    "claimed_place_unknown": (0.30, 0.60),
    "claimed_employer_unknown": (0.30, 0.60),
    "pasted_code_test": (0.45, 0.50),
    "pickup_avoided": (0.00, 0.60),
    "in_person_avoided": (0.10, 0.60),
    "meeting_collision": (0.10, 0.55),
    "handle_switched": (0.55, 0.15),
    "bulk_export": (0.05, 0.55),
    "output_changed": (0.35, 0.55),
    "threatened": (0.40, 0.40),
    "account_advertised": (0.50, 0.05),
}
"""Chance that the people of a marketplace and of an employer look for it (assumed)."""
PARTS: dict[str, tuple[float, float]] = {
    "sessions": (0.97, 0.86),
    "devices": (0.64, 0.88),
    "inventory": (0.04, 0.76),
    "hardware_location": (0.02, 0.52),
    "round_trip": (0.32, 0.55),
    "zones": (0.78, 0.70),
    "durations": (0.55, 0.50),
    "tokens": (0.15, 0.40),
    "posture": (0.03, 0.36),
    "scan": (0.22, 0.10),
    "automation": (0.20, 0.35),
    "managed": (0.04, 0.84),
    "at_home": (0.00, 0.30),
    "payouts": (0.90, 0.66),
    "passed_on": (0.70, 0.00),
    "other_workers": (0.92, 0.42),
    "self_paid": (0.60, 0.00),
    "contact": (0.94, 0.84),
    "carrier": (0.66, 0.60),
    "mail_age": (0.74, 0.62),
    "other_identities": (0.90, 0.42),
    "lists": (0.36, 0.25),
    "conduct": (0.32, 0.50),
    "checks": (0.40, 0.45),
    "shipments": (0.00, 0.62),
    "reuse": (0.50, 0.30),
    "owner_asked": (0.30, 0.40),
    "work_cv": (0.45, 0.85),
    "work_linkedin": (0.35, 0.55),
    "work_platform": (0.85, 0.00),
    "work_application": (0.10, 0.60),
    "work_payroll": (0.00, 0.22),
    "register": (0.25, 0.30),
    "registry": (0.08, 0.30),
    "skills": (0.60, 0.55),
    "web_profiles": (0.30, 0.50),
    "references": (0.08, 0.45),
    "reference_calls": (0.40, 0.60),
    "reference_ip": (0.30, 0.25),
    "texts": (0.50, 0.35),
    "cv_text": (0.20, 0.20),
    "web_search": (0.12, 0.30),
    "applications": (0.55, 0.20),
    "chain": (0.15, 0.30),
    "deliverables": (0.50, 0.50),
    "referrals": (0.40, 0.80),
    "code": (0.48, 0.50),
    "code_created": (0.85, 0.85),
    "code_twins": (0.45, 0.30),
    "code_activity": (0.45, 0.30),
    "code_visits": (0.30, 0.20),
}
"""Chance that a marketplace and an employer see a part (assumed); the same whatever the label."""
