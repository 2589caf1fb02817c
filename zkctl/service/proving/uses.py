"""Uses that are granted once: a nullifier and a challenge of this service, in one transaction."""

from __future__ import annotations

from zkctl.service.proving.challenges import Challenges, ChallengeUse
from zkctl.service.proving.nullifiers import Nullifiers
from zkctl.service.proving.policy import Expectation, Reason
from zkctl.service.proving.served_members import SignalRole
from zkctl.service.proving.statement import ReadStatement
from zkctl.service.proving.store.database import Database, Session

_ENDED = (ChallengeUse.USED, ChallengeUse.EXPIRED)


class Uses:
    """The tables of nullifiers and challenges.  All methods raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.nullifiers, self.challenges = Nullifiers(database), Challenges(database)

    async def record(
        self, tenant: str, statement: ReadStatement, nullifier: int | None, expect: Expectation
    ) -> Reason | None:
        """Record the use of a nullifier (None: of none) and of the challenge that the expectation names.

        Returns the reason to refuse, and then nothing is recorded.  A nonce that this service did not issue is the verifier's own.
        """
        try:
            async with self._database.transaction() as session:
                await self._use_challenge(session, tenant, expect)
                if nullifier is not None:
                    await self._use_nullifier(session, tenant, statement, nullifier)
        except _Refused as refused:
            return refused.reason
        return None

    async def _use_challenge(self, session: Session, tenant: str, expect: Expectation) -> None:
        if expect.nonce is None:
            return
        if await self.challenges.use(expect.nonce, tenant, session) in _ENDED:
            raise _Refused(Reason.CONTEXT_EXPIRED)

    async def _use_nullifier(
        self, session: Session, tenant: str, statement: ReadStatement, nullifier: int
    ) -> None:
        is_first = await self.nullifiers.consume(
            statement.circuit.nullifier_kind,
            statement.number(SignalRole.SCOPE) or 0,
            nullifier,
            circuit_id=statement.circuit.id,
            tenant=tenant,
            session=session,
        )
        if not is_first:
            raise _Refused(Reason.NULLIFIER_USED)


class _Refused(Exception):
    """Ends a transaction without recording anything."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
