-- Where people find each other, and see who is there. Times are ms since 1970-01-01 UTC.

-- People of the deployer's own provider, once they have been here; our own are in accounts.
CREATE TABLE people (
  -- `x_` and 128 bits of a keyed hash, base64url.
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- Path of their picture on this server, or null.
  avatar TEXT
) STRICT, WITHOUT ROWID;

-- By the beginning of a name. Capitals of ASCII make no difference.
CREATE INDEX accounts_by_name ON accounts (name COLLATE NOCASE);
CREATE INDEX people_by_name ON people (name COLLATE NOCASE);

-- How people are, as their own objects say. Written at the edges of a stay, not in between.
CREATE TABLE presence (
  account TEXT PRIMARY KEY,
  -- online, away, meeting or offline.
  status TEXT NOT NULL,
  -- Since when; with offline: when they were last here, or null.
  since INTEGER,
  -- When it was said: what was said before counts for nothing.
  at INTEGER NOT NULL,
  -- Whoever has not said so again by then is taken for gone, whatever became of their object.
  until INTEGER NOT NULL,
  -- 1: shown to nobody as anything but offline.
  hidden INTEGER NOT NULL,
  -- People to whom they look as if they had gone, as a JSON list: {account, since, at}, as above.
  hidden_from TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Those who are there: few, beside all who ever were.
CREATE INDEX presence_there ON presence (until) WHERE status <> 'offline';

-- Who belongs to which group; the group itself decides, this is an index of it.
CREATE TABLE enrolled (
  group_id TEXT NOT NULL,
  account TEXT NOT NULL,
  PRIMARY KEY (group_id, account)
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolled_of_account ON enrolled (account);

-- Accounts that were deleted, and people of the provider who were. Each one's own object looks here whether it is to go, so
-- that it does whatever becomes of the request that deleted them. Kept for months; the ids mean nothing any more.
CREATE TABLE farewells (
  account TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX farewells_at ON farewells (at);

-- What nobody but this server knows: drawn when first needed, and the same for ever.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  -- 256 random bits, base64url.
  secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;
