-- The indices of the service.  psql and `zkctl service migrate` run this file; it may run again.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(525787690092); -- "zkctl": one migration at a time

DO $$
BEGIN
    IF to_regclass('schema_migrations') IS NULL THEN
        RAISE EXCEPTION '002_add_indices needs 001_create_tables: apply that file first';
    END IF;
END
$$;

CREATE INDEX IF NOT EXISTS proofs_queued ON proofs (circuit_id, priority DESC, turn, id) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS proofs_running ON proofs (lease_until) WHERE state = 'running';
CREATE INDEX IF NOT EXISTS proofs_unfinished ON proofs (tenant, circuit_id) WHERE state IN ('queued', 'running');
CREATE INDEX IF NOT EXISTS proofs_expires ON proofs (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS proofs_of_tenant ON proofs (tenant, queued_at);
CREATE INDEX IF NOT EXISTS proofs_finished ON proofs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS proofs_with_key ON proofs (queued_at) WHERE idempotency IS NOT NULL;
CREATE INDEX IF NOT EXISTS addresses_of_pid ON addresses (tenant, pid_lookup) WHERE pid_lookup IS NOT NULL;
CREATE INDEX IF NOT EXISTS revocation_list_version ON revocation_list (registry, list_version);
CREATE INDEX IF NOT EXISTS challenges_expires ON challenges (expires_at);
CREATE INDEX IF NOT EXISTS audit_log_at ON audit_log (at);

INSERT INTO schema_migrations (version, name) VALUES (2, '002_add_indices') ON CONFLICT DO NOTHING;
COMMIT;
