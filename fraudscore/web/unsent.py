"""What a form said when it came after its login had ended: carried along until it can be sent."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from fraudscore.web.forms import Form

NEVER = frozenset({"csrf", "password", "current", "again"})
"""Fields that no page carries."""
SHOWN_MAX = 40
"""Most fields of a form whose texts are shown; a grid of people has thousands."""


@dataclass(frozen=True)
class Unsent:
    """A form that was not taken: where it went, and its fields but for secrets. ``file``: the name of
    the file it held, which no page can hold."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()
    file: str = ""

    @classmethod
    def of(cls, path: str, form: Form) -> Unsent:
        """What a form said that went to a path of ours."""
        fields = tuple(one for one in form.texts() if one[0] not in NEVER)
        file = form.file("file")
        return cls(path, fields, file[0] if file else "")

    @classmethod
    def carried(cls, form: Form) -> Unsent | None:
        """What another form carries, None where it carries nothing that can be read."""
        try:
            return WRITTEN.validate_json(form.raw("unsent"))
        except ValidationError:
            return None

    @property
    def written(self) -> str:
        """The same as the text of one field, ``unsent``, of another form."""
        return WRITTEN.dump_json(self).decode()

    @property
    def shown(self) -> list[str]:
        """What somebody typed, to be read again; nothing of what is too much to read."""
        typed = [text for _, text in self.fields if " " in text.strip()]
        return typed if len(self.fields) <= SHOWN_MAX else []


WRITTEN = TypeAdapter(Unsent)
