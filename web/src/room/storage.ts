/** What this browser remembers. A browser that keeps nothing (private windows, full disks) still meets. */
function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // Remembering is a convenience; the meeting goes on without it.
  }
}

function keysOf(storage: () => Storage): string[] {
  try {
    return Object.keys(storage());
  } catch {
    return [];
  }
}

const quiet = (storage: () => Storage) => ({
  getItem: (key: string): string | null => read(storage, key),
  setItem: (key: string, value: string): void => write(storage, key, value),
  removeItem: (key: string): void => write(storage, key, null),
});

/** What this browser keeps, in the shape of a Storage that never throws. */
export const kept = quiet(() => localStorage);
/** What is kept for this tab alone. */
export const keptForTab = quiet(() => sessionStorage);

const perRoom = (storage: () => Storage, prefix: string) => ({
  get: (code: string): string | null => read(storage, `${prefix}.${code}`),
  set: (code: string, value: string | null): void => write(storage, `${prefix}.${code}`, value),
  /** The rooms of which something is kept. */
  codes: (): string[] =>
    keysOf(storage).flatMap((key) => (key.startsWith(`${prefix}.`) ? key.slice(prefix.length + 1) : [])),
  /** Of all rooms. */
  clear: (): void => {
    for (const key of keysOf(storage)) if (key.startsWith(`${prefix}.`)) write(storage, key, null);
  },
});

/** Who you are in a room, for this tab: a reload is the same member, another tab beside it is another person. */
export const memberTokens = perRoom(() => sessionStorage, 'parley.member');
/** Host keys, for this browser: the host can come back another day. */
export const hostKeys = perRoom(() => localStorage, 'parley.host');

/** The last guest of this browser in a room, as "token name": whoever has closed their tab comes back in another one. */
export const lastGuests = perRoom(() => localStorage, 'parley.guest');

/** Where this tab is a host, as "role token": after the end, when nobody is let in, it still shows who asks for the records. */
export const hostPasses = perRoom(() => sessionStorage, 'parley.hosting');

/** Secrets of invitations, for this tab. */
export const inviteSecrets = perRoom(() => sessionStorage, 'parley.invite');

/** The name of the last guest of this browser. */
export const lastName = {
  get: (): string => read(() => localStorage, 'parley.name') ?? '',
  set: (name: string): void => write(() => localStorage, 'parley.name', name),
};

/** Uploads under way, by what tells their files apart: they go on after a reload. */
const uploads = perRoom(() => localStorage, 'parley.upload');

/** What this page has noted of recordings. A browser that is full, or keeps nothing, has it from here. */
const noted = new Map<string, string>();

/** The names of meetings of which this browser has recordings that are not shared yet; each owner has their own. */
export const recordingsOf = (owner: string) => {
  const marks = perRoom(() => localStorage, `parley.recording.${owner}`);
  const of = `${owner}.`;
  return {
    get: (code: string): string | null => marks.get(code) ?? noted.get(of + code) ?? null,
    set: (code: string, name: string | null): void => {
      marks.set(code, name);
      if (name === null) noted.delete(of + code);
      else noted.set(of + code, name);
    },
    codes: (): string[] => {
      const here = Array.from(noted.keys()).filter((key) => key.startsWith(of));
      return Array.from(new Set([...marks.codes(), ...here.map((key) => key.slice(of.length))]));
    },
  };
};

/**
 * Whoever logs out leaves nothing behind that would make the next person at this browser them, or host of their rooms. Their recordings
 * stay: nobody else is shown them.
 */
export function forgetPerson(): void {
  for (const kind of [memberTokens, lastGuests, hostPasses, inviteSecrets, hostKeys, uploads]) kind.clear();
}
