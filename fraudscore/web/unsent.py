"""What a form said when it came after its login had ended: carried along until it can be sent."""

from __future__ import annotations

from dataclasses import dataclass

from fraudscore.web.forms import Form

NEVER = frozenset({"csrf", "password", "current", "again"})
"""Fields that no page carries."""
SHOWN_MAX = 12
"""Most texts that are shown; a grid of people has thousands."""
PATH, NAMES, TEXTS = "unsent-path", "unsent-name", "unsent-text"
"""The fields of another form that carry it."""


@dataclass(frozen=True)
class Unsent:
    """A form that was not taken: where it went, and its fields but for secrets and files."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, path: str, form: Form) -> Unsent:
        """What a form said that went to a path of ours."""
        return cls(path, tuple(one for one in form.texts() if one[0] not in NEVER))

    @classmethod
    def carried(cls, form: Form) -> Unsent | None:
        """What another form carries, None where it carries none."""
        names, texts = form.all(NAMES), form.all(TEXTS)
        return cls(form[PATH], tuple(zip(names, texts, strict=False))) if form[PATH] else None

    @property
    def carrier(self) -> list[tuple[str, str]]:
        """Fields with which another form carries it."""
        pairs = [pair for name, text in self.fields for pair in ((NAMES, name), (TEXTS, text))]
        return [(PATH, self.path), *pairs]

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What somebody typed, to be read again; nothing of what is too much to read."""
        typed = [(name, text) for name, text in self.fields if " " in text.strip()]
        return typed if len(typed) <= SHOWN_MAX else []
