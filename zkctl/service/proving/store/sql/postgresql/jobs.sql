-- The queue.  Parameters have the names of the columns; times are seconds.

-- name: insert
WITH load AS (
    SELECT count(*) FILTER (WHERE tenant = :tenant) AS of_tenant,
        count(*) FILTER (WHERE state = 'queued' AND circuit_id = :circuit_id) AS of_circuit,
        count(*) FILTER (WHERE state = 'queued') AS queued
    FROM proofs WHERE state IN ('queued', 'running')
)
INSERT INTO proofs (id, tenant, subject, request_id, circuit_id, protocol, mode, priority, turn, max_attempts, deadline,
    idempotency, request_digest, sealed_input, sealing_key, sealing_aad, expected, result_key)
SELECT cast(:id AS uuid), :tenant, :subject, cast(:request_id AS text), :circuit_id, :protocol, :mode, :priority, of_tenant, :max_attempts,
    now() + make_interval(secs => :deadline_s),
    cast(:idempotency AS bytea), cast(:request_digest AS bytea), :sealed_input, :sealing_key, cast(:sealing_aad AS bytea),
    cast(:expected AS jsonb), cast(:result_key AS bytea)
FROM load
WHERE of_tenant < :jobs_per_tenant AND of_circuit < :queued_per_circuit AND queued < :queued_in_all
ON CONFLICT (tenant, idempotency) DO NOTHING
RETURNING *;

-- name: with_key
SELECT * FROM proofs WHERE tenant = :tenant AND idempotency = :idempotency;

-- name: load
SELECT count(*) FILTER (WHERE tenant = :tenant) AS of_tenant,
    count(*) FILTER (WHERE state = 'queued' AND circuit_id = :circuit_id) AS of_circuit,
    count(*) FILTER (WHERE state = 'queued') AS queued
FROM proofs WHERE state IN ('queued', 'running');

-- name: claim
UPDATE proofs SET state = 'running', attempt = attempt + 1, lease = cast(:lease AS uuid), worker = :worker,
    lease_until = now() + make_interval(secs => :lease_s),
    started_at = now()
WHERE id = ANY (ARRAY( -- an array is computed once, and no more rows are locked than it has
    SELECT id FROM proofs
    WHERE state IN ('queued', 'running')
        AND circuit_id = ANY (:circuits)
        AND deadline > now()
        AND not_before <= now()
        AND (state = 'queued'
            OR (lease_until < now() AND attempt < max_attempts))
    ORDER BY priority DESC, turn, id
    LIMIT :most
    FOR UPDATE SKIP LOCKED
))
RETURNING *;

-- name: heartbeat
UPDATE proofs SET lease_until = now() + make_interval(secs => :lease_s)
WHERE id = :id AND lease = :lease AND state = 'running'
RETURNING id;

-- name: finish
UPDATE proofs SET state = 'done', lease = NULL, lease_until = NULL,
    finished_at = now(),
    expires_at = now() + make_interval(secs => :ttl_s),
    public_signals = cast(:public_signals AS jsonb), proof = cast(:proof AS jsonb), sealed_result = :sealed_result,
    statement_id = :statement_id, zkey_digest = :zkey_digest, vkey_digest = :vkey_digest, error_code = NULL,
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE id = :id AND lease = :lease AND state = 'running'
RETURNING id;

-- name: retry
UPDATE proofs SET state = 'queued', lease = NULL, lease_until = NULL, error_code = :code,
    not_before = now() + make_interval(secs => :pause_s)
WHERE id = :id AND lease = :lease AND state = 'running' AND attempt < max_attempts
RETURNING id;

-- name: fail
UPDATE proofs SET state = 'failed', lease = NULL, lease_until = NULL, error_code = :code,
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE id = :id AND lease = :lease AND state = 'running'
RETURNING id;

-- name: release
UPDATE proofs SET state = 'queued', lease = NULL, lease_until = NULL, attempt = attempt - 1
WHERE id = :id AND lease = :lease AND state = 'running'
RETURNING id;

-- name: abandon_exhausted
UPDATE proofs SET state = 'failed', lease = NULL, lease_until = NULL, error_code = 'worker-crashed',
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE worker = :worker AND state = 'running' AND attempt >= max_attempts
RETURNING id;

-- name: abandon
UPDATE proofs SET state = 'queued', lease = NULL, lease_until = NULL, error_code = 'worker-crashed'
WHERE worker = :worker AND state = 'running' AND attempt < max_attempts
RETURNING id;

-- name: cancel
UPDATE proofs SET state = 'cancelled', lease = NULL, lease_until = NULL,
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE id = :id AND tenant = :tenant AND state IN ('queued', 'running')
RETURNING *;

-- name: remove_result
UPDATE proofs SET proof = NULL, public_signals = NULL, sealed_result = NULL, expires_at = NULL,
    removed_at = now()
WHERE id = :id AND tenant = :tenant AND state = 'done' AND removed_at IS NULL
RETURNING *;

-- name: get
SELECT * FROM proofs WHERE id = :id AND tenant = :tenant;

-- name: finished
SELECT id FROM proofs
WHERE id = ANY (cast(:ids AS uuid[])) AND state NOT IN ('queued', 'running');

-- name: position
SELECT count(*) AS before FROM proofs
WHERE state = 'queued' AND circuit_id = :circuit_id
    AND (-priority, turn, id) < (-:priority, :turn, :id);

-- name: note_served
INSERT INTO served_circuits (circuit_id, seen_at)
SELECT circuit_id, now() FROM unnest(cast(:circuits AS text[])) AS circuit_id
ON CONFLICT (circuit_id) DO UPDATE SET seen_at = excluded.seen_at;

-- name: counts
SELECT circuit_id, count(*) FILTER (WHERE state = 'queued') AS queued,
    count(*) FILTER (WHERE state = 'running') AS running,
    coalesce(extract(epoch FROM now() - min(queued_at) FILTER (WHERE state = 'queued')), 0)::float8 AS oldest_s
FROM proofs WHERE state IN ('queued', 'running') GROUP BY circuit_id;

-- name: reaper_lock
SELECT pg_try_advisory_xact_lock(525787690093) AS is_mine;

-- name: reap_crashed
UPDATE proofs SET state = 'failed', lease = NULL, lease_until = NULL, error_code = 'worker-crashed',
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE state = 'running' AND lease_until < now() AND attempt >= max_attempts
RETURNING id, circuit_id, request_id;

-- name: reap_expired
UPDATE proofs SET state = 'expired', lease = NULL, lease_until = NULL, error_code = 'deadline',
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE state IN ('queued', 'running') AND deadline < now()
RETURNING id, circuit_id, request_id;

-- name: reap_unserved
UPDATE proofs SET state = 'failed', error_code = 'circuit-unavailable',
    finished_at = now(),
    sealed_input = NULL, sealing_aad = NULL, expected = NULL, result_key = NULL
WHERE state = 'queued' AND queued_at < now() - make_interval(secs => :unserved_s)
    AND NOT EXISTS (
        SELECT 1 FROM served_circuits
        WHERE served_circuits.circuit_id = proofs.circuit_id
            AND seen_at > now() - make_interval(secs => :unserved_s)
    )
RETURNING id, circuit_id, request_id;

-- name: remove_results
UPDATE proofs SET proof = NULL, public_signals = NULL, sealed_result = NULL, expires_at = NULL,
    removed_at = now()
WHERE expires_at < now()
RETURNING id;

-- name: forget_keys
UPDATE proofs SET idempotency = NULL
WHERE idempotency IS NOT NULL AND queued_at < now() - make_interval(secs => :idempotency_s)
    AND state NOT IN ('queued', 'running');

-- name: delete_rows
DELETE FROM proofs WHERE finished_at < now() - make_interval(secs => :rows_s)
RETURNING id;
