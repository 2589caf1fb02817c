-- The feature flag: one row for each version, the last one holds.

-- name: lock
SELECT pg_advisory_xact_lock(525787690093);

-- name: newest
SELECT version, flag, changed_by, changed_at FROM feature_flags ORDER BY version DESC LIMIT 1;

-- name: insert
INSERT INTO feature_flags (version, flag, changed_by) VALUES (:version, cast(:flag AS jsonb), :changed_by);
