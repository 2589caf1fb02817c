-- name: consume
INSERT INTO nullifiers (kind, scope, nullifier, circuit_id, tenant)
VALUES (:kind, :scope, :nullifier, :circuit_id, :tenant)
ON CONFLICT DO NOTHING
RETURNING kind;

-- name: get
SELECT kind FROM nullifiers WHERE kind = :kind AND scope = :scope AND nullifier = :nullifier;
