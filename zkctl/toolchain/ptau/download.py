"""Published powers of tau: `zkctl ptau list` and `zkctl ptau download`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from zkctl.errors import EnvironmentProblem, IntegrityError, UsageError
from zkctl.runtime.printable import printable
from zkctl.runtime.progress import Progress, silent
from zkctl.runtime.records import record
from zkctl.storage.atomic import atomic_output, check_destination
from zkctl.storage.mapped import system_errors
from zkctl.storage.space import check_free_space
from zkctl.toolchain.http_source import Client, parse_address
from zkctl.toolchain.ptau.cache import PtauCache, cached_names, copy_checked, ptau_cache_folder
from zkctl.toolchain.ptau.catalogue import PublishedFile, published_file, published_files
from zkctl.toolchain.ptau.fetch import Fetch

MIRROR_VARIABLE = "ZKCTL_PTAU_MIRROR"


@record
class ListedFile:
    """A row of the catalogue; cached is whether a file of that name is in the cache."""

    source: str
    power: int
    name: str
    n_bytes: int
    cached: bool
    algorithm: str
    digest: str


@record
class PtauListSummary:
    """The catalogue."""

    cache: str
    files: list[ListedFile]


@record
class DownloadSummary:
    """The downloaded file; came_from is an address, a path, or "cache"."""

    ptau: str
    name: str
    ceremony: str
    power: int
    n_bytes: int
    algorithm: str
    digest: str
    came_from: str


def list_ptau(*, source: str = "") -> PtauListSummary:
    """Return the published files, and for each whether the cache has it.

    Raises: UsageError for an unknown source.
    """
    if source:
        published_file(20, source)
    folder = ptau_cache_folder()
    cached = cached_names(folder)
    files = [
        ListedFile(
            source=file.source,
            power=file.power,
            name=file.name,
            n_bytes=file.n_bytes,
            cached=file.name in cached,
            algorithm=file.algorithm,
            digest=file.digest,
        )
        for file in published_files()
        if not source or file.source == source
    ]
    return PtauListSummary(str(folder), files)


def download_ptau(
    power: int,
    output: Path | None = None,
    *,
    source: str = "",
    from_file: Path | None = None,
    mirrors: Sequence[str] = (),
    offline: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> DownloadSummary:
    """Write the published file of a power, from a file, the cache or a mirror; its digest is pinned.

    Without an output the file gets its published name in the current folder.
    Raises: UsageError for a wrong combination; IntegrityError for other bytes; NetworkError if no
    mirror has the file; EnvironmentProblem for a full disk, or offline if the cache lacks it.
    """
    file = published_file(power, source)
    output = Path(file.name) if output is None else output
    if from_file is not None:
        if mirrors:
            raise UsageError(
                "a local file and mirrors exclude each other", hint="pass `from_file` or `mirrors`"
            )
        return _from_file(file, from_file, output, force=force, progress=progress)
    if offline and mirrors:
        raise UsageError(
            "offline use and mirrors exclude each other", hint="pass `offline` or `mirrors`"
        )
    check_destination(output, force=force)
    cache = PtauCache(ptau_cache_folder())
    addresses = [] if offline else addresses_of(file, mirrors)
    return fetch_published(
        file, output, cache, addresses=addresses, client=Client(), force=force, progress=progress
    )


def addresses_of(file: PublishedFile, mirrors: Sequence[str]) -> list[str]:
    """Return the addresses to try, in order: the given mirrors, those of ZKCTL_PTAU_MIRROR, the catalogue's.

    A mirror is a folder, or the file itself.
    Raises: UsageError for an address that is not https.
    """
    own = [*mirrors, *os.environ.get(MIRROR_VARIABLE, "").split()]
    for mirror in own:
        parse_address(mirror)
    folders = [*own, *file.mirrors]
    return [
        mirror if mirror.endswith(".ptau") else f"{mirror.rstrip('/')}/{file.name}"
        for mirror in dict.fromkeys(folders)
    ]


def fetch_published(
    file: PublishedFile,
    output: Path,
    cache: PtauCache,
    *,
    addresses: Sequence[str],
    client: Client,
    force: bool = False,
    progress: Progress = silent,
) -> DownloadSummary:
    """Write a published file from the cache, which is filled first if it must be.

    No address means offline.  Raises: as `download_ptau`.
    """
    with cache.locked(file, progress):
        if cache.has(file):
            try:
                return _from_cache(file, cache, output, "cache", force=force, progress=progress)
            except IntegrityError as problem:
                progress(f"{problem.message}: fetching it again", None)
                cache.forget(file)
        if not addresses:
            raise EnvironmentProblem(
                f"{file.name} is not in the cache, and offline use is set",
                where=printable(cache.folder),
                hint="fetch it on another machine and pass it as `from_file`",
            )
        came_from = Fetch(cache, file, client, progress).run(addresses)
        return _from_cache(file, cache, output, came_from, force=force, progress=progress)


def _from_file(
    file: PublishedFile, given: Path, output: Path, *, force: bool, progress: Progress
) -> DownloadSummary:
    check_destination(output, force=force, inputs=[given])
    check_free_space(output.parent, file.n_bytes)
    with system_errors("read the file", given):
        source = given.open("rb")
    with source, atomic_output(output, force=force, inputs=[given]) as stream:
        copy_checked(source, given, stream, file, progress)
    return _summary(file, output, str(given))


def _from_cache(
    file: PublishedFile,
    cache: PtauCache,
    output: Path,
    came_from: str,
    *,
    force: bool,
    progress: Progress,
) -> DownloadSummary:
    check_free_space(output.parent, file.n_bytes)
    source = cache.path(file)
    with cache.open(file) as given, atomic_output(output, force=force, inputs=[source]) as stream:
        copy_checked(given, source, stream, file, progress)
    return _summary(file, output, came_from)


def _summary(file: PublishedFile, output: Path, came_from: str) -> DownloadSummary:
    return DownloadSummary(
        ptau=str(output),
        name=file.name,
        ceremony=file.ceremony,
        power=file.power,
        n_bytes=file.n_bytes,
        algorithm=file.algorithm,
        digest=file.digest,
        came_from=came_from,
    )
