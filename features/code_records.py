"""The part of the record about published code: an account, its repositories, its commits."""

from __future__ import annotations

from pydantic import Field

from features import fields as f
from features.part import Part


class Repository(Part):
    """A public repository under the person's account."""

    name: f.Name
    created_at: f.Instant | None = None
    first_commit_at: f.Instant | None = None
    fork: bool | None = None
    stars: f.Count | None = None
    contributors: f.Count | None = None


class Commit(Part):
    """A commit with its two identities and its clocks; ``subject_key`` is a keyed hash.

    ``linked``: the author's address or name carries the account's login or number; worked out from
    raw values, which need not be kept. ``on_site``: made in the browser, whose clock cannot be set
    back. ``twin``: another repository holds a commit of the same second and subject by somebody else.
    """

    repository: f.Name
    id: f.Key | None = None
    author_name: f.Name | None = None
    author_email: f.Key | None = None
    committer_email: f.Key | None = None
    authored_at: f.Instant
    author_offset_minutes: f.OffsetMinutes | None = None
    committed_at: f.Instant | None = None
    committer_offset_minutes: f.OffsetMinutes | None = None
    merge: bool | None = None
    bot: bool | None = None
    linked: bool | None = None
    on_site: bool | None = None
    twin: bool | None = None
    subject_key: f.Key | None = None
    subject_length: f.Count | None = None


class Rename(Part):
    """A change of the account's handle or name."""

    at: f.Instant
    old: f.Name | None = None
    new: f.Name | None = None


class Activity(Part):
    """Public events of one month, counted by the host's archive; a quiet month is a row of 0."""

    month: f.Day
    events: f.Count


class Code(Part):
    """The account on a code host.

    ``contacted_at``: when the person was first asked about it. ``gone_at``: the day a visit found it
    deleted. ``twins_searched``: the commits were looked up in an index of other people's.
    """

    host: f.Name | None = None
    login: f.Key | None = None
    account_id: f.AccountNumber | None = None
    created_at: f.Instant | None = None
    contacted_at: f.Instant | None = None
    gone_at: f.Instant | None = None
    last_seen_at: f.Instant | None = None
    twins_searched: bool | None = None
    repositories: tuple[Repository, ...] = Field((), max_length=f.ROWS_MAX)
    commits: tuple[Commit, ...] = Field((), max_length=f.ROWS_MAX)
    activity: tuple[Activity, ...] = Field((), max_length=f.FEW_MAX)
    renames: tuple[Rename, ...] = Field((), max_length=f.FEW_MAX)
