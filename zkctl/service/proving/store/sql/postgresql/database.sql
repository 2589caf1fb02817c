-- name: now
SELECT extract(epoch FROM clock_timestamp())::float8 AS now;

-- name: health
SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS is_read_only;

-- name: notify
SELECT pg_notify(:channel, :text);
