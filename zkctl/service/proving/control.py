"""The channel between the parent and a child: messages as JSON lines over a pair of sockets.

A message is a name and fields.  No message holds a witness, an input or a proof; that of a worker's start holds the sealing keys.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

_LIMIT = 4 << 20  # bytes of a message: the exposition of metrics is the longest

Message = dict[str, Any]


class Channel:
    """One end of the channel."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def over(cls, end: socket.socket) -> Channel:
        """Open the channel over one end of a socket pair."""
        reader, writer = await asyncio.open_unix_connection(sock=end, limit=_LIMIT)
        return cls(reader, writer)

    def send(self, name: str, **fields: Any) -> None:
        """Send a message without waiting; the other end may be gone, which its process's end shows."""
        if not self._writer.is_closing():
            self._writer.write(json.dumps({"name": name, **fields}).encode() + b"\n")

    async def messages(self) -> AsyncIterator[Message]:
        """Yield the messages of the other end until it closes."""
        while True:
            try:
                line = await self._reader.readline()
            except (ConnectionError, ValueError):  # reset, or a line beyond the limit
                return
            if not line.endswith(b"\n"):
                return
            yield json.loads(line)

    async def close(self) -> None:
        """Send the rest and close this end."""
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except (ConnectionError, BrokenPipeError):
            return
