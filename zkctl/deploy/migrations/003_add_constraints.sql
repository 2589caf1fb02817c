-- The constraints of the service.  psql and `zkctl service migrate` run this file; it may run again.
-- Checks and foreign keys are added NOT VALID, then validated, which does not lock out writers of a large table.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(525787690092); -- "zkctl": one migration at a time

DO $$
DECLARE
    is_ready boolean := false;
BEGIN
    IF to_regclass('schema_migrations') IS NOT NULL THEN
        is_ready := EXISTS (SELECT FROM schema_migrations WHERE version = 2);
    END IF;
    IF NOT is_ready THEN
        RAISE EXCEPTION '003_add_constraints needs 002_add_indices: apply that file first';
    END IF;
END
$$;

DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT *
        FROM (VALUES
            ('addresses', 'addresses_leaf', 'UNIQUE (registry, leaf)'),
            ('addresses', 'addresses_leaf_index', 'UNIQUE (registry, leaf_index)'),
            ('addresses', 'addresses_pid_version', 'UNIQUE (tenant, pid_lookup, version)'),
            ('addresses', 'addresses_legacy_id', 'UNIQUE (tenant, legacy_id)'),
            ('addresses', 'addresses_lengths',
             'CHECK (octet_length(leaf) = 32 AND octet_length(pid_commitment) = 32
              AND octet_length(fields_commitment) = 32 AND octet_length(holder_key) = 32
              AND octet_length(pid_lookup) = 32) NOT VALID'),
            ('addresses', 'addresses_custody', 'CHECK (custody IN (''holder'', ''server'')) NOT VALID'),
            ('addresses', 'addresses_state',
             'CHECK (state IN (''active'', ''revoked'', ''migrated'', ''erased'')) NOT VALID'),
            ('proofs', 'proofs_idempotency', 'UNIQUE (tenant, idempotency)'),
            ('proofs', 'proofs_state',
             'CHECK (state IN (''queued'', ''running'', ''done'', ''failed'', ''cancelled'', ''expired'')) NOT VALID'),
            ('proofs', 'proofs_mode', 'CHECK (mode IN (''inputs'', ''sealed'', ''custodial'')) NOT VALID'),
            ('proofs', 'proofs_lease',
             'CHECK ((state = ''running'') = (lease IS NOT NULL) AND (lease IS NULL) = (lease_until IS NULL)) NOT VALID'),
            ('proofs', 'proofs_no_input_when_finished',
             'CHECK (state IN (''queued'', ''running'') OR (sealed_input IS NULL AND sealing_aad IS NULL
              AND expected IS NULL AND result_key IS NULL)) NOT VALID'),
            ('proofs', 'proofs_result',
             'CHECK (state <> ''done'' OR proof IS NOT NULL OR sealed_result IS NOT NULL OR removed_at IS NOT NULL) NOT VALID'),
            ('proofs', 'proofs_one_result', 'CHECK (proof IS NULL OR sealed_result IS NULL) NOT VALID'),
            ('proofs', 'proofs_finished_at',
             'CHECK ((state IN (''queued'', ''running'')) = (finished_at IS NULL)) NOT VALID'),
            ('proofs', 'proofs_attempt', 'CHECK (attempt BETWEEN 0 AND max_attempts) NOT VALID'),
            ('revocation_list', 'revocation_list_leaf', 'UNIQUE (registry, leaf)'),
            ('revocation_list', 'revocation_list_reason',
             'CHECK (reason IN (''address_change'', ''user_request'', ''invalid'', ''expired'',
              ''security_breach'', ''user_deletion'')) NOT VALID'),
            ('revocation_list', 'revocation_list_new_leaf',
             'CHECK (new_leaf IS NULL OR (reason = ''address_change'' AND new_leaf <> leaf)) NOT VALID'),
            ('revocation_list', 'revocation_list_of_address',
             'FOREIGN KEY (registry, leaf) REFERENCES addresses (registry, leaf) NOT VALID'),
            ('revocation_list', 'revocation_list_to_address',
             'FOREIGN KEY (registry, new_leaf) REFERENCES addresses (registry, leaf) NOT VALID'),
            ('roots', 'roots_lengths',
             'CHECK (octet_length(root) = 32 AND octet_length(revocation_root) = 32) NOT VALID'),
            ('nullifiers', 'nullifiers_lengths',
             'CHECK (octet_length(scope) = 32 AND octet_length(nullifier) = 32) NOT VALID'),
            ('challenges', 'challenges_lengths', 'CHECK (octet_length(nonce) = 32) NOT VALID'),
            ('api_keys', 'api_keys_environment', 'CHECK (environment IN (''live'', ''test'')) NOT VALID'),
            ('api_keys', 'api_keys_lengths', 'CHECK (octet_length(secret_mac) = 32) NOT VALID')
        ) AS rules (of_table, name, definition)
    LOOP
        IF NOT EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = rule.of_table::regclass AND conname = rule.name
        ) THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', rule.of_table, rule.name, rule.definition);
        END IF;
        IF rule.definition LIKE '%NOT VALID' THEN
            EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', rule.of_table, rule.name);
        END IF;
    END LOOP;
END
$$;

-- the edges between the states of a job; zkctl/service/proving/states.py has the same table
CREATE OR REPLACE FUNCTION proofs_check_edge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (
        (OLD.state = 'queued' AND NEW.state IN ('running', 'cancelled', 'expired', 'failed'))
        OR (OLD.state = 'running' AND NEW.state IN ('done', 'failed', 'queued', 'cancelled', 'expired'))
    ) THEN
        RAISE EXCEPTION 'a job that is % cannot be %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER proofs_edges BEFORE UPDATE OF state ON proofs
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION proofs_check_edge();

INSERT INTO schema_migrations (version, name) VALUES (3, '003_add_constraints') ON CONFLICT DO NOTHING;
COMMIT;
