"""Work of an API process after it is ready: compile the kernels of verification, and offer the keys to other machines."""

from __future__ import annotations

import asyncio

from zkctl.errors import ZkctlError
from zkctl.service.proving.circuits import MAX_VKEY_BYTES
from zkctl.service.proving.service import Service
from zkctl.storage.mapped import read_bytes
from zkctl.toolchain.proof.shared import prepare_verification


async def warm_up(service: Service) -> None:
    """Keep the verification keys in the cache and compile the kernels of their curves, beside the event loop.

    Until then a verification takes fifty times as long on a machine without compiled kernels.  Nothing here is needed for an answer.
    """
    curves = {}
    for circuit in service.registry:
        if circuit.key is None or circuit.files.vkey is None:
            continue
        curves[circuit.key.curve.name] = circuit.key.curve
        try:
            await service.cache.put_key(read_bytes(circuit.files.vkey, MAX_VKEY_BYTES))
        except ZkctlError:
            continue  # the file went away after it was read
    for curve in curves.values():
        await asyncio.to_thread(prepare_verification, curve)
