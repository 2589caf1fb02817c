-- A file has no replicas.

-- name: primary
SELECT 0 AS position;

-- name: replica
SELECT 0 AS position WHERE 0;
