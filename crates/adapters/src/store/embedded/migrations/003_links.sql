-- Links to a live session: who else may look on. Each is its name, the language that it shows (null is all), its label,
-- when it was made and when it expires.
ALTER TABLE session ADD COLUMN links TEXT NOT NULL DEFAULT '[]';
