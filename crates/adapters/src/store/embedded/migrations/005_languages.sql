-- Into which languages a session says that it is translated: tags as JSON, none where it does not say.
ALTER TABLE session ADD COLUMN languages TEXT NOT NULL DEFAULT '[]';
-- Whether an update said that its count is exact. Of earlier ones that is not known, and nearly all were.
ALTER TABLE step ADD COLUMN exact INTEGER NOT NULL DEFAULT 1;
