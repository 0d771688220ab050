import { base64url } from 'jose';
import { hmacKey } from '../../platform/hash.ts';

const BYTES = 32;
const PUT = 'INSERT INTO secrets (name, secret) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING';
const GET = 'SELECT secret FROM secrets WHERE name = ?1';

/** A secret of this server that never changes: drawn by whoever needs it first, and kept in the database. Rejects where that can't be reached. */
async function readSecret(db: D1Database, name: string): Promise<CryptoKey> {
  const drawn = base64url.encode(crypto.getRandomValues(new Uint8Array(BYTES)));
  const [, found] = await db.batch<{ readonly secret: string }>([
    db.prepare(PUT).bind(name, drawn),
    db.prepare(GET).bind(name),
  ]);
  const secret = found?.results[0]?.secret;
  if (secret === undefined) throw new Error(`unable to read the secret "${name}" back`);
  return hmacKey(new Uint8Array(base64url.decode(secret)));
}

/**
 * Reads a secret when it is first asked for, and keeps it; what failed is tried again with the next that asks. What is kept is
 * the secret and not the reading of it: that ends with the request that began it.
 */
export function createServerSecret(db: D1Database, name: string): () => Promise<CryptoKey> {
  let known: CryptoKey | null = null;
  return async () => {
    known ??= await readSecret(db, name);
    return known;
  };
}
