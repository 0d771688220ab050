// The part of node:crypto that workerd brings and we use; Node's own types would bring all its globals with them.
declare module 'node:crypto' {
  export function scryptSync(
    password: string,
    salt: Uint8Array,
    length: number,
    options: { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
  ): Uint8Array;
  export function createHash(algorithm: 'sha256'): {
    update(text: string): { digest(encoding: 'base64url'): string };
  };
}
