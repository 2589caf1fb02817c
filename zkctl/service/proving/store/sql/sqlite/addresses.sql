-- Registered addresses.  Leaves and commitments are 32 bytes, the highest first; rows come as JSON with hexadecimal bytes.

-- name: lock_registry
SELECT 1; -- a transaction of SQLite excludes all others

-- name: next_index
SELECT coalesce(max(leaf_index) + 1, 0) AS next_index FROM addresses WHERE registry = :registry;

-- name: insert_rows
INSERT INTO addresses (tenant, registry, leaf, leaf_index, pid_commitment, fields_commitment, holder_key, version,
    pid_lookup, sealed, dek, kek_id, custody, legacy_id)
SELECT :tenant, :registry, unhex(value ->> 'leaf'),
    value ->> 'leaf_index',
    unhex(value ->> 'pid_commitment'),
    unhex(value ->> 'fields_commitment'),
    unhex(value ->> 'holder_key'),
    value ->> 'version',
    unhex(value ->> 'pid_lookup'),
    unhex(value ->> 'sealed'),
    unhex(value ->> 'dek'),
    value ->> 'kek_id',
    value ->> 'custody',
    value ->> 'legacy_id'
FROM json_each(:rows);

-- name: known
SELECT legacy_id, pid_lookup, version, leaf, sealed, dek, kek_id, state FROM addresses
WHERE tenant = :tenant
    AND (legacy_id IN (SELECT value FROM json_each(:ids))
        OR pid_lookup IN (SELECT unhex(value) FROM json_each(:lookups)));

-- name: with_lookup
SELECT leaf, leaf_index, registry, version, sealed, dek, kek_id, custody, state FROM addresses
WHERE tenant = :tenant AND pid_lookup = :pid_lookup
ORDER BY version DESC LIMIT 1;

-- name: with_leaf
SELECT tenant, leaf_index, state FROM addresses WHERE registry = :registry AND leaf = :leaf;

-- name: erase
UPDATE addresses SET sealed = NULL, dek = NULL, kek_id = NULL, pid_lookup = NULL, state = 'erased', changed_at = now()
WHERE tenant = :tenant AND state <> 'erased'
    AND (legacy_id = :legacy_id OR (registry = :registry AND leaf = :leaf))
RETURNING registry, leaf;

-- name: set_state
UPDATE addresses SET state = :state, changed_at = now()
WHERE registry = :registry AND leaf = :leaf AND state = 'active';

-- name: leaves
SELECT leaf_index, leaf FROM addresses
WHERE registry = :registry AND leaf_index >= :start AND leaf_index < :stop
ORDER BY leaf_index;

-- name: sealed_page
SELECT id, leaf, leaf_index, version, legacy_id, sealed, dek, kek_id, custody FROM addresses
WHERE tenant = :tenant AND registry = :registry AND id > :after AND sealed IS NOT NULL
ORDER BY id LIMIT :most;
