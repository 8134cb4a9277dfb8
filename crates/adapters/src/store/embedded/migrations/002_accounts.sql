-- What a report says of a session: its totals, and its timeline step by step. Nothing in it names a person.

-- JSON; NULL where nobody ever came, and in what was written before there were totals.
ALTER TABLE history ADD COLUMN attendance TEXT;
-- When the last change was made that no step says yet.
ALTER TABLE history ADD COLUMN pending INTEGER;
-- About how many bytes the steps come to.
ALTER TABLE history ADD COLUMN timeline_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE report ADD COLUMN attendance TEXT;

CREATE INDEX report_by_session ON report (session);

-- Of live and of ended sessions, which have their names one after the other; those of ended ones go with the report.
CREATE TABLE step (
    session    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    whole      INTEGER NOT NULL,
    -- Languages and their listeners: es=12 fr=0
    changes    TEXT    NOT NULL,
    -- The state of the broadcast where it changed, as JSON.
    broadcast  TEXT,
    -- The update that it is, if it is one.
    revision   INTEGER,
    reason     TEXT,
    PRIMARY KEY (session, created_at, number)
) STRICT, WITHOUT ROWID;
