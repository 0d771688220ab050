import { beforeEach, describe, expect, test } from 'vitest';
import { HttpSfu, SfuFault } from '../../../src/platform/sfu.ts';
import { APP, FakeSfu, SECRET } from '../../support/fake-sfu.ts';

let fake: FakeSfu;
let sfu: HttpSfu;
beforeEach(() => {
  fake = new FakeSfu();
  sfu = new HttpSfu({ app: APP, secret: SECRET, api: 'http://sfu.test/v1' }, fake.fetch);
});

const last = () => fake.calls.at(-1);
const faultOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof SfuFault) return error.code;
    throw error;
  }
  throw new Error('it was taken');
};

describe('what is asked', () => {
  test('a session, tracks sent and received, an answer, a size, and the end', async () => {
    const ada = await sfu.begin();
    expect(last()).toEqual({ method: 'POST', path: 'sessions/new', body: null });

    const sent = await sfu.publish(ada, 'the offer', [
      { mid: '0', name: 'mic' },
      { mid: '1', name: 'cam' },
    ]);
    expect(sent).toEqual({ answer: 'answer 0 1', tracks: [{ mid: '0' }, { mid: '1' }] });
    expect(last()).toEqual({
      method: 'POST',
      path: `sessions/${ada}/tracks/new`,
      body: {
        sessionDescription: { type: 'offer', sdp: 'the offer' },
        tracks: [
          { location: 'local', mid: '0', trackName: 'mic' },
          { location: 'local', mid: '1', trackName: 'cam' },
        ],
      },
    });

    const ben = await sfu.begin();
    const received = await sfu.subscribe(ben, [
      { session: ada, name: 'cam', rid: 'h' },
      { session: ada, name: 'none' },
    ]);
    expect(received).toEqual({
      offer: 'offer of 1',
      tracks: [{ mid: '0' }, { fault: 'track_not_found_error' }],
    });
    expect(last()?.body?.tracks).toEqual([
      {
        location: 'remote',
        sessionId: ada,
        trackName: 'cam',
        simulcast: { preferredRid: 'h', priorityOrdering: 'asciibetical', ridNotAvailable: 'asciibetical' },
      },
      { location: 'remote', sessionId: ada, trackName: 'none' },
    ]);

    await sfu.answer(ben, 'the answer');
    expect(last()).toEqual({
      method: 'PUT',
      path: `sessions/${ben}/renegotiate`,
      body: { sessionDescription: { type: 'answer', sdp: 'the answer' } },
    });
    await sfu.prefer(ben, [{ session: ada, name: 'cam', rid: 'q', mid: '0' }]);
    expect(last()?.path).toBe(`sessions/${ben}/tracks/update`);
    expect(last()?.body?.tracks?.[0]).toMatchObject({ mid: '0', simulcast: { preferredRid: 'q' } });

    expect(await sfu.open(ada)).toEqual(['0', '1']);
    expect(await sfu.close(ada, ['1'])).toBeNull();
    expect(last()?.body).toEqual({ tracks: [{ mid: '1' }], force: true });
    expect(await sfu.open(ada)).toEqual(['0']);
    expect(await sfu.close(ada, ['0'], 'an offer')).toBe('answer to the end');
    expect(last()?.body).toEqual({
      tracks: [{ mid: '0' }],
      force: false,
      sessionDescription: { type: 'offer', sdp: 'an offer' },
    });
  });

  test('nothing has to be negotiated where no track could be had', async () => {
    const ben = await sfu.begin();
    expect(await sfu.subscribe(ben, [{ session: ben, name: 'none' }])).toEqual({
      offer: null,
      tracks: [{ fault: 'track_not_found_error' }],
    });
  });

  test('what is ended already is ended', async () => {
    const ada = await sfu.begin();
    await expect(sfu.close(ada, ['7'])).resolves.toBeNull();
  });

  test('a session that is gone has nothing open', async () => {
    expect(await sfu.open('gone')).toEqual([]);
  });
});

describe('what it refuses', () => {
  test.each([
    ['an error inside 200', [200, { errorCode: 'invalid_sdp', errorDescription: 'no' }], 'invalid_sdp'],
    ['an error with its status', [410, { errorCode: 'session_error' }], 'session_error'],
    ['a status alone', [500, 'oops'], 'http_500'],
    ['another form', [200, { tracks: 'none' }], 'not_understood'],
    ['no description', [200, { tracks: [{ mid: '0' }] }], 'no_answer'],
  ] as const)('%s', async (_, reply, code) => {
    const ada = await sfu.begin();
    fake.next.push(reply);
    expect(await faultOf(sfu.publish(ada, 'offer', [{ mid: '0', name: 'a' }]))).toBe(code);
  });

  test('a track inside 200, when it is sent or ended', async () => {
    const ada = await sfu.begin();
    const tracks = [{ mid: '0', errorCode: 'bad_track' }];
    fake.next.push([200, { sessionDescription: { type: 'answer', sdp: 'x' }, tracks }]);
    const sent = await sfu.publish(ada, 'offer', [
      { mid: '0', name: 'a' },
      { mid: '1', name: 'b' },
    ]);
    expect(sent.tracks).toEqual([{ fault: 'bad_track' }, { fault: 'no_answer' }]);
    fake.next.push([200, { tracks }]);
    expect(await faultOf(sfu.close(ada, ['0']))).toBe('bad_track');
    fake.next.push([200, { tracks }]);
    expect(await faultOf(sfu.prefer(ada, [{ mid: '0', session: ada, name: 'a', rid: 'h' }]))).toBe(
      'bad_track',
    );
  });

  test('a wrong secret, and a service that is not there', async () => {
    const wrong = new HttpSfu({ app: APP, secret: 'other', api: 'http://sfu.test/v1' }, fake.fetch);
    expect(await faultOf(wrong.begin())).toBe('unauthorized');
    const gone = new HttpSfu({ app: APP, secret: SECRET, api: 'http://sfu.test/v1' }, () =>
      Promise.reject(new Error('refused')),
    );
    expect(await faultOf(gone.begin())).toBe('unreachable');
    expect(await faultOf(gone.open('s'))).toBe('unreachable');
  });
});
