import { afterEach, describe, expect, test, vi } from 'vitest';
import { type DevicesOptions, openDevices } from '../../../../src/client/call/index.ts';
import { FakeTrack } from './fake-tracks.ts';
import { settled } from './sim-clock.ts';

/** The devices of a machine, as a browser gives them. */
class FakeMediaDevices extends EventTarget {
  list = [
    { kind: 'videoinput', deviceId: 'd1', label: 'Built-in' },
    { kind: 'videoinput', deviceId: 'd2', label: 'On the desk' },
    { kind: 'audioinput', deviceId: 'm1', label: 'Headset' },
    { kind: 'audiooutput', deviceId: 's1', label: 'Headset' },
  ];
  error: unknown = null;
  /** What a browser throws where this is among what it is asked for. */
  refused: { video?: string; audio?: string } = {};
  readonly asked: MediaStreamConstraints[] = [];
  readonly opened: FakeTrack[] = [];
  screen: FakeTrack[] = [];

  async enumerateDevices() {
    return this.list;
  }
  async getUserMedia(constraints: MediaStreamConstraints) {
    this.asked.push(constraints);
    if (this.error !== null) throw this.error;
    const wanted = (['video', 'audio'] as const).filter((kind) => constraints[kind] !== undefined);
    for (const kind of wanted) if (this.refused[kind] !== undefined) throw named(this.refused[kind]);
    const tracks = wanted.map((kind) => new FakeTrack(kind));
    this.opened.push(...tracks);
    return { getTracks: () => tracks };
  }
  async getDisplayMedia(constraints: MediaStreamConstraints) {
    this.asked.push(constraints);
    if (this.error !== null) throw this.error;
    const of = (kind: string) => this.screen.filter((track) => track.kind === kind);
    return {
      getTracks: () => this.screen,
      getVideoTracks: () => of('video'),
      getAudioTracks: () => of('audio'),
    };
  }
  unplug(id: string): void {
    this.list = this.list.filter(({ deviceId }) => deviceId !== id);
    this.dispatchEvent(new Event('devicechange'));
  }
}

async function open(options: DevicesOptions = {}) {
  const media = new FakeMediaDevices();
  const devices = openDevices({ mediaDevices: media as never, ...options });
  await settled();
  return { media, devices };
}
const named = (name: string, text = name): Error => Object.assign(new Error(text), { name });

describe('devices', () => {
  test('are listed by kind, and listed anew when one comes or goes', async () => {
    const { media, devices } = await open();
    expect(devices.state.cameras.map(({ label }) => label)).toEqual(['Built-in', 'On the desk']);
    expect([devices.state.microphones.length, devices.state.speakers.length]).toEqual([1, 1]);
    const changed = vi.fn();
    devices.subscribe(changed);
    media.unplug('d2');
    await settled();
    expect(devices.state.cameras).toEqual([{ id: 'd1', label: 'Built-in' }]);
    expect(changed).toHaveBeenCalled();
  });

  test('those without a name yet, before anything was allowed, are not listed as devices', async () => {
    const media = new FakeMediaDevices();
    media.list = [{ kind: 'videoinput', deviceId: '', label: '' }];
    const devices = openDevices({ mediaDevices: media as never });
    await settled();
    expect(devices.state.cameras).toEqual([]);
  });

  test.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'failed'],
    ['SomethingNew', 'failed'],
  ])('%s means %s, and is forgotten when it works', async (name, failure) => {
    const { media, devices } = await open();
    media.error = named(name);
    expect(await devices.openCamera()).toEqual({ track: null, failure });
    expect(devices.state.failures).toEqual({ camera: failure, microphone: null, screen: null });
    media.error = null;
    expect(await devices.openCamera()).toMatchObject({ failure: null });
    expect(devices.state.failures.camera).toBeNull();
  });

  test('on a page that came over http there are none, and it is said why', async () => {
    vi.stubGlobal('isSecureContext', false);
    const devices = openDevices({ mediaDevices: null });
    expect(await devices.openMicrophone()).toEqual({ track: null, failure: 'insecure' });
    expect(await devices.openScreen()).toEqual({ video: null, sound: null, failure: 'insecure' });
    vi.unstubAllGlobals();
  });

  test('a chosen one that is there is that or none, another one is wished for, and a camera has 720 lines', async () => {
    const { media, devices } = await open({ chosen: { camera: 'gone' } });
    await devices.openCamera();
    devices.choose('camera', 'd2');
    await devices.openCamera();
    await devices.openCamera('d1');
    devices.choose('camera', null);
    await devices.openCamera();
    expect(media.asked.map(({ video }) => (typeof video === 'object' ? video.deviceId : null))).toEqual([
      { ideal: 'gone' },
      { exact: 'd2' },
      { exact: 'd1' },
      undefined,
    ]);
    expect(media.asked[0]).toMatchObject({ video: { height: { ideal: 720 } } });
  });

  describe('both at once', () => {
    const asks = ({ asked }: FakeMediaDevices) => asked.map((one) => Object.keys(one).join(' and '));
    const barred = (...names: readonly string[]) =>
      vi.stubGlobal('navigator', {
        permissions: {
          query: async ({ name }: { name: string }) => ({
            state: names.includes(name) ? 'denied' : 'prompt',
          }),
        },
      });
    afterEach(() => void vi.unstubAllGlobals());

    test('are asked for in one question', async () => {
      const { media, devices } = await open({ chosen: { camera: 'd2', microphone: 'm1' } });
      const { camera, microphone } = await devices.openBoth();
      expect(media.asked).toMatchObject([
        { video: { deviceId: { exact: 'd2' } }, audio: { deviceId: { exact: 'm1' } } },
      ]);
      expect([camera.track, microphone.track]).toMatchObject([{ kind: 'video' }, { kind: 'audio' }]);
      media.opened.find(({ kind }) => kind === 'video')?.unplug();
      await settled();
      expect(devices.state.failures).toMatchObject({ camera: 'denied', microphone: null });
    });

    test('without a camera the microphone comes alone', async () => {
      const { media, devices } = await open();
      media.refused = { video: 'NotFoundError' };
      expect(await devices.openBoth()).toMatchObject({
        camera: { track: null, failure: 'missing' },
        microphone: { track: { kind: 'audio' } },
      });
      expect(asks(media)).toEqual(['video and audio', 'audio', 'video']);
      expect(devices.state.failures).toMatchObject({ camera: 'missing', microphone: null });
    });

    test('a person who says no is not asked a second time', async () => {
      barred();
      const { media, devices } = await open();
      media.error = named('NotAllowedError');
      const no = { track: null, failure: 'denied' };
      expect(await devices.openBoth()).toEqual({ camera: no, microphone: no });
      expect(asks(media)).toEqual(['video and audio']);
      expect(devices.state.failures).toMatchObject({ camera: 'denied', microphone: 'denied' });
    });

    test('where one is forbidden for good the other is asked for', async () => {
      barred('camera');
      const { media, devices } = await open();
      media.refused = { video: 'NotAllowedError' };
      expect(await devices.openBoth()).toMatchObject({
        camera: { track: null, failure: 'denied' },
        microphone: { track: { kind: 'audio' } },
      });
    });
  });

  test('one that is unplugged while it is in use is missing; one that ends though it is there was denied', async () => {
    const { media, devices } = await open();
    await devices.openCamera();
    media.unplug('d1');
    media.opened[0]?.unplug();
    await settled();
    expect(devices.state.failures.camera).toBe('missing');
    const second = await open();
    await second.devices.openCamera();
    second.media.opened[0]?.unplug();
    await settled();
    expect(second.devices.state.failures.camera).toBe('denied');
  });

  test('a screen comes with its sound where the browser gives it', async () => {
    const { media, devices } = await open();
    media.screen = [new FakeTrack('video')];
    expect(await devices.openScreen({ sound: false })).toMatchObject({ sound: null, failure: null });
    media.screen.push(new FakeTrack('audio'));
    const opened = await devices.openScreen({ surface: 'window' });
    expect(opened).toMatchObject({ failure: null, sound: { kind: 'audio' } });
    expect(media.asked).toMatchObject([
      { audio: false, systemAudio: 'exclude' },
      { audio: true, systemAudio: 'include', video: { displaySurface: 'window' } },
    ]);
  });

  test('a screen without a picture is none, and its sound is let go', async () => {
    const { media, devices } = await open();
    const sound = new FakeTrack('audio');
    media.screen = [sound];
    expect(await devices.openScreen()).toEqual({ video: null, sound: null, failure: 'failed' });
    expect(sound.readyState).toBe('ended');
  });

  test('a screen that nobody chose is no failure; one that the system does not allow is', async () => {
    const { media, devices } = await open();
    media.error = named('NotAllowedError', 'Permission denied by user');
    expect(await devices.openScreen()).toMatchObject({ failure: 'cancelled' });
    expect(devices.state.failures.screen).toBeNull();
    media.error = named('NotAllowedError', 'Permission denied by system');
    expect(await devices.openScreen()).toMatchObject({ failure: 'denied' });
    expect(devices.state.failures.screen).toBe('denied');
  });

  describe('sound', () => {
    class Element {
      sinkId = '';
      async setSinkId(id: string): Promise<void> {
        this.sinkId = id;
      }
    }

    test('comes out at the chosen speaker, at another one when it is chosen, and where the system says when it is gone', async () => {
      vi.stubGlobal('HTMLMediaElement', Element);
      const { media, devices } = await open();
      vi.unstubAllGlobals();
      const element = new Element();
      const off = devices.playOn(element as unknown as HTMLMediaElement);
      devices.choose('speaker', 's1');
      expect(element.sinkId).toBe('s1');
      media.unplug('s1');
      await settled();
      expect([element.sinkId, devices.state.chosen.speaker]).toEqual(['', 's1']);
      media.list.push({ kind: 'audiooutput', deviceId: 's1', label: 'Headset' });
      media.dispatchEvent(new Event('devicechange'));
      await settled();
      expect(element.sinkId).toBe('s1');
      off();
      devices.choose('speaker', null);
      expect(element.sinkId).toBe('s1');
    });

    test('can not be sent elsewhere where the browser does not know how', async () => {
      const { devices } = await open();
      expect(devices.state.canChooseSpeaker).toBe(false);
    });
  });

  test('are not looked at any more once closed', async () => {
    const { media, devices } = await open();
    devices.close();
    media.unplug('d1');
    await settled();
    expect(devices.state.cameras).toHaveLength(2);
  });
});
