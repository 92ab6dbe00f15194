"""The record: one person as of a moment, claims and observations side by side.

Everything but ``profile_id``, ``as_of`` and ``claims`` is optional. Absent, null and empty all mean
`not supplied`; "looked and found nothing" is said explicitly (``Device.software_inventory``,
``checked`` fields), so that silence is never read as a finding. Models are frozen and refuse
unknown fields; `features.reading.read_profile` is the door that also explains errors to a person.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from features import fields as f
from features.claim_records import Claims
from features.code_records import Code
from features.contact_records import Contact
from features.part import A_DAY, Part, Span
from features.work_records import Work

SessionKind = Literal[
    "apply",
    "login",
    "interview",
    "e_sign",
    "mfa",
    "code_test",
    "payout_change",
    "work",
]
Coverage = Literal["complete", "partial"]
Stage = Literal[
    "applied", "interviewed", "verified", "shipped", "logged_in", "committed", "invoiced", "paid"
]


class Session(Part):
    """One sign-in or other dated contact with a system.

    ``round_trip_ms`` is the median to a server in ``round_trip_country``. ``device_*`` is where the
    hardware itself said it was (Wi-Fi or satellite), apart from the address. ``egress`` marks
    addresses the operator knows to be the company's own. ``posture`` fields are what the device
    reported of its location services. ``automated`` marks tokens, agents and scheduled jobs.
    """

    at: f.Instant
    ip: f.IpText | None = None
    device: f.Key | None = None
    kind: SessionKind | None = None
    time_zone: f.ZoneName | None = None
    utc_offset_minutes: f.OffsetMinutes | None = None
    user_agent: f.Text | None = None
    round_trip_ms: float | None = Field(None, ge=0, le=60_000)
    round_trip_country: f.CountryCode | None = None
    managed: bool | None = None
    duration_minutes: float | None = Field(None, ge=0, le=60 * 24 * 366)
    token_age_hours: f.Hours | None = None
    mfa_key: f.Key | None = None
    egress: Literal["company", "home", "mobile"] | None = None
    remote_port_open: bool | None = None
    location_off: bool | None = None
    wifi_off: bool | None = None
    automated: bool | None = None
    device_country: f.CountryCode | None = None
    device_latitude: f.Latitude | None = None
    device_longitude: f.Longitude | None = None
    device_radius_km: f.Kilometres | None = None


class Tool(Part):
    """Software or hardware found on a device that matters for who operates it."""

    kind: Literal["remote_access", "kvm", "capture", "virtual_camera", "keep_awake", "anti_detect"]
    name: f.Name
    sanctioned: bool | None = None
    first_seen: f.Instant | None = None
    unattended: bool | None = None


class Device(Part):
    """A computer or phone. ``id`` is unique in the deployment: one id is one device, whoever uses it.

    ``software_inventory`` and ``hardware_inventory`` say how far ``tools`` can be trusted to be
    complete: ``complete`` with no tools means looked and found nothing. ``other_users`` counts
    unrelated people of the same tenant on this device or its MFA key; ``devices`` shared by people
    who declared each other are not counted by the sender.
    """

    id: f.Key
    managed: bool | None = None
    software_inventory: Coverage | None = None
    hardware_inventory: Coverage | None = None
    tools: tuple[Tool, ...] = Field((), max_length=f.FEW_MAX)
    at_home: bool | None = None
    provisioned_at: f.Instant | None = None
    activated_at: f.Instant | None = None
    activation_country: f.CountryCode | None = None
    activation_latitude: f.Latitude | None = None
    activation_longitude: f.Longitude | None = None
    activation_radius_km: f.Kilometres | None = None
    malware_at: f.Instant | None = None
    mfa_key: f.Key | None = None
    other_users: f.Count | None = None
    mfa_other_users: f.Count | None = None


class Payout(Span):
    """A way of being paid.

    ``account`` is raw or a keyed hash. ``changed_in_session`` is the kind of change request that
    led to it. ``passed_on_share`` of each pay-out left within ``passed_on_hours`` to somebody else.
    ``other_workers``: unrelated workers paid into the same account. ``paid_by_self``: the paying
    client is controlled by the worker.
    """

    method: Literal["bank", "e_money", "crypto", "card", "cheque", "cash"] | None = None
    provider: f.Name | None = None
    holder: f.Name | None = None
    account: f.Key | None = None
    country: f.CountryCode | None = None
    added_at: f.Instant | None = None
    removed_at: f.Instant | None = None
    requested_after_hire: bool | None = None
    passed_on_share: f.Share | None = None
    passed_on_hours: f.Hours | None = None
    other_workers: f.Count | None = None
    paid_by_self: bool | None = None
    span = ("added_at", "removed_at")
    slack = A_DAY


class Shipment(Span):
    """Equipment sent to the person."""

    address: f.Text | None = None
    country: f.CountryCode | None = None
    city: f.Name | None = None
    kind: Literal["home", "office", "post_box", "forwarder", "pickup"] | None = None
    sent_at: f.Instant | None = None
    changed_at: f.Instant | None = None
    received_at: f.Instant | None = None
    received_by: f.Name | None = None
    km_from_home: f.Kilometres | None = None
    other_recipients: f.Count | None = None
    span = ("sent_at", "received_at")
    slack = A_DAY


class Check(Part):
    """A continuity check: was the person at this stage the person of the stage before?

    For identity checks handed in by a vendor, ``checked`` says what was looked at, ``method`` how and
    the agreement fields with what result; ``reused_in`` counts other people's files with the same
    document or picture, ``owner_unaware`` says that the named person knows nothing of it.
    No image and no biometric ever travels with it.
    """

    stage: Stage
    outcome: Literal["same", "different", "not_checked", "failed"]
    checked: (
        Literal["document", "selfie", "address", "bank_account", "database", "in_person"] | None
    ) = None
    method: f.Name | None = None
    done_by: f.Name | None = None
    at: f.Instant | None = None
    name_agrees: bool | None = None
    address_agrees: bool | None = None
    capture: Literal["live", "scan", "screenshot", "in_person"] | None = None
    reused_in: f.Count | None = None
    owner_unaware: bool | None = None


ObservationKind = Literal[
    "camera_refused",
    "joined_under_other_name",
    "different_person",
    "artefact_seen",
    "reads_answers",
    "claimed_place_unknown",
    "claimed_employer_unknown",
    "pickup_avoided",
    "in_person_avoided",
    "pasted_code_test",
    "asked_own_device",
    "asked_off_platform",
    "prepayment_demanded",
    "tax_form_disowned",
    "meeting_collision",
    "handle_switched",
    "bulk_export",
    "output_changed",
    "threatened",
    "unavailable_in_claimed_hours",
    "account_advertised",
]


class Observation(Part):
    """Something a named person looked for at interview or at work. ``seen`` false: it was not there.

    Without ``seen`` nothing was noted, and nothing follows.
    """

    kind: ObservationKind
    seen: bool | None = None
    at: f.Instant | None = None
    recorded_by: f.Name | None = None
    note: f.Text | None = None


class Layer(Part):
    """One link of the chain between the buyer and the person who works.

    ``founded``: when a register knows the firm from. ``same_address``: other firms at its address.
    """

    name: f.Name
    role: Literal["buyer", "agency", "subcontractor", "employer_of_record", "worker"]
    declared: bool | None = None
    verified_person: bool | None = None
    substitution_allowed: bool | None = None
    founded: f.Day | None = None
    same_address: f.Count | None = None


class Deliverable(Part):
    """Metadata of delivered work, held against the declared chain only."""

    author: f.Name | None = None
    tool: f.Name | None = None
    utc_offset_minutes: f.OffsetMinutes | None = None
    path: f.Text | None = None
    organisation: f.Name | None = None
    at: f.Instant | None = None


class Engagement(Part):
    """The chain of contracts and what came out of it."""

    chain: tuple[Layer, ...] = Field((), max_length=f.FEW_MAX)
    deliverables: tuple[Deliverable, ...] = Field((), max_length=f.ROWS_MAX)


class Referral(Part):
    """Who brought this person in, or whom this person brought in."""

    other: f.Key
    direction: Literal["referred_by", "referred"]
    at: f.Instant | None = None


class Application(Part):
    """One application made under this identity."""

    at: f.Instant
    to: f.Name | None = None
    ip: f.IpText | None = None


class Disposition(Part):
    """What a reviewer decided about this person.

    Used for others who came after the decision, never in the person's own score.
    """

    kind: Literal[
        "confirmed_impersonation", "confirmed_genuine", "policy_breach", "other_misrepresentation"
    ]
    decided_at: f.Instant


class Profile(Part):
    """One person as of a moment; nothing dated later than ``as_of`` is used, and no dated row twice."""

    profile_id: f.Key
    as_of: f.Instant
    claims: Claims
    contact: Contact = Contact()
    sessions: tuple[Session, ...] = Field((), max_length=f.ROWS_MAX)
    devices: tuple[Device, ...] = Field((), max_length=f.FEW_MAX)
    code: Code = Code()
    work: Work = Work()
    payouts: tuple[Payout, ...] = Field((), max_length=f.FEW_MAX)
    shipments: tuple[Shipment, ...] = Field((), max_length=f.FEW_MAX)
    checks: tuple[Check, ...] = Field((), max_length=f.FEW_MAX)
    conduct: tuple[Observation, ...] = Field((), max_length=f.FEW_MAX)
    engagement: Engagement = Engagement()
    referrals: tuple[Referral, ...] = Field((), max_length=f.FEW_MAX)
    applications: tuple[Application, ...] = Field((), max_length=f.ROWS_MAX)
    disposition: Disposition | None = None
