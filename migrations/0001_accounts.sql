-- People who exist before and after meetings. Times are ms since 1970-01-01 UTC.

CREATE TABLE accounts (
  -- `a_` and 128 random bits, base64url.
  id TEXT PRIMARY KEY,
  -- ASCII, as it was registered; capitals make no difference.
  user_name TEXT NOT NULL COLLATE NOCASE UNIQUE,
  -- What they are called in rooms.
  name TEXT NOT NULL,
  -- Path of their picture on this server, or null.
  avatar TEXT,
  -- `scrypt$N$r$p$salt$hash`
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE logins (
  -- The order in which they were made, whatever the clock does.
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- SHA-256 of the token, base64url: whoever reads this table can't log in with it.
  token_hash TEXT NOT NULL UNIQUE,
  -- User-Agent, shortened.
  device TEXT NOT NULL,
  -- A keyed hash of the address that it was made from: from there a stranger's wrong tries don't count.
  place TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX logins_of_account ON logins (account);

-- Passwords that were tried. Keyed hashes of the user name and of where the try came from; place '' counts all places.
CREATE TABLE tries (
  name TEXT NOT NULL,
  place TEXT NOT NULL,
  -- When all of it is forgotten.
  free_at INTEGER NOT NULL,
  PRIMARY KEY (name, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX tries_free_at ON tries (free_at);
