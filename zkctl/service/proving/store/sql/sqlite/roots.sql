-- Signed epochs of the registries.

-- name: insert
INSERT INTO roots (registry, epoch, root, revocation_root, n_leaves, n_revocations, list_version, record, signature,
    tree_digest, valid_from, withdrawn)
VALUES (:registry, :epoch, :root, :revocation_root, :n_leaves, :n_revocations, :list_version, :record, :signature,
    :tree_digest, :valid_from, :withdrawn);

-- name: withdraw
UPDATE roots SET withdrawn = true WHERE registry = :registry AND epoch = :epoch AND NOT withdrawn RETURNING epoch;

-- name: of_registry
SELECT * FROM roots WHERE registry = :registry ORDER BY epoch;

-- name: newest
SELECT * FROM roots WHERE registry = :registry ORDER BY epoch DESC LIMIT 1;

-- name: recent
SELECT * FROM (
    SELECT roots.*, row_number() OVER (PARTITION BY registry ORDER BY epoch DESC) AS place FROM roots
) AS numbered
WHERE place <= :most
ORDER BY registry, epoch;
