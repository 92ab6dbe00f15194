"""Every number of the simulated world, with its unit and where it comes from.

Source tags are those of the published quantities (YG, MBO, PIND ...); `assumed` marks a number
nobody has published. Most conditional rates are assumed: no source gives the chance of a signal for
impersonated people, save for deepfakes. Observations that show are in `tells.py`, distributions in
`rates.py`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from training.world import rates, tells
from training.world.sourced import ASSUMED, Number, Shares, Span

__all__ = ["HOMES", "NUMBERS", "SEATS", "SPANS", "Number", "Parameters", "Span"]

HOMES, SEATS = rates.HOMES, rates.SEATS


def _n(value: float, unit: str, source: str = ASSUMED) -> Number:
    return Number(value, unit, source)


def _s(low: float, high: float, unit: str, source: str = ASSUMED) -> Span:
    return Span(low, high, unit, source)


PEOPLE, SESSIONS, COMMITS = "share of people", "share of sessions", "share of commits"
CHECKS, JOBS = "share of checks", "share of jobs"
DEVELOPERS = "share of people with published code"
NUMBERS: dict[str, Number] = {
    # Who lives in the world
    "impersonated": _n(0.06, PEOPLE, "assumed; PIND has 0.0029, too few to learn from"),
    "look_alikes": _n(0.37, PEOPLE, "assumed; quantities.md 7.3: 5 to 10 times the positives"),
    "marketplace": _n(0.55, PEOPLE),
    "clean": _n(0.16, "share of impersonated", "quantities.md 7.2: at least 0.15"),
    "operator_median": _n(5, "personas", "GTIG25, GITLAB, ZX25, INSIKT26"),
    "operator_sigma": _n(0.98, "log personas", "quantities.md 7.1: median 5, 95th percentile 25"),
    "operator_mean": _n(7.9, "personas", "follows from median and sigma, rounded"),
    "operator_keeps_scheme": _n(0.7, "share of personas"),
    "ring_shares_exit": _n(0.5, "share of personas", "assumed; N11, THN26S"),
    "months": _n(18, "months before the end"),
    "month_days": _n(30.4, "days", "calendar"),
    "group_in_data": _n(0.35, "share of couples and agencies"),
    "shared_building": _n(0.06, PEOPLE, "assumed; flats, dormitories, co-working, carriers"),
    "building_tail": _n(0.8, "Pareto exponent of how crowded buildings are"),
    "agency_office": _n(0.3, "share of colleagues in data", "assumed; the others work from home"),
    "building_address": _n(0.5, "share of parcels to people in shared buildings"),
    "second_hand": _n(0.004, "share of devices in use by an earlier owner before"),
    "recycled_line": _n(0.01, "share of home lines an unrelated person had before"),
    "resold_number": _n(0.006, "share of numbers an unrelated person had before"),
    "new_host": _n(0.15, "share of laptops", "WANG: 137 laptops in 21 premises, 29 sites of about 7"),
    "keeps_host": _n(0.7, "share of an operator's next laptops in a country", "assumed; GLAB, CHAP"),
    "host_address": _n(0.8, "share of parcels to people whose laptop somebody keeps"),
    "uses_mule": _n(0.4, "share of shared accounts", "assumed; the rest are the operator's own"),
    "new_mule": _n(0.3, "share of accounts of mules", "assumed; FBI25: one account, several workers"),
    "broker_days": _n(270, "days a host or a mule serves, before and after"),
    "caught": _n(0.3, "share of impersonated confirmed some day"),
    "caught_median": _n(180, "days", "assumed; quantities.md 6: tenure before detection"),
    "caught_sigma": _n(0.9, "log days"),
    "wrongly_confirmed": _n(0.0005, "share of honest people"),
    "family_phone": _n(0.15, "share of couples with one number or mailbox"),
    # Sign-ins
    "sessions_median": _n(20, "sessions"),
    "sessions_sigma": _n(0.6, "log sessions"),
    "history_days": _n(240, "days"),
    "midday": _n(14.0, "local hour"),
    "day_spread": _n(3.0, "hours, one sigma"),
    "split_spread": _n(1.2, "hours, one sigma"),
    "mobile_share": _n(0.15, SESSIONS),
    "stray": _n(0.004, SESSIONS, "assumed; roaming and data errors"),
    "satellite_stray": _n(0.15, SESSIONS),
    "trip_zone": _n(0.5, SESSIONS),
    "hardware_fix": _n(0.7, SESSIONS),
    "hardware_there": _n(0.9, SESSIONS),
    "posture_dark": _n(0.8, SESSIONS),
    "posture_off": _n(0.10, SESSIONS),
    "port_answers": _n(0.7, SESSIONS),
    "long_session": _n(0.3, SESSIONS),
    "duration_mean": _n(4.0, "log minutes"),
    "duration_sigma": _n(0.8, "log minutes"),
    "latency_sigma": _n(0.2, "log milliseconds"),
    "many_countries": _n(0.3, SESSIONS),
    "automated": _n(0.02, SESSIONS),
    "as_offset": _n(0.3, "share of people whose devices report an offset, no zone"),
    # Lines
    "wrong_home": _n(0.011, "share of home lines", "measured: half of what two databases differ"),
    "wrong_other": _n(0.027, "share of other lines", "data README: databases agree on 94.6 %, half"),
    "vpn_sometimes": _n(0.19, PEOPLE, "YG: 32 % at least sometimes, 13 % of them always"),
    "vpn_always": _n(0.13, PEOPLE, "YG"),
    "vpn_declared": _n(0.3, "share of VPN users"),
    "vpn_abroad": _n(0.25, "share of VPN users"),
    "exit_elsewhere": _n(0.04, "share of exits", "assumed; some services choose them by load"),
    "work_vpn": _n(0.52, "share of employees", "YG: for work, all the time"),
    "company_line": _n(0.8, SESSIONS),
    "work_vpn_told": _n(0.8, "share of company lines marked by the operator"),
    # Claims, money, contact
    "declared_trip": _n(0.08, PEOPLE),
    "undeclared_trip": _n(0.12, PEOPLE, "assumed from MBO 2023"),
    "weekend": _n(0.10, "share of people with a weekend abroad, undeclared"),
    "no_place": _n(0.04, "share of people whose place was never asked"),
    "typo_place": _n(0.012, "share of people with a wrong country on file"),
    "hours_declared": _n(0.15, PEOPLE),
    "holder_variant": _n(0.25, "share of payees written otherwise"),
    "holder_surname": _n(0.012, "share of payees under another surname"),
    "chance_workers": _n(0.02, "share of accounts with another worker by chance"),
    "e_money": _n(0.3, "share of accounts", "assumed; quantities.md 5, marketplaces 0.6"),
    "payee_mailbox": _n(0.2, "share of people paid through others"),
    "kept_foreign_number": _n(0.06, PEOPLE),
    "sanctioned_tool": _n(0.25, "share of managed computers"),
    "two_tools": _n(0.33, "share of computers with tools"),
    "change_early": _n(0.5, "share of changed accounts"),
    "shared_mailbox": _n(0.5, "share of shared contacts"),
    "appeal": _n(0.6, "share of listed victims"),
    "noted": _n(0.8, "share of tells an observer notes"),
    "at_home_there": _n(0.25, "share of managed computers of impersonated people at the address"),
    "handle": _n(0.5, PEOPLE),
    "surname_declared": _n(0.5, "share of people with another name"),
    "payee_declared": _n(0.75, "share of people paid through others"),
    # Published code
    "publishes": _n(0.62, PEOPLE, "assumed; private careers are common"),
    "commits_median": _n(42, "own commits"),
    "commits_sigma": _n(0.55, "log own commits"),
    "laptop_travels": _n(0.5, "share of journeys"),
    "code_trip": _n(0.15, DEVELOPERS, "assumed; code_history.md: one-week trips"),
    "laundered_project": _n(0.9, "share of projects of laundered accounts"),
    "taken_old": _n(0.30, "share of taken projects"),
    "source_shared": _n(0.4, "share of taken projects", "assumed; code_history.md: twins"),
    "name_left": _n(0.15, COMMITS),
    "site_user": _n(0.55, DEVELOPERS),
    "second_email": _n(0.2, DEVELOPERS),
    "second_email_used": _n(0.3, COMMITS),
    "rebased": _n(0.04, COMMITS, "code_history.md: 96 % have one date for both"),
    "merge": _n(0.05, COMMITS),
    "mates": _n(0.25, "share of projects"),
    "robots": _n(0.1, "share of projects"),
    "twin_chance": _n(0.001, COMMITS, "assumed; code_history.md: 0 of 163 have five"),
    "coursework": _n(0.015, DEVELOPERS),
    "stars": _n(2, "stars, mean"),
    "activity_months": _n(48, "months"),
    "quiet_month": _n(0.3, "share of months"),
    "events": _n(25, "events of a month, mean"),
    # Checks, shipments
    "interview_checked": _n(0.7, "share of people with checks"),
    "check_skipped": _n(0.12, CHECKS),
    "check_failed": _n(0.02, CHECKS, "assumed; pictures break off"),
    "vendor_takes_scans": _n(0.25, CHECKS, "assumed; some vendors take a scan from everybody"),
    "second_parcel": _n(0.12, PEOPLE),
    "ship_corrected": _n(0.05, "share of parcels"),
    "parcel_unconfirmed": _n(0.1, "share of parcels"),
    # Working life
    "employed": _n(0.7, PEOPLE),
    "remote_job": _n(0.35, JOBS),
    "registered_late": _n(0.012, JOBS, "assumed; firms that started before they registered"),
    "experience_told": _n(0.6, PEOPLE),
    "job_left_out": _n(0.25, "share of tellings of three jobs and more"),
    "months_off": _n(0.2, "share of dates told"),
    "school_told": _n(0.75, "share of tellings"),
    "school_invented": _n(0.5, "share of untrue careers"),
    "reports_payroll": _n(0.6, JOBS),
    "quiet_told": _n(0.3, "share of web profiles whose quiet times are known"),
    "skill_as_years": _n(0.4, "share of skills"),
    "reference_left": _n(0.25, "share of references", "assumed; referees who left the firm"),
    "reference_silent": _n(0.2, "share of references"),
    # Chain
    "through_agency": _n(0.2, PEOPLE),
    "agency_verifies": _n(0.7, "share of agencies", "assumed; PSA24"),
    "substitution": _n(0.4, "share of agencies"),
    "formation_agent": _n(0.04, "share of firms"),
    "template": _n(0.05, "share of files"),
    "author_variant": _n(0.2, "share of files"),
    "licensed": _n(0.5, "share of files that name an organisation"),
    "referred": _n(0.35, PEOPLE),
    "refers_neighbour": _n(0.1, "share of referrals of people in shared buildings", "assumed"),
    "referred_by": _n(0.7, "share of referrals"),
    "lookalike_claims": _n(0.5, "share of look-alikes who say what explains them"),
}  # fmt: skip

SPANS: dict[str, Span] = {
    "observed_ago": _s(1, 60, "days"),
    "shipped": _s(2, 6, "days after sending"),
    "second_parcel_after": _s(20, 55, "days"),
    "ship_changed_hours": _s(3, 72, "hours before sending"),
    "ship_changed_early": _s(6, 20, "days before sending"),
    "reused_in": _s(1, 8, "other people's files", "assumed; INSIKT26"),
    "jobs": _s(2, 5, "jobs"),
    "job_gap": _s(0.0, 0.6, "years"),
    "job_years": _s(0.8, 5, "years"),
    "firm_years": _s(2, 30, "years"),
    "firm_young": _s(0.1, 1.2, "years", "assumed; WANG: new firms"),
    "late_registration": _s(0.1, 0.8, "years"),
    "shell_years": _s(0.1, 1.5, "years", "assumed; SILV, WANG"),
    "months_off": _s(1, 3, "months"),
    "stretched": _s(0.8, 4, "years"),
    "after_school": _s(0, 300, "days"),
    "school_years": _s(3, 5, "years"),
    "skills": _s(3, 7, "skills"),
    "adopted": _s(60, 1_800, "days after release"),
    "too_early": _s(200, 2_000, "days before release", "assumed; DTEX"),
    "profile_years": _s(0.8, 15, "years"),
    "profile_new": _s(0.05, 0.6, "years", "assumed; NISOS"),
    "profile_aged": _s(6, 14, "years", "assumed; AMZN: dormant ones are taken over"),
    "quiet_years": _s(0.1, 0.9, "years"),
    "awake_years": _s(0.1, 1.0, "years"),
    "connections": _s(40, 900, "connections"),
    "connections_few": _s(0, 90, "connections"),
    "references": _s(2, 3, "references"),
    "similar_texts": _s(1, 20, "other applicants"),
    "mentions": _s(1, 25, "pages"),
    "applications": _s(1, 14, "applications"),
    "application_days": _s(10, 80, "days"),
    "burst": _s(25, 60, "applications", "INSIKT26: 60 a day and more at the peak"),
    "burst_days": _s(0.5, 3, "days"),
    "own_words": _s(0, 2, "words of a text that are one's own"),
    "crowd": _s(6, 60, "people who wrote in a project", "assumed; SEAL"),
    "same_address": _s(15, 800, "firms", "assumed; WANG"),
    "same_address_usual": _s(0, 4, "firms"),
    "deliverables": _s(1, 6, "files"),
    "delivered_ago": _s(2, 120, "days"),
    "office_hours": _s(8, 18, "hours"),
    "account_years": _s(1.0, 9.0, "years"),
    "account_young": _s(0.3, 1.5, "years"),
    "account_aged": _s(4, 11, "years", "assumed; KET, SEAL: bought decade-old accounts"),
    "years_before": _s(1, 6, "years before the account"),
    "project_days": _s(90, 500, "days"),
    "taken_years": _s(0.6, 1.8, "years before", "assumed; SEAL: about two years are rebuilt"),
    "taken_years_old": _s(2, 8, "years before"),
    "sources": _s(1, 6, "number of a project that an operator's personas share"),
    "code_trip_ago": _s(20, 700, "days"),
    "cloud_share": _s(0.1, 0.6, COMMITS),
    "machine_share": _s(0.1, 0.5, COMMITS),
    "site_share": _s(0.05, 0.25, COMMITS),
    "site_after": _s(10, 90, "days a project is still edited on the site"),
    "mate_commits": _s(3, 12, "commits"),
    "robot_commits": _s(2, 6, "commits"),
    "twin_share": _s(0.3, 0.9, COMMITS, "assumed; code_history.md: 38 listed have five or more"),
    "coursework_twins": _s(0.02, 0.12, COMMITS),
    "rebased_after": _s(1, 72, "hours"),
    "coding_hours": _s(8, 23, "local hour"),
    "subject_length": _s(8, 72, "characters"),
    "awake_months": _s(6, 24, "months", "SEAL: about two years"),
    "renames": _s(1, 3, "changes of the handle"),
    "code_contacted": _s(5, 40, "days"),
    "code_gone_after": _s(0, 7, "days", "ZX24"),
    "operator_days": _s(0, 75, "days of one wave of applications"),
    "group_members": _s(1, 4, "colleagues also in the data"),
    "history": _s(0.4, 1.0, "share of history_days"),
    "vpn_share": _s(0.05, 0.6, SESSIONS),
    "vpn_mostly": _s(0.7, 1.0, SESSIONS),
    "work_vpn_share": _s(0.1, 0.6, SESSIONS),
    "slip_share": _s(0.03, 0.14, SESSIONS),
    "outside_share": _s(0.25, 0.9, SESSIONS),
    "home_lines": _s(1, 3, "addresses"),
    "latency": _s(12, 85, "milliseconds", "assumed; AMZN has tens"),
    "latency_slow": _s(125, 320, "milliseconds", "assumed; AMZN has 110 and more"),
    "token": _s(0, 20, "hours"),
    "token_old": _s(0, 700, "hours"),
    "long_minutes": _s(1_300, 2_600, "minutes", "assumed; ADV22 has days"),
    "unmanaged": _s(3, 8, "first sign-ins"),
    "fix_radius": _s(0.05, 25, "kilometres"),
    "fix_jitter": _s(-0.08, 0.08, "degrees"),
    "trip_ago": _s(10, 200, "days"),
    "trip_days": _s(3, 18, "days"),
    "weekend_days": _s(2, 4, "days"),
    "tour_ago": _s(60, 150, "days"),
    "tour_stops": _s(2, 4, "countries"),
    "moved_ago": _s(20, 90, "days"),
    "provisioned": _s(60, 300, "days"),
    "tool_after": _s(1, 25, "days"),
    "malware_after": _s(0.3, 20, "hours", "assumed; KB4 has minutes"),
    "mfa_users": _s(1, 5, "other users", "assumed; MS has several"),
    "device_users": _s(1, 9, "other users"),
    "paid_since": _s(120, 320, "days"),
    "passed_on": _s(0.55, 0.97, "share of pay", "JPN2, ANYRUN: 0.65 to 0.9"),
    "passed_soon": _s(2, 46, "hours"),
    "passed_late": _s(24, 400, "hours"),
    "passed_usual": _s(0.0, 0.2, "share of pay"),
    "change_after": _s(4, 28, "days"),
    "change_ago": _s(5, 80, "days"),
    "workers": _s(1, 12, "other workers"),
    "agency_workers": _s(4, 30, "other workers"),
    "identities": _s(1, 6, "other identities"),
    "mail_young": _s(0.02, 0.8, "years"),
    "mail_years": _s(0.3, 14, "years"),
    "contact_since": _s(90, 400, "days"),
    "contact_late": _s(1, 28, "days"),
    "ship_km": _s(0, 30, "kilometres"),
    "ship_far_km": _s(150, 2_500, "kilometres", "assumed; KB4 has another state"),
    "at_once": _s(1, 4, "sessions with another one meanwhile"),
    "recipients": _s(1, 20, "other recipients", "assumed; CHAP has 90 computers"),
}  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    """The numbers of one world. ``shift`` scales the rates at which tells show."""

    shift: float = 1.0

    def __getitem__(self, name: str) -> float:
        return NUMBERS[name].value

    def shifted(self, factor: float) -> Parameters:
        """A world in which tells show ``factor`` times as often."""
        return Parameters(self.shift * factor)

    def tell(self, name: str, care: str, times: float = 1.0) -> float:
        """Chance that a tell shows, for a care or for `honest`."""
        return min(tells.SUREST, float(getattr(tells.TELLS[name], care)) * self.shift * times)

    @property
    def digest(self) -> str:
        """A digest of every number, kept with the world."""
        everything = {
            name: value
            for name, value in (vars(rates) | vars(tells)).items()
            if isinstance(value, Shares)
        } | {
            "numbers": {name: asdict(number) for name, number in NUMBERS.items()},
            "spans": {name: asdict(span) for name, span in SPANS.items()},
            "tells": {name: asdict(tell) for name, tell in tells.TELLS.items()},
            "schemes": tells.SCHEME_TELLS,
            "stories": tells.STORY_TELLS,
            "parts": rates.PARTS,
            "observed": rates.OBSERVED,
            "shift": self.shift,
        }
        return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()[:16]
