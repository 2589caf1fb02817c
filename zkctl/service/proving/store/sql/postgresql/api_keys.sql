-- name: insert
INSERT INTO api_keys (id, environment, secret_mac, tenant, subject, scopes, rate_class, expires_at)
VALUES (:id, :environment, :secret_mac, :tenant, :subject, cast(:scopes AS jsonb), :rate_class,
    now() + make_interval(secs => cast(:lifetime_s AS float8)))
RETURNING *;

-- name: get
SELECT *, now() AS now FROM api_keys WHERE id = :id;

-- name: found
-- one row in each case, of NULLs for an id that does not exist: it takes as long
SELECT api_keys.*, now() AS now FROM (SELECT 1) AS asked LEFT JOIN api_keys ON api_keys.id = :id;

-- name: with_mac
SELECT *, now() AS now FROM api_keys WHERE secret_mac = :secret_mac AND revoked_at IS NULL
ORDER BY created_at DESC, id LIMIT 1;

-- name: list
SELECT * FROM api_keys ORDER BY created_at, id;

-- name: revoke
UPDATE api_keys SET revoked_at = now() WHERE id = :id AND revoked_at IS NULL RETURNING *;

-- name: replace
UPDATE api_keys SET replaced_by = :replaced_by,
    expires_at = least(expires_at, now() + make_interval(secs => cast(:overlap_s AS float8)))
WHERE id = :id AND revoked_at IS NULL AND replaced_by IS NULL AND (expires_at IS NULL OR expires_at > now())
RETURNING *;
