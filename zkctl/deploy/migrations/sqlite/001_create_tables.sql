-- The tables of the service for SQLite 3.38 or later; `zkctl service migrate` runs this file, which may run again.
-- Times are seconds since 1970.  SQLite adds no constraint to a table that exists, so they are here.
BEGIN IMMEDIATE;

CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT,
    applied_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0)
) STRICT;

CREATE TABLE IF NOT EXISTS addresses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    registry TEXT NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    leaf_index INTEGER NOT NULL,
    pid_commitment BLOB NOT NULL CHECK (length(pid_commitment) = 32),
    fields_commitment BLOB NOT NULL CHECK (length(fields_commitment) = 32),
    holder_key BLOB NOT NULL CHECK (length(holder_key) = 32),
    version INTEGER NOT NULL DEFAULT 1,
    pid_lookup BLOB CHECK (length(pid_lookup) = 32), -- HMAC-SHA-256(pepper, PID)
    sealed BLOB,
    dek BLOB,
    kek_id TEXT,
    custody TEXT NOT NULL DEFAULT 'holder' CHECK (custody IN ('holder', 'server')),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'revoked', 'migrated', 'erased')),
    legacy_id TEXT,
    created_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    changed_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    UNIQUE (registry, leaf),
    UNIQUE (registry, leaf_index),
    UNIQUE (tenant, pid_lookup, version),
    UNIQUE (tenant, legacy_id)
) STRICT;

CREATE TABLE IF NOT EXISTS proofs (
    id TEXT PRIMARY KEY, -- UUID of version 7
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    request_id TEXT, -- of the request that was accepted, for the log
    circuit_id TEXT NOT NULL,
    protocol TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('inputs', 'sealed', 'custodial')),
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    priority INTEGER NOT NULL DEFAULT 0,
    turn INTEGER NOT NULL DEFAULT 0, -- unfinished jobs of the tenant at insertion
    attempt INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL DEFAULT 3,
    not_before REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    deadline REAL NOT NULL,
    lease TEXT, -- the fencing token
    lease_until REAL,
    worker TEXT,
    idempotency BLOB, -- HMAC of tenant, endpoint and key
    request_digest BLOB, -- HMAC of the canonical body
    sealed_input BLOB,
    sealing_key TEXT,
    sealing_aad BLOB,
    expected TEXT, -- JSON: public signals that the request implies
    result_key BLOB, -- X25519
    public_signals TEXT, -- JSON
    proof TEXT, -- JSON
    sealed_result BLOB,
    statement_id BLOB,
    zkey_digest TEXT,
    vkey_digest TEXT,
    error_code TEXT,
    queued_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    started_at REAL,
    finished_at REAL,
    expires_at REAL, -- of the result
    removed_at REAL, -- of the result
    UNIQUE (tenant, idempotency),
    CHECK ((state = 'running') = (lease IS NOT NULL) AND (lease IS NULL) = (lease_until IS NULL)),
    CHECK (state IN ('queued', 'running') OR (sealed_input IS NULL AND sealing_aad IS NULL
        AND expected IS NULL AND result_key IS NULL)),
    CHECK (state <> 'done' OR proof IS NOT NULL OR sealed_result IS NOT NULL OR removed_at IS NOT NULL),
    CHECK (proof IS NULL OR sealed_result IS NULL),
    CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL)),
    CHECK (attempt BETWEEN 0 AND max_attempts)
) STRICT;

CREATE TABLE IF NOT EXISTS served_circuits (
    circuit_id TEXT PRIMARY KEY,
    seen_at REAL NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS revocation_list (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry TEXT NOT NULL,
    leaf BLOB NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('address_change', 'user_request', 'invalid', 'expired',
        'security_breach', 'user_deletion')),
    new_leaf BLOB,
    list_version INTEGER NOT NULL,
    revoked_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    UNIQUE (registry, leaf),
    CHECK (new_leaf IS NULL OR (reason = 'address_change' AND new_leaf <> leaf)),
    FOREIGN KEY (registry, leaf) REFERENCES addresses (registry, leaf),
    FOREIGN KEY (registry, new_leaf) REFERENCES addresses (registry, leaf)
) STRICT;

CREATE TABLE IF NOT EXISTS roots (
    registry TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    root BLOB NOT NULL CHECK (length(root) = 32),
    revocation_root BLOB NOT NULL CHECK (length(revocation_root) = 32),
    n_leaves INTEGER NOT NULL,
    n_revocations INTEGER NOT NULL,
    list_version INTEGER NOT NULL,
    record BLOB NOT NULL, -- the signed bytes
    signature BLOB NOT NULL,
    tree_digest TEXT, -- of the snapshot's file
    valid_from REAL NOT NULL,
    withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
    PRIMARY KEY (registry, epoch)
) STRICT;

CREATE TABLE IF NOT EXISTS nullifiers (
    kind TEXT NOT NULL,
    scope BLOB NOT NULL CHECK (length(scope) = 32),
    nullifier BLOB NOT NULL CHECK (length(nullifier) = 32),
    circuit_id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    used_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    PRIMARY KEY (kind, scope, nullifier)
) STRICT;

CREATE TABLE IF NOT EXISTS challenges (
    nonce BLOB PRIMARY KEY CHECK (length(nonce) = 32),
    tenant TEXT NOT NULL,
    verifier_id TEXT NOT NULL,
    scope TEXT,
    created_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    expires_at REAL NOT NULL,
    used_at REAL
) STRICT;

CREATE TABLE IF NOT EXISTS api_keys (
    id TEXT PRIMARY KEY, -- the eight public characters
    environment TEXT NOT NULL CHECK (environment IN ('live', 'test')),
    secret_mac BLOB NOT NULL CHECK (length(secret_mac) = 32), -- HMAC-SHA-256(pepper, secret)
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    scopes TEXT NOT NULL, -- JSON
    rate_class TEXT NOT NULL DEFAULT 'standard',
    created_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    expires_at REAL,
    revoked_at REAL,
    replaced_by TEXT
) STRICT;

CREATE TABLE IF NOT EXISTS feature_flags (
    version INTEGER PRIMARY KEY,
    flag TEXT NOT NULL, -- JSON
    changed_by TEXT NOT NULL,
    changed_at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0)
) STRICT;

CREATE TABLE IF NOT EXISTS audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL DEFAULT ((julianday('now') - 2440587.5) * 86400.0),
    tenant TEXT NOT NULL,
    actor TEXT NOT NULL, -- a keyed id
    action TEXT NOT NULL,
    object TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO schema_migrations (version, name) VALUES (1, '001_create_tables') ON CONFLICT DO NOTHING;
COMMIT;
