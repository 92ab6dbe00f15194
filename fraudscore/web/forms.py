"""What a form of a page sent, read in memory by no more than it may be; nothing touches the disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from fraudscore.errors import NotUsable
from fraudscore.web.problems import Refused

FILE_FORM_MAX = 4 * 1024 * 1024
"""Bytes of a form that may carry a file or a grid."""
FORM_MAX = 256 * 1024
"""Bytes of any other form."""
FIELDS_MAX = 10_000
"""Fields of one form; a grid of 200 people in 30 columns has 6,200."""
SECONDS_MAX = 30.0
"""How long a form may take to come (assumed: 4 MiB at 1 Mbit/s)."""


File = tuple[str, bytes]
"""Name and bytes."""


class Form:
    """What a form sent: one text a name, or all of them, or a file."""

    def __init__(self, fields: Sequence[tuple[str, str | File]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        """The text of a field without blanks around it, "" where it was not sent.

        Browsers send a line break as two characters and count it as one.
        """
        return self.raw(name).replace("\r\n", "\n").strip()

    def raw(self, name: str) -> str:
        """The text of a field as it was typed: blanks belong to a password."""
        return next(reversed(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every text sent under a name, as it was sent."""
        return [value for key, value in self._fields if key == name and isinstance(value, str)]

    def texts(self) -> list[tuple[str, str]]:
        """Every field but files, as it was sent."""
        return [(key, value) for key, value in self._fields if isinstance(value, str)]

    def file(self, name: str) -> File | None:
        """Name and bytes of a file, or None where none was chosen."""
        found = (v for key, v in self._fields if key == name and not isinstance(v, str))
        return next((file for file in found if file[0]), None)


class _InMemory(MultiPartParser):
    spool_max_size = FILE_FORM_MAX + 1


async def read_form(request: Request) -> Form:
    """The fields of a form. Raises Refused (400, 408, 413), NotUsable for what is no form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise NotUsable("this is no form; use the page")
    try:
        async with asyncio.timeout(SECONDS_MAX):
            fields = await _fields(request, kind == "multipart/form-data")
    except TimeoutError:
        raise Refused(408, "the form took too long to come; send it again") from None
    except ClientDisconnect:  # whoever sent it is gone, and nothing of ours is wrong
        raise Refused(400, "the form did not come whole; send it again") from None
    except (MultiPartException, FormParserError) as error:
        raise NotUsable("the form cannot be read; load the page again and repeat") from error
    if any(isinstance(value, str) and "\x00" in value for _, value in fields):
        raise NotUsable("the form holds a NUL character, which no text needs; leave it out")
    return Form(fields)


async def _fields(request: Request, file: bool) -> list[tuple[str, str | File]]:
    data = await _parsed(request, file)
    try:
        return [(name, await _value(value)) for name, value in data.multi_items()]
    finally:
        await data.close()


async def _value(value: str | UploadFile) -> str | File:
    return value if isinstance(value, str) else (value.filename or "", await value.read())


async def _parsed(request: Request, file: bool) -> FormData:
    stream = _capped(request, FILE_FORM_MAX if file else FORM_MAX)
    if file:
        return await _InMemory(
            request.headers, stream, max_files=1, max_fields=FIELDS_MAX, max_part_size=FILE_FORM_MAX
        ).parse()
    return await FormParser(request.headers, stream).parse()


async def _capped(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Refused(413, f"this is more than {limit // 1024} KiB; send less at once")
        yield part
