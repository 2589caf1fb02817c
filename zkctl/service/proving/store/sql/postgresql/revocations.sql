-- Revoked leaves.  The list version of a registry grows by 1 with each.

-- name: insert
INSERT INTO revocation_list (registry, leaf, reason, new_leaf, list_version)
SELECT :registry, cast(:leaf AS bytea), :reason, cast(:new_leaf AS bytea), coalesce(max(list_version), 0) + 1
FROM revocation_list WHERE registry = :registry
RETURNING list_version, revoked_at;

-- name: with_leaf
SELECT leaf, reason, new_leaf, list_version, revoked_at FROM revocation_list
WHERE registry = :registry AND leaf = :leaf;

-- name: list
SELECT revocation_list.leaf, new_leaf, list_version, leaf_index FROM revocation_list
JOIN addresses ON addresses.registry = revocation_list.registry AND addresses.leaf = revocation_list.leaf
WHERE revocation_list.registry = :registry ORDER BY list_version;

-- name: versions
SELECT registry, max(list_version) AS list_version FROM revocation_list GROUP BY registry;
