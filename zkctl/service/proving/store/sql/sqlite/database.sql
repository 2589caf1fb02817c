-- name: now
SELECT now() AS now;

-- name: health
SELECT version FROM schema_migrations LIMIT 1;
