-- name: newest
SELECT proof, public_signals FROM proofs
WHERE circuit_id = :circuit_id AND state = 'done' AND proof IS NOT NULL AND expires_at IS NOT NULL
ORDER BY expires_at DESC LIMIT 1;
