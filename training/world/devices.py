"""The computers of one life and what was found on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from training.world.life import Life
from training.world.sessions import SignIns, point

TOOLS = ("AnyDesk", "RustDesk", "Chrome Remote Desktop", "TeamViewer", "Splashtop", "UltraViewer")
KVMS = ("PiKVM", "TinyPilot", "JetKVM", "GLKVM")
FIRST_DAY = 8
"""Days from provisioning to first use: the parcel takes at most seven."""
FOUND = (
    ("virtual_camera", "virtual_camera", "OBS Virtual Camera"),
    ("keep_awake", "keep_awake", "Caffeine"),
    ("anti_detect", "anti_detect", "Multilogin"),
)


def devices(life: Life, signs: SignIns, given: datetime) -> None:
    """The computer in use and what its owner's tools say of it."""
    tells, sees = life.tells, life.sees
    row: dict[str, Any] = {"id": signs.device}
    if "managed" in sees:
        row |= _managed(life, signs, given)
    if "other_identities" in sees:
        row["other_users"] = life.whole("device_users") if "device_shared" in tells else 0
    if "at_home" in sees:
        row["at_home"] = life.at_home
    if "inventory" in sees:
        row |= {"software_inventory": "complete", "hardware_inventory": "complete"}
        if "malware" in tells:
            after = timedelta(days=FIRST_DAY, hours=life.between("malware_after"))
            row["malware_at"] = _second(given + after)
        _tools(life, signs.device, given)
    life.add("devices", **row)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _managed(life: Life, signs: SignIns, given: datetime) -> dict[str, Any]:
    place = life.seat if "activation_there" in life.tells else life.home
    return {
        "managed": not life.claims.get("claims.own_device", False),
        "provisioned_at": given,
        "activated_at": given + timedelta(days=FIRST_DAY),
        "mfa_key": signs.mfa_key,
        "mfa_other_users": life.whole("mfa_users") if "mfa_shared" in life.tells else 0,
        **point(life, "activation", place),
    }


def _tools(life: Life, device: str, given: datetime) -> None:
    rng, tells = life.rng, life.tells

    def found(kind: str, name: str, **more: Any) -> None:
        seen = given + life.days("tool_after")
        life.add("tools", device=device, kind=kind, name=name, first_seen=seen, **more)

    if "remote_tools" in tells:
        for name in rng.sample(TOOLS, 2 if life.rate("two_tools") else 1):
            found("remote_access", name, sanctioned=False, unattended="unattended" in tells)
    elif life.rate("sanctioned_tool"):
        found("remote_access", "TeamViewer", sanctioned=True, unattended=False)
    if "kvm" in tells:
        found("kvm", rng.choice(KVMS))
    for tell, kind, name in FOUND:
        if tell in tells:
            found(kind, name)
