"""The tables of a team: who works at the desk, by which doors, and the log of what they did.

Secrets (passwords, tokens, keys) are kept as digests only.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from fraudscore.review.columns import NAMES, Number, moment, own_id, tenant

ALL = MetaData(naming_convention=NAMES)

TENANTS = Table(
    "tenants",
    ALL,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
    Column("audited", BigInteger, nullable=False, server_default="0"),
    Column("audit_head", LargeBinary),
    moment(),
)
"""``settings``: what `fraudscore.review.settings.Settings` holds. ``audited`` and ``audit_head``: how
many entries the audit log has, and the digest of the last one."""

USERS = Table(
    "users",
    ALL,
    own_id(),
    tenant(),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("password", String(200)),
    Column("disabled", Boolean, nullable=False),
    moment(),
)
"""``email`` in lower case; ``password`` is an argon2id digest, None until the invitation is used."""

INVITATIONS = Table(
    "invitations",
    ALL,
    Column("digest", LargeBinary, primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False),
    moment("expires"),
    moment("used", nullable=True),
)
"""One-time links with which a person chooses a password."""

LOGINS = Table(
    "logins",
    ALL,
    Column("digest", LargeBinary, primary_key=True),
    Column("user", ForeignKey("users.id"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    moment("expires"),
    moment("seen"),
)
"""Browser sessions; ``digest`` is that of the cookie."""

FAILURES = Table(
    "failures",
    ALL,
    Column("id", Number, primary_key=True),
    Column("email", String(254), nullable=False, index=True),
    moment(),
)
"""Wrong passwords of late, so that guessing is slowed."""

KEYS = Table(
    "api_keys",
    ALL,
    own_id(),
    tenant(),
    Column("name", String(200), nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("made_by", ForeignKey("users.id")),
    moment(),
    moment("revoked", nullable=True),
)
"""``scopes``: words of `fraudscore.review.rights.SCOPES` with a blank between them."""

FILTERS = Table(
    "saved_filters",
    ALL,
    own_id(),
    tenant(),
    Column("user", ForeignKey("users.id"), nullable=False, index=True),
    Column("name", String(80), nullable=False),
    Column("query", String(1000), nullable=False),
    moment(),
)

ANSWERED = Table(
    "answered_requests",
    ALL,
    Column("tenant", ForeignKey("tenants.id"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    moment(),
    Index("ix_answered_requests_at", "at"),
)
"""Answers by idempotency key; ``digest`` is that of the request."""

HOOKS = Table(
    "webhooks",
    ALL,
    own_id(),
    tenant(),
    Column("url", String(2000), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("disabled", Boolean, nullable=False),
    moment(),
)

DELIVERIES = Table(
    "deliveries",
    ALL,
    own_id(),
    Column("hook", ForeignKey("webhooks.id"), nullable=False, index=True),
    Column("event", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    moment("due", nullable=True),
    moment("done", nullable=True),
    Column("said", String(200)),
    Index("ix_deliveries_due", "due"),
)
"""What is to be told to whom; ``due`` is None when it was delivered or given up, which was ``done``.
``said``: why it was not taken."""

AUDIT = Table(
    "audit",
    ALL,
    Column("tenant", ForeignKey("tenants.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("salt", LargeBinary),
    Column("detail", Text),
    Column("commitment", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    moment(),
    Index("ix_audit_subject", "tenant", "subject", "number"),
)
"""Append-only chain. ``commitment`` is the salted digest of ``detail``; erasure drops the salt and the
detail and leaves the chain whole."""
