import type { Directory } from '../../../src/platform/directory.ts';
import type { UserNamespace, UserRpc, UserStub } from '../../../src/platform/user-rpc.ts';
import { type Person, succeed } from '../../../src/protocol/index.ts';
import { NOW } from './fake-room.ts';

export const DEVICE = `d_${'d'.repeat(22)}`;

const unasked = () => Promise.reject(new Error('no test asks this of them'));

/** People's objects that answer as told, and what was asked of them; `put` has the provider's people that came. */
export function fakeUsers(
  answers: Partial<UserRpc> & { fetch?: (request: Request) => Promise<Response> } = {},
) {
  const made: { account: string; method: string; args: readonly unknown[] }[] = [];
  const upgrades: { account: string; request: Request }[] = [];
  const put: Person[] = [];
  const standard: Partial<UserRpc> = {
    openDevice: async (_me, device) =>
      succeed({
        device: device ?? DEVICE,
        ticket: `${device ?? DEVICE}.secret`,
        ticketExpiresAt: NOW + 30_000,
      }),
    run: async () => succeed({ events: [] }),
    changed: async () => succeed(null),
    signedOut: async () => succeed(null),
    expectFarewell: async () => succeed(null),
    remove: async () => succeed(null),
    ...answers,
  };
  const stubOf = (account: string): UserStub =>
    new Proxy({} as UserStub, {
      get: (_target, method: keyof UserStub) => {
        if (method === 'fetch') {
          return async (request: Request) => {
            upgrades.push({ account, request });
            return answers.fetch?.(request) ?? new Response('upgraded');
          };
        }
        const act: (...args: never[]) => unknown = standard[method] ?? unasked;
        return (...args: never[]) => {
          made.push({ account, method, args });
          return act(...args);
        };
      },
    });
  const users: UserNamespace = { getByName: stubOf };
  const directory = {
    putProviderPerson: async (person: Person) => {
      put.push(person);
    },
  } as Partial<Directory> as Directory;
  return { users, directory, made, upgrades, put };
}
