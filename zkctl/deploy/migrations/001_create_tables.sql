-- The tables of the service for PostgreSQL 14 or later.  psql and `zkctl service migrate` run this file; it may run again.
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(525787690092); -- "zkctl": one migration at a time

CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text, -- of the file; NULL if psql ran it
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- registered addresses; the PID and the holder record are sealed to a data key, which is sealed to the KEK
CREATE TABLE IF NOT EXISTS addresses (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text NOT NULL,
    registry text NOT NULL,
    leaf bytea NOT NULL,
    leaf_index bigint NOT NULL,
    pid_commitment bytea NOT NULL,
    fields_commitment bytea NOT NULL,
    holder_key bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    pid_lookup bytea, -- HMAC-SHA-256(pepper, PID)
    sealed bytea,
    dek bytea,
    kek_id text,
    custody text NOT NULL DEFAULT 'holder',
    state text NOT NULL DEFAULT 'active',
    legacy_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- jobs: the queue and its results
CREATE TABLE IF NOT EXISTS proofs (
    id uuid PRIMARY KEY, -- version 7
    tenant text NOT NULL,
    subject text NOT NULL,
    request_id text, -- of the request that was accepted, for the log
    circuit_id text NOT NULL,
    protocol text NOT NULL,
    mode text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    priority integer NOT NULL DEFAULT 0,
    turn integer NOT NULL DEFAULT 0, -- unfinished jobs of the tenant at insertion
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 3,
    not_before timestamptz NOT NULL DEFAULT now(),
    deadline timestamptz NOT NULL,
    lease uuid, -- the fencing token
    lease_until timestamptz,
    worker text,
    idempotency bytea, -- HMAC of tenant, endpoint and key
    request_digest bytea, -- HMAC of the canonical body
    sealed_input bytea,
    sealing_key text,
    sealing_aad bytea,
    expected jsonb, -- public signals that the request implies
    result_key bytea, -- X25519
    public_signals jsonb,
    proof jsonb,
    sealed_result bytea,
    statement_id bytea,
    zkey_digest text,
    vkey_digest text,
    error_code text,
    queued_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz, -- of the result
    removed_at timestamptz -- of the result
);

-- the circuits that workers have loaded
CREATE TABLE IF NOT EXISTS served_circuits (
    circuit_id text PRIMARY KEY,
    seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS revocation_list (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry text NOT NULL,
    leaf bytea NOT NULL,
    reason text NOT NULL,
    new_leaf bytea,
    list_version bigint NOT NULL,
    revoked_at timestamptz NOT NULL DEFAULT now()
);

-- signed epochs of the registries
CREATE TABLE IF NOT EXISTS roots (
    registry text NOT NULL,
    epoch bigint NOT NULL,
    root bytea NOT NULL,
    revocation_root bytea NOT NULL,
    n_leaves bigint NOT NULL,
    n_revocations bigint NOT NULL,
    list_version bigint NOT NULL,
    record bytea NOT NULL, -- the signed bytes
    signature bytea NOT NULL,
    tree_digest text, -- of the snapshot's file
    valid_from timestamptz NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false,
    PRIMARY KEY (registry, epoch)
);

-- used nullifiers; the circuit is no part of the key: another circuit must not allow another use
CREATE TABLE IF NOT EXISTS nullifiers (
    kind text NOT NULL,
    scope bytea NOT NULL,
    nullifier bytea NOT NULL,
    circuit_id text NOT NULL,
    tenant text NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, scope, nullifier)
);

-- nonces that the service issued to verifiers
CREATE TABLE IF NOT EXISTS challenges (
    nonce bytea PRIMARY KEY,
    tenant text NOT NULL,
    verifier_id text NOT NULL,
    scope text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

CREATE TABLE IF NOT EXISTS api_keys (
    id text PRIMARY KEY, -- the eight public characters
    environment text NOT NULL,
    secret_mac bytea NOT NULL, -- HMAC-SHA-256(pepper, secret)
    tenant text NOT NULL,
    subject text NOT NULL,
    scopes jsonb NOT NULL,
    rate_class text NOT NULL DEFAULT 'standard',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    replaced_by text
);

-- one row for each version of the flag; the last one holds
CREATE TABLE IF NOT EXISTS feature_flags (
    version bigint PRIMARY KEY,
    flag jsonb NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    tenant text NOT NULL,
    actor text NOT NULL, -- a keyed id
    action text NOT NULL,
    object text NOT NULL DEFAULT ''
);

INSERT INTO schema_migrations (version, name) VALUES (1, '001_create_tables') ON CONFLICT DO NOTHING;
COMMIT;
