"""A worker of the queue without a prover: `python -m tests.support.store_worker URL NAME LEASE_S JOB_S`.

Prints one line for each claim and each end of a job: the name of the step, the job's id, its attempt.
"""

from __future__ import annotations

import asyncio
import sys

from zkctl.service.proving.jobs import Job, JobResult
from zkctl.service.proving.store.database import StoreUnavailable
from zkctl.service.proving.store.open import open_store
from zkctl.service.proving.store.queue import JobQueue

CIRCUIT = "membership-v1"


async def work(url: str, name: str, lease_s: float, job_s: float) -> None:
    async with open_store(url) as store:
        while True:
            try:
                jobs = await store.claim([CIRCUIT], name, lease_s)
                for job in jobs:
                    await prove(store, job, name, job_s)
                if not jobs:
                    await store.wait_for_work(0.3)
            except StoreUnavailable:
                await asyncio.sleep(0.1)


async def prove(store: JobQueue, job: Job, name: str, job_s: float) -> None:
    report("claimed", job)
    await asyncio.sleep(job_s)
    result = JobResult(b"s" * 32, "zkey", "vkey", public_signals=[name], proof={"of": job.id})
    report("done" if await store.finish(job, result) else "fenced", job)


def report(step: str, job: Job) -> None:
    print(step, job.id, job.attempt, flush=True)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
