-- What webhooks still have to deliver. A letter is here before it is first sent, and until it has arrived or has been
-- given up.

CREATE TABLE outbox_letter (
    -- The name of the target in the outbox: no URL, which may hold a secret.
    target     TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    -- The same at every try.
    delivery   TEXT    NOT NULL,
    is_status  INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (target, sequence)
) STRICT;

-- The highest sequence that each target has ever had: none is used twice.
CREATE TABLE outbox_target (
    target   TEXT    PRIMARY KEY,
    sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose sequences these are: made once, with the database.
CREATE TABLE outbox_source (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    source   TEXT    NOT NULL
) STRICT;
