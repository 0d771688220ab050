import {
  base64url,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import * as v from 'valibot';
import { hmac, sha256 } from '../../platform/hash.ts';
import { NameSchema } from '../../protocol/index.ts';
import type { IdentitySettings } from '../settings.ts';
import type { IdentityProvider } from './accounts.ts';

/** Signatures that a public key checks. No HS: the public key would be taken for the secret. */
const PUBLIC_KEY_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const SECRET_ALGORITHMS = ['HS256'];
/** How far the provider's clock may be from ours. Seconds. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** Where a provider may say what somebody is called (OpenID Connect Core, section 5.1), the best first. */
const NAME_CLAIMS = ['name', 'preferred_username', 'nickname'] as const;

/** What says that a token is not good. Any other error is the provider's or ours, and no fault of who shows it. */
const BAD_TOKEN = [
  errors.JWTClaimValidationFailed,
  errors.JWTExpired,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
] as const;

/** How a token's key is found. Public keys are fetched when first needed, and kept for ten minutes. */
function keyOf(keys: IdentitySettings['keys'], fetchKeys?: FetchImplementation): JWTVerifyGetKey {
  if ('secret' in keys) return () => keys.secret;
  return createRemoteJWKSet(keys.jwks, fetchKeys === undefined ? {} : { [customFetch]: fetchKeys });
}

/** The first claim that can be a name here; '' where there is none. */
function nameOf(claims: JWTPayload): string {
  const names = NAME_CLAIMS.map((claim) => v.safeParse(NameSchema, claims[claim]));
  return names.find((parsed) => parsed.success)?.output ?? '';
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

export interface IdentityOptions {
  /**
   * What ids are made with, so that nobody can work out that of somebody whose name at the provider they know. Null: there is
   * no directory, and so nothing that could be done with an id.
   */
  readonly idKey?: (() => Promise<CryptoKey>) | null;
  /** Handed in by tests. */
  readonly fetchKeys?: FetchImplementation;
}

/** Takes tokens of the deployer's own provider: JWTs, signed by it, for us. */
export function createIdentity(
  { issuer, audience, keys }: IdentitySettings,
  { idKey = null, fetchKeys }: IdentityOptions = {},
): IdentityProvider {
  const key = keyOf(keys, fetchKeys);
  const digestOf = async (text: string): Promise<string> =>
    idKey === null ? sha256(text) : base64url.encode(await hmac(await idKey(), text));
  const algorithms = 'secret' in keys ? SECRET_ALGORITHMS : PUBLIC_KEY_ALGORITHMS;

  return {
    isOurs: (token) => issuerOf(token) === issuer,

    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms,
          issuer,
          audience,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: new Date(now),
        });
        const { sub } = payload;
        if (typeof sub !== 'string' || sub === '') return null;
        const id = `x_${(await digestOf(`${issuer} ${sub}`)).slice(0, 22)}`;
        return { id, name: nameOf(payload), avatar: null };
      } catch (error) {
        if (BAD_TOKEN.some((kind) => error instanceof kind)) return null;
        throw error;
      }
    },
  };
}
