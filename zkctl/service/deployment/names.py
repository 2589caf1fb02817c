"""The names that the deployment artefacts share with the code: values one may replace, ports, environment, objects."""

from __future__ import annotations

import re

from zkctl import __version__
from zkctl.runtime.records import record


@record
class Variable:
    """A value that `zkctl deploy eject --set` replaces: its default in all artefacts, and its form."""

    default: str
    form: re.Pattern[str]
    meaning: str


_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._/-]{1,200})?")
_DIGEST = re.compile(r"[a-z0-9][a-z0-9._/:-]{0,250}(@sha256:[0-9a-f]{64})?")

VARIABLES = {
    "registry": Variable("registry.example.com", _HOST, "registry and path of the images"),
    "host": Variable("zkp.example.com", _HOST, "host name of the service"),
    "legacy": Variable("legacy.example.com", _HOST, "host name of the legacy system"),
    "base": Variable("python:3.11-slim-bookworm", _DIGEST, "base image; add its digest"),
}
VERSION = __version__
