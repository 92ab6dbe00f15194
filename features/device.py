"""Who operates the computer: remote access, switches, shared devices and keys, first boot.

Remote access on an own machine is ordinary; on a managed one it matters whether the employer put it
there. A switch at the person's own home is a habit of engineers and travellers (HN25).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import segments
from features.batch import Batch, Table
from features.context import Context
from features.family import Column, Family, Rows, Words, words_of_first
from features.fixed import fixed, kept
from features.household import beyond_household
from features.observations import observed
from features.places import COUNTRIES, claims_cover, country_numbers
from features.segments import Bools, Floats
from features.tools_found import tools_found
from features.whereabouts import whereabouts

FIRST = 5
"""Sign-ins looked at for an unmanaged start (assumed)."""
INFECTED_HOURS = 24.0
SPAN = len(COUNTRIES)


@fixed
class Facts:
    """What the device family observed, one entry a profile."""

    batch: Batch
    context: Context
    devices: Table
    tools: Column
    tool_names: Words
    tool_rows: Rows
    own_tools: Column
    early_tools: Column
    early_rows: Rows
    unattended: Column
    unattended_rows: Rows
    switches: Column
    switch_names: Words
    switch_rows: Rows
    keep_awake: Column
    cameras: Column
    anti_detect: Column
    first_signins: Column
    unmanaged: Column
    unmanaged_rows: Rows

    @kept
    def keyed(self) -> Floats:
        """Other users of the second factor of each device."""
        return beyond_household(self.batch, self.devices, "mfa_other_users")

    @kept
    def key_users(self) -> Column:
        """Most other users of one second factor."""
        return self.devices.largest(self.keyed)

    @kept
    def key_rows(self) -> Rows:
        """Devices whose second factor others use."""
        return Rows(self.devices, self.keyed > 0)

    @kept
    def users(self) -> Floats:
        """Other users of each device."""
        return beyond_household(self.batch, self.devices, "other_users")

    @kept
    def device_users(self) -> Column:
        """Most other users of one device."""
        return self.devices.largest(self.users)

    @kept
    def shared_rows(self) -> Rows:
        """Devices that others use."""
        return Rows(self.devices, self.users > 0)

    @kept
    def activation(self) -> tuple[Bools, Bools]:
        """Devices with a placed first boot, and those that no claim covers."""
        return _activation(self.batch, self.devices)

    @kept
    def activated(self) -> Column:
        """How many devices have a placed first boot."""
        return self.devices.count(self.activation[0])

    @kept
    def activated_elsewhere(self) -> Column:
        """How many of those no claim covers."""
        return self.devices.count(self.activation[1])

    @kept
    def activation_rows(self) -> Rows:
        """Devices first started where no claim covers."""
        return Rows(self.devices, self.activation[1])

    @kept
    def infected(self) -> Column:
        """Whether malware was found within a day of the first boot."""
        return _infected(self.batch, self.devices)

    @kept
    def token_hours(self) -> Column:
        """Age of the oldest token used in an anonymised session."""
        return _tokens(self.batch, self.context)

    @kept
    def asked_own(self) -> Column:
        """Share of observations that saw a request for an own device."""
        return observed(self.batch, "asked_own_device")


def observe(batch: Batch, context: Context) -> Facts:
    """Read devices, what was found on them, and the first sign-ins."""
    d, t = batch.table("devices"), batch.table("tools")
    found = tools_found(batch, d, t)
    looked = _looked(d, t, "software_inventory", found.software)
    hardware = _looked(d, t, "hardware_inventory", found.hardware)
    dated = d.supplied("provisioned_at")
    first, bare = _first(batch, d)
    return Facts(
        batch=batch,
        context=context,
        devices=d,
        tools=_many(t, looked, found.foreign, found.unsure),
        tool_names=words_of_first(t, "name", found.foreign),
        tool_rows=Rows(t, found.foreign),
        own_tools=_many(t, looked, found.own),
        early_tools=_many(t, looked & dated, found.early, found.perhaps),
        early_rows=Rows(t, found.early),
        unattended=_any(t, looked, found.unattended, found.untold),
        unattended_rows=Rows(t, found.unattended),
        switches=_any(t, hardware, found.switch, found.unplaced),
        switch_names=words_of_first(t, "name", found.switch),
        switch_rows=Rows(t, found.switch),
        keep_awake=_any(t, looked, found.there & t.text("kind").is_in(["keep_awake"])),
        cameras=_any(t, looked, found.there & t.text("kind").is_in(["virtual_camera"])),
        anti_detect=_any(t, looked, found.there & t.text("kind").is_in(["anti_detect"])),
        first_signins=batch.table("sessions").count(first),
        unmanaged=batch.table("sessions").count(bare),
        unmanaged_rows=Rows(batch.table("sessions"), bare),
    )


def _if(known: Bools, values: NDArray[Any]) -> Column:
    return np.where(known, values.astype(np.float64), np.nan)


def _many(t: Table, known: Bools, found: Bools, doubtful: Bools | None = None) -> Column:
    """How many tools of different names, whatever their case, were found where somebody looked."""
    if not t.size:
        return np.where(known, 0.0, np.nan)
    index: dict[str, int] = {}
    names = t.text("name").per_value(lambda v: index.setdefault(v.lower(), len(index)), -1)
    return _settled(t, known, t.distinct(names.astype(np.int64), found), doubtful)


def _any(t: Table, known: Bools, found: Bools, doubtful: Bools | None = None) -> Column:
    """Whether a tool was found where somebody looked."""
    if not t.size:
        return np.where(known, 0.0, np.nan)
    return _settled(t, known, t.any(found), doubtful)


def _settled(t: Table, known: Bools, values: NDArray[Any], doubtful: Bools | None) -> Column:
    """Values where somebody looked; nothing found is not said while a find is in doubt."""
    if doubtful is not None:
        known = known & ~((values == 0) & t.any(doubtful))
    return _if(known, values)


def _looked(d: Table, t: Table, inventory: str, found: Bools) -> Bools:
    """People for whom somebody looked: an inventory of that kind was made, or something found."""
    return d.supplied(inventory) | t.any(found)


def _first(batch: Batch, d: Table) -> tuple[Bools, Bools]:
    """The first sign-ins of known management after the hiring, and those without it."""
    s = batch.table("sessions")
    managed = s.number("managed")
    fleet = s.any(s.flag("managed")) | d.any(d.flag("managed"))
    fleet &= ~batch.profiles.flag("claims.own_device")
    signin = s.text("kind").is_in(["login", "work"]) & ~np.isnan(managed) & ~s.flag("automated")
    early = s.earliest(signin & fleet[s.owner], FIRST)
    return early, early & (managed == 0)


def _activation(batch: Batch, d: Table) -> tuple[Bools, Bools]:
    """Devices with a placed first boot, and those no claim (without a day: ever) covers."""
    country = country_numbers(d.text("activation_country"))
    claims = batch.supplied("places.country")[d.owner]
    at = d.number("activated_at")
    placed = (country >= 0) & claims & ~(at > batch.as_of[d.owner])
    covered = claims_cover(batch, d.owner, at, country)
    undated = placed & np.isnan(at)
    for table in (batch.table("places"), batch.table("travel")) if segments.some(undated) else ():
        ever = table.owner * SPAN + country_numbers(table.text("country"))
        covered |= undated & segments.among(d.owner * SPAN + country, ever)
    return placed, placed & ~covered


def _infected(batch: Batch, d: Table) -> Column:
    now, started, found = batch.as_of[d.owner], d.number("activated_at"), d.number("malware_at")
    hours = np.where(found > now, np.nan, found - started) / 3600
    known = (started <= now) & (d.text("software_inventory").known | ~np.isnan(hours))
    return d.largest(_if(known, (hours >= 0) & (hours <= INFECTED_HOURS)))


def _tokens(batch: Batch, context: Context) -> Column:
    """Oldest token of an anonymised session; 0 where none was anonymised, NaN without an age."""
    seen = whereabouts(batch, context)
    age = np.where(seen.checked, seen.sessions.number("token_age_hours"), np.nan)
    return seen.sessions.largest(np.where(seen.hidden | np.isnan(age), age, 0.0))


DEVICE = Family(
    "device",
    asks="who operates the computer, and does anybody else?",
    group="device",
    facts=Facts,
    observe=observe,
)
SOFTWARE = ("devices.software_inventory|tools.kind",)
"""Whoever looked says so, or what they found."""


@DEVICE.feature(
    direction="raises",
    unit="tools",
    strength="medium",
    reason="{tools} remote-access {tools:tool|tools} that nobody sanctioned, "
    "{tools:namely|among them} "
    "{tool_names}",
    clear="no unsanctioned remote-access tool was found",
    innocent=("support by a relative", "service provider", "left from an earlier owner"),
    next_check="ask who installed it; remove it and see whether work goes on",
    source=("CHB", "UNC5267", "SWX"),
    needs=SOFTWARE,
    evidence="tool_rows",
)
def unsanctioned_tools(facts: Facts) -> Column:
    """Different unsanctioned remote-access tools on devices that are not the person's own.

    0 if an inventory found none; NaN if nobody looked.
    """
    return facts.tools


@DEVICE.feature(
    direction="raises",
    unit="tools",
    strength="context",
    reason="{own_tools} remote-access {own_tools:tool|tools} on the person's own computer",
    clear="no remote-access tool on the person's own computer",
    innocent=("home lab", "family support", "other clients"),
    next_check="none by itself",
    source=("UNC5267", "HN25"),
    needs=SOFTWARE,
)
def own_device_tools(facts: Facts) -> Column:
    """Different remote-access tools on the person's own devices; ordinary by themselves."""
    return facts.own_tools


@DEVICE.feature(
    direction="raises",
    unit="tools",
    strength="strong",
    reason="{early_tools} unsanctioned remote-access {early_tools:tool|tools} came within 14 days "
    "of the set-up",
    clear="at most one unsanctioned remote-access tool came with the set-up",
    innocent=("help desk used its own tool", "service provider"),
    next_check="ask the help desk, then the person, who installed them",
    source=("CHB", "INSIKT26"),
    needs=(*SOFTWARE, "devices.provisioned_at"),
    evidence="early_rows",
)
def early_tools(facts: Facts) -> Column:
    """Different unsanctioned tools, beside the first, seen within 14 days of provisioning.

    One may be the help desk's; it takes two independent ones (CHB, INSIKT26).
    """
    return np.maximum(facts.early_tools - 1, 0)


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="strong",
    reason="remote access was set up to be used without anybody at the computer",
    clear="no remote access without somebody at the computer",
    innocent=("fleet scripting", "works from two places"),
    next_check="ask who signs in that way; check the tool's own log",
    source="CHB",
    needs=SOFTWARE,
    evidence="unattended_rows",
)
def unattended_access(facts: Facts) -> Column:
    """1 if an unsanctioned tool was set up for unattended use, 0 if looked and not."""
    return facts.unattended


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="strong",
    reason="{switch_names} lets somebody elsewhere operate the managed computer",
    clear="no switch or capture hardware on the managed computer",
    innocent=("desk with two computers", "streaming", "travels and left the computer at home"),
    next_check="a short call with the computer in view",
    source=("KVMSIG", "THN26A"),
    needs=("devices.hardware_inventory|tools.kind",),
    evidence="switch_rows",
)
def switch_on_managed(facts: Facts) -> Column:
    """1 if KVM or capture hardware hangs on a managed device not known to stand at home.

    0 if looked and not; NaN if nobody looked at hardware.
    """
    return facts.switches


@DEVICE.feature(
    direction="raises",
    unit="users",
    strength="strong",
    contradiction=True,
    reason="the second factor of this account also serves {key_users} {key_users:other|others}, "
    "not declared as household",
    clear="the second factor serves this account only",
    innocent=("family phone", "test accounts"),
    next_check="register a new second factor on a call",
    source="MS",
    needs=("devices.mfa_other_users",),
    evidence="key_rows",
)
def second_factor_users(facts: Facts) -> Column:
    """Most other users of one second factor of this person, declared household taken off."""
    return facts.key_users


@DEVICE.feature(
    direction="raises",
    unit="users",
    strength="strong",
    contradiction=True,
    reason="{device_users} other {device_users:person|people}, not declared as household, "
    "{device_users:uses|use} the same device",
    clear="nobody else uses the device",
    innocent=("family computer", "shared office", "bought second hand"),
    next_check="ask who else uses the device",
    source=("INSIKT26", "ADV22"),
    needs=("devices.other_users",),
    evidence="shared_rows",
)
def device_users(facts: Facts) -> Column:
    """Most unrelated users of one device, declared household taken off."""
    return facts.device_users


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="medium",
    reason="a browser made for running many identities was found",
    clear="no browser made for running many identities was found",
    innocent=("marketing work", "testing"),
    next_check="ask what it is used for",
    source="INSIKT26",
    needs=SOFTWARE,
)
def anti_detect_browser(facts: Facts) -> Column:
    """1 if an anti-detect browser was found, 0 if looked and not."""
    return facts.anti_detect


@DEVICE.feature(
    direction="raises",
    unit="share",
    strength="medium",
    reason="{unmanaged} of {first_signins} first {first_signins:sign-in|sign-ins} came from an "
    "unmanaged device",
    clear="the first {first_signins:sign-in|sign-ins} came from a managed device",
    innocent=("laptop arrived late", "own device allowed"),
    next_check="ask which device was used and why",
    source="LVB",
    needs=("sessions.managed",),
    evidence="unmanaged_rows",
)
def unmanaged_start(facts: Facts) -> Column:
    """Share of the first five sign-ins without management, where managed devices exist.

    NaN for people who work on an own device as declared.
    """
    return facts.unmanaged / facts.first_signins


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="weak",
    reason="software that keeps the computer awake was found",
    clear="no software that keeps the computer awake was found",
    innocent=("dodging the idle lock is common",),
    next_check="none by itself",
    source="UNC5267",
    needs=SOFTWARE,
)
def keep_awake(facts: Facts) -> Column:
    """1 if keep-awake software was found, 0 if looked and not."""
    return facts.keep_awake


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="weak",
    reason="a virtual camera was found",
    clear="no virtual camera was found",
    innocent=("streaming", "blurred background"),
    next_check="a call with the built-in camera",
    source="MS",
    needs=SOFTWARE,
)
def virtual_camera(facts: Facts) -> Column:
    """1 if virtual-camera software was found, 0 if looked and not."""
    return facts.cameras


@DEVICE.feature(
    direction="raises",
    unit="share",
    strength="strong",
    contradiction=True,
    reason="{activated_elsewhere} of {activated} {activated:device|devices} "
    "{activated_elsewhere:was|were} first started in an unclaimed country",
    clear="devices were first started in a claimed country",
    innocent=("travelling when it arrived", "forwarded by a relative"),
    next_check="ask where the laptop was unpacked; one call from the claimed place",
    source="GTIG25",
    needs=("devices.activation_country", "places.country"),
    evidence="activation_rows",
)
def activation_elsewhere_share(facts: Facts) -> Column:
    """Share of devices first started in a country the claims do not cover on that day."""
    return facts.activated_elsewhere / facts.activated


@DEVICE.feature(
    direction="raises",
    unit="yes or no",
    strength="strong",
    reason="malware was found within a day of first start",
    clear="no malware was found within a day of first start",
    innocent=("infected USB stick", "false alarm"),
    next_check="ask the security team for the alert",
    source="KB4",
    needs=("devices.activated_at", "devices.software_inventory|devices.malware_at"),
)
def malware_at_start(facts: Facts) -> Column:
    """1 if malware was found within 24 hours of activation, 0 if looked and not."""
    return facts.infected


@DEVICE.feature(
    direction="raises",
    unit="hours",
    strength="weak",
    reason="an anonymised session ran on a token {token_hours:.0f} {token_hours:hour|hours} old",
    clear="no anonymised session ran on an old token",
    innocent=("ordinary single sign-on",),
    next_check="sign out everywhere and sign in on a call",
    source="MS",
    needs=("sessions.token_age_hours", "sessions.ip"),
)
def hidden_token_age(facts: Facts) -> Column:
    """Age of the oldest token used in an anonymised session, in hours; 0 if none was anonymised.

    NaN without a session whose token age and address are known.
    """
    return facts.token_hours


@DEVICE.feature(
    direction="raises",
    unit="share",
    strength="weak",
    reason="the person asked to use an own device or a virtual desktop",
    clear="the person did not ask for an own device",
    innocent=("own-device shop", "accessibility"),
    next_check="ask what the company laptop lacks",
    source=("SWX", "GTIG25"),
    needs=("conduct.kind",),
    told="asked_own",
)
def asked_own_device(facts: Facts) -> Column:
    """Share of observations that saw a request for an own device; NaN if nobody looked."""
    return facts.asked_own
