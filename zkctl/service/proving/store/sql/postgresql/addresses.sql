-- Registered addresses.  Leaves and commitments are 32 bytes, the highest first; rows come as JSON with hexadecimal bytes.

-- name: lock_registry
SELECT pg_advisory_xact_lock(hashtextextended(:registry, 525787690094));

-- name: next_index
SELECT coalesce(max(leaf_index) + 1, 0) AS next_index FROM addresses WHERE registry = :registry;

-- name: insert_rows
INSERT INTO addresses (tenant, registry, leaf, leaf_index, pid_commitment, fields_commitment, holder_key, version,
    pid_lookup, sealed, dek, kek_id, custody, legacy_id)
SELECT :tenant, :registry, decode(leaf, 'hex'), leaf_index, decode(pid_commitment, 'hex'), decode(fields_commitment, 'hex'),
    decode(holder_key, 'hex'), version, decode(pid_lookup, 'hex'), decode(sealed, 'hex'), decode(dek, 'hex'), kek_id, custody, legacy_id
FROM jsonb_to_recordset(cast(:rows AS jsonb)) AS given (leaf text, leaf_index bigint, pid_commitment text,
    fields_commitment text, holder_key text, version bigint, pid_lookup text, sealed text, dek text, kek_id text, custody text, legacy_id text);

-- name: known
SELECT legacy_id, pid_lookup, version, leaf, sealed, dek, kek_id, state FROM addresses
WHERE tenant = :tenant
    AND (legacy_id IN (SELECT jsonb_array_elements_text(cast(:ids AS jsonb)))
        OR pid_lookup IN (SELECT decode(jsonb_array_elements_text(cast(:lookups AS jsonb)), 'hex')));

-- name: with_lookup
SELECT leaf, leaf_index, registry, version, sealed, dek, kek_id, custody, state FROM addresses
WHERE tenant = :tenant AND pid_lookup = :pid_lookup
ORDER BY version DESC LIMIT 1;

-- name: with_leaf
SELECT tenant, leaf_index, state FROM addresses WHERE registry = :registry AND leaf = :leaf;

-- name: erase
UPDATE addresses SET sealed = NULL, dek = NULL, kek_id = NULL, pid_lookup = NULL, state = 'erased', changed_at = now()
WHERE tenant = :tenant AND state <> 'erased'
    AND (legacy_id = cast(:legacy_id AS text) OR (registry = :registry AND leaf = cast(:leaf AS bytea)))
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
