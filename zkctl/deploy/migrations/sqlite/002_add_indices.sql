-- The indices of the service; `zkctl service migrate` runs this file, which may run again.
BEGIN IMMEDIATE;

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
