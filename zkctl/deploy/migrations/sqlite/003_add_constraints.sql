-- The edges between the states of a job; `zkctl service migrate` runs this file, which may run again.
BEGIN IMMEDIATE;

CREATE TRIGGER IF NOT EXISTS proofs_edges BEFORE UPDATE OF state ON proofs
WHEN OLD.state <> NEW.state AND NOT (
    (OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled', 'expired', 'failed'))
    OR (OLD.state = 'running' AND NEW.state IN ('done', 'failed', 'queued', 'cancelled', 'expired'))
)
BEGIN
    SELECT raise(ABORT, 'a finished job stays as it is, and a job is done or queued again after it ran');
END;

INSERT INTO schema_migrations (version, name) VALUES (3, '003_add_constraints') ON CONFLICT DO NOTHING;
COMMIT;
