-- What a server must find again after it has died: its live sessions, what their speakers have been told, what
-- happened to their audiences; the reports of ended sessions; the key that signs capabilities.
-- Times are milliseconds since the Unix epoch. Lists are JSON.

CREATE TABLE session (
    id                 TEXT PRIMARY KEY,
    owner              TEXT,
    source_language    TEXT    NOT NULL,
    quality_tier       TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    expires_at         INTEGER NOT NULL,
    is_active          INTEGER NOT NULL,
    is_paused          INTEGER NOT NULL,
    is_muted           INTEGER NOT NULL,
    volume             REAL    NOT NULL,
    last_state_change  INTEGER NOT NULL,
    paused_since       INTEGER,
    -- A speaker is attached, or was lost and has until then to come back, or was never there.
    speaker_connection TEXT,
    speaker_wants_full INTEGER NOT NULL,
    speaker_lost_until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    session        TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    revision       INTEGER NOT NULL,
    last_count     INTEGER NOT NULL,
    last_told      INTEGER NOT NULL,
    last_triggered INTEGER,
    announced      TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
    session        TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    peak           INTEGER NOT NULL,
    peak_at        INTEGER NOT NULL,
    joins          INTEGER NOT NULL,
    leaves         INTEGER NOT NULL,
    languages_seen TEXT    NOT NULL,
    trend          TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Nothing in a report names a person: neither the owner nor a connection nor the words with which it was ended.
CREATE TABLE report (
    number           INTEGER PRIMARY KEY,
    session          TEXT    NOT NULL,
    source_language  TEXT    NOT NULL,
    quality_tier     TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    ended_at         INTEGER NOT NULL,
    reason           TEXT    NOT NULL CHECK (reason IN ('ended', 'expired', 'speakerLost')),
    listeners_at_end INTEGER NOT NULL,
    peak             INTEGER NOT NULL,
    peak_at          INTEGER NOT NULL,
    joins            INTEGER NOT NULL,
    leaves           INTEGER NOT NULL,
    languages_seen   TEXT    NOT NULL,
    trend            TEXT    NOT NULL
) STRICT;

CREATE INDEX report_by_end ON report (ended_at);

CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
