"""Who may do what: roles of users, scopes of keys, and the actor that every change is made by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fraudscore.errors import NotAllowed

Role = Literal["viewer", "reviewer", "lead", "auditor", "admin"]
Right = Literal[
    "see", "check_hires", "review", "assign", "undo", "see_exploration", "audit", "manage"
]
Scope = Literal["assess", "read", "label", "decide", "erase"]

ROLES: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"see"}),
    "reviewer": frozenset({"see", "check_hires", "review"}),
    "lead": frozenset({"see", "check_hires", "review", "assign", "undo", "see_exploration"}),
    "auditor": frozenset({"see", "see_exploration", "audit"}),
    "admin": frozenset({"see", "check_hires", "manage"}),
}
"""Deny by default: what is not listed is not allowed. An admin manages people, and does not decide."""
TELLS: dict[Right, str] = {
    "see": "look at cases",
    "check_hires": "check new hires",
    "review": "review cases",
    "assign": "give cases to others",
    "undo": "take decisions back",
    "see_exploration": "see which cases were drawn at random",
    "audit": "read the audit log",
    "manage": "manage the team",
}
"""What each right allows, after "may"."""
SCOPES: tuple[Scope, ...] = ("assess", "read", "label", "decide", "erase")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a user with a role, a key with scopes, the system itself, or the person of a
    case, who may do nothing but contest.

    ``shown`` is what the audit log says: ``user:ID``, ``key:ID``, ``system`` or ``person``.
    """

    tenant: int
    id: str
    kind: Literal["user", "key", "system", "person"]
    name: str
    role: Role | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def shown(self) -> str:
        """How the audit log names the actor."""
        return f"{self.kind}:{self.id}" if self.kind in ("user", "key") else self.kind

    def may(self, right: Right) -> bool:
        """Whether the role allows something."""
        return self.kind == "system" or (self.role is not None and right in ROLES[self.role])

    def need(self, right: Right) -> None:
        """Raises NotAllowed unless the role allows it."""
        if not self.may(right):
            raise NotAllowed(
                f"your role is {self.role or 'none'}; ask somebody who may {TELLS[right]}"
            )

    def need_scope(self, scope: Scope) -> None:
        """Raises NotAllowed unless the key has the scope."""
        if scope not in self.scopes:
            raise NotAllowed(f"this key has no scope {scope!r}; ask an admin for one that has")


def program(tenant: int) -> Actor:
    """The program itself, at work for a team."""
    return Actor(tenant, "", "system", "fraudscore")
