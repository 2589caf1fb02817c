-- name: insert
INSERT INTO challenges (nonce, tenant, verifier_id, scope, expires_at)
VALUES (:nonce, :tenant, :verifier_id, :scope, to_timestamp(:expires_at));

-- name: use
UPDATE challenges SET used_at = now()
WHERE nonce = :nonce AND tenant = :tenant AND used_at IS NULL AND expires_at > now()
RETURNING verifier_id;

-- name: get
SELECT used_at, expires_at FROM challenges WHERE nonce = :nonce AND tenant = :tenant;

-- name: delete
DELETE FROM challenges WHERE expires_at < now() - make_interval(secs => :challenges_s);

-- name: probe
INSERT INTO challenges (nonce, tenant, verifier_id, scope, expires_at) VALUES (:nonce, '', '', :filler, to_timestamp(0));

-- name: remove_probe
DELETE FROM challenges WHERE nonce = :nonce;
