-- name: insert
INSERT INTO audit_log (tenant, actor, action, object) VALUES (:tenant, :actor, :action, :object);

-- name: newest
SELECT at, tenant, actor, action, object FROM audit_log ORDER BY id DESC LIMIT :most;

-- name: last
SELECT coalesce(max(id), 0) AS id FROM audit_log;

-- name: after
SELECT id, action FROM audit_log WHERE id > :id ORDER BY id LIMIT :most;

-- name: delete
DELETE FROM audit_log WHERE at < now() - :audit_s;
