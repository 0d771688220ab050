/** What tells that this machine has come to another network. */
export interface NetworkLike {
  addEventListener(type: 'online' | 'change', listener: () => void): void;
  removeEventListener(type: 'online' | 'change', listener: () => void): void;
}

const isNetwork = (found: unknown): found is NetworkLike =>
  typeof found === 'object' &&
  found !== null &&
  'addEventListener' in found &&
  typeof found.addEventListener === 'function';

/** `online` of the window, and `change` of `navigator.connection` where a browser has it. null: this program has neither. */
export function theNetwork(): NetworkLike | null {
  const connection: unknown = Reflect.get(globalThis.navigator ?? {}, 'connection');
  const places = [globalThis, connection].filter(isNetwork);
  if (places.length === 0) return null;
  return {
    addEventListener: (type, listener) => {
      for (const place of places) place.addEventListener(type, listener);
    },
    removeEventListener: (type, listener) => {
      for (const place of places) place.removeEventListener(type, listener);
    },
  };
}

/** Returns a function that ends it. */
export function onNetworkChange(network: NetworkLike, listener: () => void): () => void {
  const types = ['online', 'change'] as const;
  for (const type of types) network.addEventListener(type, listener);
  return () => {
    for (const type of types) network.removeEventListener(type, listener);
  };
}
