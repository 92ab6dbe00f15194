"""The tables of the people who are looked at: records, assessments, cases and what was decided.

One block a noun. Every row belongs to a tenant. Ids that leave the house are random words, so that
nobody can guess another's. Moments are kept as seconds and given as aware datetimes.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from fraudscore.review import tables_team
from fraudscore.review.columns import InOrder, Number, moment, own_id, tenant

ALL = tables_team.ALL
"""Every table, those of the team too."""

PROFILES = Table(
    "profiles",
    ALL,
    own_id(),
    tenant(),
    Column("profile_id", String(200), nullable=False),
    Column("record", LargeBinary),
    Column("name", String(400)),
    Column("band", String(24), nullable=False),
    moment("as_of"),
    moment("changed"),
    Index("ix_profiles_own", "tenant", "profile_id", unique=True),
)
"""The newest record of each person as JSON, None once it was dropped; ``name`` as they claim it;
``band`` of the newest assessment."""

CALLED = Table(
    "called",
    ALL,
    Column("tenant", ForeignKey("tenants.id"), primary_key=True),
    Column("text", InOrder, primary_key=True),
    Column("profile", ForeignKey("profiles.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""What each person is called, for search by how a text begins; see `fraudscore.review.finding`."""

WORDS = Table(
    "words",
    ALL,
    Column("tenant", ForeignKey("tenants.id"), primary_key=True),
    Column("word", String(32), primary_key=True),
    Column("profile", ForeignKey("profiles.id"), primary_key=True, index=True),
    Column("kind", String(16), nullable=False),
    Column("shown", String(80), nullable=False),
    sqlite_with_rowid=False,
)
"""Keyed identifiers of each person, for search and links; ``shown`` is masked. The words are the table
itself, without an index beside it: each is written once."""

ASSESSMENTS = Table(
    "assessments",
    ALL,
    own_id(),
    tenant(),
    Column("profile", ForeignKey("profiles.id"), nullable=False, index=True),
    Column("cause", String(16), nullable=False),
    Column("band", String(24), nullable=False),
    Column("score", Double, nullable=False),
    Column("log_odds", Double, nullable=False),
    Column("bundle", String(200), nullable=False),
    Column("policy", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("record", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    Column("links", LargeBinary),
    moment(),
    Index("ix_assessments_new", "tenant", "at", "id"),
)
"""Each as it was given out (``body``) with the record it rests on, so that it can be replayed.

``cause``: as in `fraudscore.review.keeping`. ``digest``: SHA-256 of the record, kept when the record
is dropped. ``links``: what was known of the keys, where a cohort was asked.
"""

CASES = Table(
    "cases",
    ALL,
    own_id(),
    tenant(),
    Column("profile", ForeignKey("profiles.id"), nullable=False),
    Column("assessment", ForeignKey("assessments.id"), nullable=False),
    Column("band", String(24), nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("log_odds", Double, nullable=False),
    Column("score", Double, nullable=False),
    Column("state", String(16), nullable=False),
    Column("explores", Boolean, nullable=False),
    Column("holder", ForeignKey("users.id")),
    moment("held_until", nullable=True),
    Column("assignee", ForeignKey("users.id")),
    moment("snoozed_until", nullable=True),
    moment("opened"),
    moment("changed"),
    moment("closed", nullable=True),
    Column("outcome", String(32)),
    Column("speaks", Text, nullable=False),
    Index("ix_cases_queue", "tenant", "state", "urgency", "log_odds", "id"),
    Index("ix_cases_counted", "tenant", "state", "urgency"),
    Index("ix_cases_profile", "tenant", "profile", "opened"),
    Index("ix_cases_age", "tenant", "state", "opened", "id"),
    Index("ix_cases_mine", "tenant", "assignee"),
    Index("ix_cases_held", "tenant", "holder"),
    Index("ix_cases_snoozed", "tenant", "snoozed_until"),
)
"""``urgency``: place of the band in `fraudscore.assessment.BANDS`. ``state``: open, asked, escalated,
appealed or closed. ``holder``: who has it on the screen, until ``held_until``. ``assignee``: whose
work it is. ``explores``: an unflagged case drawn at random; its ``urgency`` and ``log_odds`` are a
place among the flagged ones, its ``band`` and ``score`` its own. ``outcome``: the decision's kind.
``speaks``: families and reason codes that speak against the person, a blank around each; with a
question mark those of a flagged case, which one drawn at random is found by as well."""

VIEWS = Table(
    "views",
    ALL,
    Column("id", Number, primary_key=True),
    Column("case", ForeignKey("cases.id"), nullable=False, index=True),
    Column("user", ForeignKey("users.id"), nullable=False),
    Column("view", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("assessment", ForeignKey("assessments.id"), nullable=False),
    moment(),
)
"""What a reviewer thought before the score was shown."""

OPENINGS = Table(
    "openings",
    ALL,
    Column("case", ForeignKey("cases.id"), primary_key=True),
    Column("user", ForeignKey("users.id"), primary_key=True),
    Column("reason", String(80), primary_key=True),
    moment(),
)
"""Which evidence a reviewer has opened; ``reason`` is a reason code."""

DECISIONS = Table(
    "decisions",
    ALL,
    own_id(),
    tenant(),
    Column("case", ForeignKey("cases.id"), nullable=False, index=True),
    Column("user", ForeignKey("users.id")),
    Column("key", ForeignKey("api_keys.id")),
    Column("kind", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("assessment", ForeignKey("assessments.id"), nullable=False),
    moment(),
    Column("undone_by", ForeignKey("users.id")),
    moment("undone", nullable=True),
    Column("undone_because", Text),
    Index("ix_decisions_at", "tenant", "at"),
)

CONFIRMED = Table(
    "confirmed",
    ALL,
    Column("profile", ForeignKey("profiles.id"), primary_key=True),
    moment("since", nullable=True),
    moment(),
    Column("change", String(32), nullable=False, unique=True),
    Column("attempts", SmallInteger, nullable=False),
    moment("due"),
    Index("ix_confirmed_due", "due"),
)
"""What a stored cohort is to be told: an impersonation ``since``, or none any more; gone once told.
``change`` is new whenever what is to be told is."""

UNHEARD = Table(
    "unheard",
    ALL,
    Column("profile", ForeignKey("profiles.id"), primary_key=True),
)
"""Who was last assessed while the team's cohort did not answer, and is assessed again when it does."""

APPEALS = Table(
    "appeals",
    ALL,
    own_id(),
    tenant(),
    Column("case", ForeignKey("cases.id"), nullable=False, index=True),
    Column("decision", ForeignKey("decisions.id"), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    moment("offered"),
    moment("offer_ends"),
    moment("opened", nullable=True),
    moment("due", nullable=True),
    Column("statement", Text),
    Column("reviewer", ForeignKey("users.id")),
    Column("outcome", String(16)),
    Column("answer", Text),
    moment("closed", nullable=True),
)
"""A link is offered with a decision; whoever has it may open the appeal once. ``outcome``: upheld or
overturned."""

LABELS = Table(
    "labels",
    ALL,
    own_id(),
    tenant(),
    Column("profile", ForeignKey("profiles.id"), nullable=False, index=True),
    Column("label", String(32), nullable=False),
    Column("source", String(16), nullable=False),
    Column("decision", ForeignKey("decisions.id")),
    Column("assessment", ForeignKey("assessments.id")),
    Column("void", Boolean, nullable=False),
    moment(),
)
"""``label``: a word of trust.md's list. ``void``: taken back (undone, overturned); never used again."""
