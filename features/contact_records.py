"""The part of the record about how a person is reached."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from features import fields as f
from features.part import Part


class Email(Part):
    """An e-mail address. ``first_seen``: earliest day any source knows it from."""

    address: f.EmailText
    first_seen: f.Day | None = None
    added_at: f.Instant | None = None
    other_identities: f.Count | None = None


class Phone(Part):
    """A phone number exactly as typed.

    ``carrier_type`` is a carrier look-up's answer; offline numbering plans cannot tell VoIP from
    mobile in the United States. ``typed_freely`` is false where the form formats numbers itself.
    ``other_identities``: how many other people of the same tenant gave this number.
    """

    number: f.Key
    carrier_type: Literal["mobile", "fixed", "voip", "toll_free", "other"] | None = None
    first_seen: f.Day | None = None
    added_at: f.Instant | None = None
    typed_freely: bool | None = None
    other_identities: f.Count | None = None


class Handle(Part):
    """A messaging handle, and how many other identities are known to use it."""

    service: f.Name
    handle: f.Key
    other_identities: f.Count | None = None


class ListMatch(Part):
    """An exact match of an e-mail, phone or handle on a shared list, with its appeal state."""

    list_name: f.Name
    matched: Literal["email", "phone", "handle"]
    listed_on: f.Day | None = None
    under_appeal: bool | None = None


class Contact(Part):
    """How the person is reached. ``lists_checked`` true with no matches: looked, found nothing."""

    emails: tuple[Email, ...] = Field((), max_length=f.FEW_MAX)
    phones: tuple[Phone, ...] = Field((), max_length=f.FEW_MAX)
    handles: tuple[Handle, ...] = Field((), max_length=f.FEW_MAX)
    lists_checked: bool | None = None
    list_matches: tuple[ListMatch, ...] = Field((), max_length=f.FEW_MAX)
