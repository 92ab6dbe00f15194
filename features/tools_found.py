"""What was found on the devices: remote access, switches, and whose computer they are on."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.batch import Batch, Table
from features.fixed import fixed
from features.joins import row_of
from features.segments import Bools, Ints

DAY = 86_400.0
SOON_DAYS = 14.0
"""Tools this soon after provisioning belong to the set-up (CHB, INSIKT26)."""
HARDWARE = ("kvm", "capture")


@fixed
class Tools:
    """What each tool that was found is; one entry a row of the tools."""

    there: Bools
    software: Bools
    hardware: Bools
    own: Bools
    foreign: Bools
    unsure: Bools
    early: Bools
    perhaps: Bools
    unattended: Bools
    untold: Bools
    switch: Bools
    unplaced: Bools


_NONE = Tools(*[np.zeros(0, dtype=np.bool_)] * len(fields(Tools)))


def tools_found(batch: Batch, d: Table, t: Table) -> Tools:
    """Hold every tool against the device it was found on."""
    if not t.size:
        return _NONE
    on = row_of(d, d.text("id"), t, t.parent)
    there = ~(t.number("first_seen") > batch.as_of[t.owner])
    hard = t.text("kind").is_in(HARDWARE)
    remote = there & t.text("kind").is_in(["remote_access"])
    on_own = _at(_own(batch, d), on, False).astype(np.bool_)
    sanctioned = t.number("sanctioned")
    foreign = remote & ~on_own & (sanctioned == 0)
    unsure = remote & ~on_own & np.isnan(sanctioned)
    early, undated = _early(d, t, on)
    switch, unplaced = _switches(d, on, there & hard)
    return Tools(
        there=there,
        software=there & ~hard,
        hardware=there & hard,
        own=remote & on_own & (sanctioned != 1),
        foreign=foreign,
        unsure=unsure,
        early=foreign & early,
        perhaps=(unsure & (early | undated)) | (foreign & undated),
        unattended=foreign & t.flag("unattended"),
        untold=unsure | (foreign & np.isnan(t.number("unattended"))),
        switch=switch,
        unplaced=unplaced,
    )


def _at(column: NDArray[Any], on: Ints, missing: Any) -> NDArray[Any]:
    """A column of the devices for the device of each tool."""
    return np.append(column, missing)[on]


def _own(batch: Batch, d: Table) -> Bools:
    """Devices of the person's own: not managed, or declared so and not known to be managed."""
    declared, managed = batch.profiles.flag("claims.own_device")[d.owner], d.number("managed")
    own: Bools = (managed == 0) | (declared & (managed != 1))
    return own


def _switches(d: Table, on: Ints, hard: Bools) -> tuple[Bools, Bools]:
    """Hardware not known to be at home on managed devices, and where management is not known."""
    managed = _at(d.number("managed"), on, np.nan)
    away = hard & (_at(d.number("at_home"), on, np.nan) != 1)
    return away & (managed == 1), away & np.isnan(managed)


def _early(d: Table, t: Table, on: Ints) -> tuple[Bools, Bools]:
    """Tools that came within 14 days of the set-up, and those of which nobody can tell."""
    after = t.number("first_seen") - _at(d.number("provisioned_at"), on, np.nan)
    return (after >= -DAY) & (after <= SOON_DAYS * DAY), np.isnan(after)
