import { beforeEach, describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../../src/platform/object-store.ts';
import { type Account, fail, type Outcome, succeed } from '../../../src/protocol/index.ts';
import {
  type AvatarOf,
  deleteAvatar,
  readAvatar,
  removeAvatar,
  replaceAvatar,
} from '../../../src/worker/avatar-store.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { bytesOf, jpeg, png } from '../../support/pictures.ts';

const ADA = `a_${'a'.repeat(22)}`;
const KEY = 'k'.repeat(22);

/** An account with a picture or none, and a store that can be told to fail so many times. */
class World implements AvatarOf {
  readonly account = ADA;
  readonly objects = new MemoryStore();
  readonly lines: { event: string; fields: unknown }[] = [];
  avatar: string | null = null;
  answer: () => Outcome<null> = () => succeed(null);
  failingDeletes = 0;
  deletes = 0;

  readonly accounts: AvatarOf['accounts'] = {
    setAvatar: async (account, avatar) => {
      const answer = this.answer();
      if (!answer.ok) return answer;
      const before = this.avatar;
      this.avatar = avatar;
      return succeed({ before, account: { id: account, userName: 'ada', name: 'Ada', avatar } });
    },
  };
  readonly store: ObjectStore = {
    put: (...args) => this.objects.put(...args),
    get: (key, headers) => this.objects.get(key, headers),
    list: (prefix) => this.objects.list(prefix),
    delete: async (keys) => {
      this.deletes += 1;
      if (this.deletes <= this.failingDeletes) throw new Error('the store is away');
      await this.objects.delete(keys);
    },
  };
  readonly log: AvatarOf['log'] = (_, event, fields) => {
    this.lines.push({ event, fields });
  };

  put(bytes: Uint8Array = png, type = 'image/png'): Promise<Outcome<Account>> {
    return replaceAvatar(this, async (key) => {
      await this.objects.put(key, bytes, bytes.byteLength, type);
      return succeed(null);
    });
  }
  keys(): string[] {
    return [...this.objects.objects.keys()];
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

const keyIn = (path: string | null) => (path ?? '').slice('/v1/avatars/'.length);

describe('a picture that is put', () => {
  test('lies under a random key that is its address', async () => {
    const put = await world.put();
    expect(put).toMatchObject({ ok: true, value: { id: ADA, avatar: world.avatar } });
    expect(world.avatar).toMatch(/^\/v1\/avatars\/[\w-]{22}$/);
    expect(world.keys()).toEqual([`avatars/${keyIn(world.avatar)}`]);
  });

  test('takes the place of the one before, which is gone', async () => {
    await world.put(png);
    const before = world.avatar;
    await world.put(jpeg, 'image/jpeg');
    expect(world.avatar).not.toBe(before);
    expect(world.keys()).toEqual([`avatars/${keyIn(world.avatar)}`]);
  });

  test('that is refused changes nothing', async () => {
    await world.put();
    const before = [world.avatar, world.keys()];
    expect(await replaceAvatar(world, async () => fail('image_type'))).toMatchObject({
      error: { code: 'image_type' },
    });
    expect([world.avatar, world.keys()]).toEqual(before);
  });

  test('for an account that went meanwhile is taken back', async () => {
    world.answer = () => fail('login_required');
    expect(await world.put()).toMatchObject({ ok: false, error: { code: 'login_required' } });
    expect(world.keys()).toEqual([]);
  });

  test('for an account that can not be reached is taken back, and the one before stays', async () => {
    await world.put();
    const before = [world.avatar, world.keys()];
    world.answer = () => {
      throw new Error('no answer');
    };
    await expect(world.put()).rejects.toThrow('no answer');
    expect([world.avatar, world.keys()]).toEqual(before);
  });
});

test('a picture that is taken away is gone, and taking it away twice is no error', async () => {
  await world.put();
  for (let count = 0; count < 2; count += 1) {
    expect(await removeAvatar(world)).toMatchObject({ ok: true, value: { id: ADA, avatar: null } });
    expect(world.keys()).toEqual([]);
  }
});

describe('a store that fails to delete', () => {
  test('is asked again', async () => {
    await world.put();
    world.failingDeletes = 2;
    await removeAvatar(world);
    expect(world.keys()).toEqual([]);
    expect(world.lines).toEqual([]);
  });

  test('for good does not undo the change, and the log says whose picture is left, and not its key', async () => {
    await world.put();
    const left = keyIn(world.avatar);
    world.failingDeletes = Number.POSITIVE_INFINITY;
    expect(await removeAvatar(world)).toMatchObject({ ok: true, value: { avatar: null } });
    expect(world.deletes).toBe(3);
    expect(world.lines).toEqual([
      { event: 'avatar.left_behind', fields: { account: ADA, error: new Error('the store is away') } },
    ]);
    expect(JSON.stringify(world.lines)).not.toContain(left);
  });

  test('rejects for whoever deletes by path', async () => {
    world.failingDeletes = Number.POSITIVE_INFINITY;
    await expect(deleteAvatar(world.store, `/v1/avatars/${KEY}`)).rejects.toThrow('away');
  });
});

test.each(['', KEY, 'https://elsewhere.example/ada.png', '/v1/avatars/', '/v1/avatars/../rooms/r_1/x'])(
  'the path "%s" names no picture of ours, and nothing is deleted for it',
  async (path) => {
    await deleteAvatar(world.store, path);
    expect(world.deletes).toBe(0);
  },
);

describe('reading', () => {
  const read = (key: string) => readAvatar(world.store, key, new Headers());

  test('gives the bytes and the type that they were stored with', async () => {
    await world.put(jpeg, 'image/jpeg');
    const key = keyIn(world.avatar);
    const picture = await read(key);
    expect(picture).toMatchObject({ id: key, type: 'image/jpeg' });
    expect(picture?.stored.body && (await bytesOf(picture.stored.body))).toEqual(jpeg);
  });

  test('finds nothing for another key, nor for one that can be none', async () => {
    await world.put();
    for (const object of ['rooms/r_1/secret', 'avatars/x/y', 'avatars/']) {
      await world.objects.put(object, png, png.byteLength, 'image/png');
    }
    for (const key of [KEY, '', `${keyIn(world.avatar)}x`, '../rooms/r_1/secret', 'x/y']) {
      expect(await read(key), key).toBeNull();
    }
  });

  test('serves no type that is not a picture of ours, whatever lies there', async () => {
    await world.objects.put(`avatars/${KEY}`, png, png.byteLength, 'image/svg+xml');
    expect(await read(KEY)).toBeNull();
  });
});
