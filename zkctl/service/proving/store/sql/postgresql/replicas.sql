-- The position of the write-ahead log in bytes.

-- name: primary
SELECT cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bigint) AS position;

-- name: replica
SELECT cast(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS bigint) AS position WHERE pg_is_in_recovery();
