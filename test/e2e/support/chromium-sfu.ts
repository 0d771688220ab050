import type { Page } from 'playwright-core';
import type { SfuMedia } from '../../support/fake-sfu.ts';

interface Forwarded {
  readonly session: string;
  readonly mid: string;
  readonly sender: RTCRtpSender;
}
type Global = { readonly connections: Map<string, RTCPeerConnection>; readonly forwarded: Forwarded[] };

/**
 * Forwards pictures and sound in a page of a browser: each session is a connection there, and what comes by one goes out by others. It
 * decodes and encodes what a real SFU passes on as it is, so it sends small pictures, and takes one size of a camera.
 */
export class ChromiumSfu implements SfuMedia {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** `page`: one that has nothing else to do. */
  static async open(page: Page): Promise<ChromiumSfu> {
    await page.evaluate(() => {
      Object.assign(globalThis, { connections: new Map(), forwarded: [] });
    });
    return new ChromiumSfu(page);
  }

  async begin(session: string): Promise<void> {
    await this.#page.evaluate((id) => {
      const connection = new RTCPeerConnection();
      (globalThis as unknown as Global).connections.set(id, connection);
      // Sound is decoded only where it is played.
      connection.addEventListener('track', ({ track }) => {
        if (track.kind !== 'audio') return;
        const player = new Audio();
        player.muted = true;
        player.autoplay = true;
        player.srcObject = new MediaStream([track]);
      });
    }, session);
  }

  push(session: string, offer: string): Promise<string> {
    return this.#page.evaluate(
      async ([id = '', sdp = '']) => {
        const connection = (globalThis as unknown as Global).connections.get(id);
        if (connection === undefined) throw new Error(`no session ${id}`);
        await connection.setRemoteDescription({ type: 'offer', sdp });
        await connection.setLocalDescription();
        while (connection.iceGatheringState !== 'complete')
          await new Promise((resolve) =>
            connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
          );
        return connection.localDescription?.sdp ?? '';
      },
      [session, offer],
    );
  }

  pull(
    session: string,
    sources: readonly { readonly session: string; readonly mid: string }[],
  ): Promise<{ offer: string; mids: string[] }> {
    return this.#page.evaluate(
      async ({ id, from }) => {
        const { connections, forwarded } = globalThis as unknown as Global;
        const connection = connections.get(id);
        if (connection === undefined) throw new Error(`no session ${id}`);
        const sections = from.map(({ session: other, mid }) => {
          const source = connections
            .get(other)
            ?.getTransceivers()
            .find((one) => one.mid === mid);
          if (source === undefined) throw new Error(`no section ${mid} of ${other}`);
          const { track } = source.receiver;
          const small = { scaleResolutionDownBy: 2, maxFramerate: 8, maxBitrate: 80_000 };
          const section = connection.addTransceiver(track, {
            direction: 'sendonly',
            sendEncodings: [track.kind === 'video' ? small : {}],
          });
          forwarded.push({ session: other, mid, sender: section.sender });
          return section;
        });
        await connection.setLocalDescription();
        while (connection.iceGatheringState !== 'complete')
          await new Promise((resolve) =>
            connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
          );
        return {
          offer: connection.localDescription?.sdp ?? '',
          mids: sections.map(({ mid }) => mid ?? ''),
        };
      },
      { id: session, from: [...sources] },
    );
  }

  async settle(session: string, answer: string): Promise<void> {
    await this.#page.evaluate(
      async ([id = '', sdp = '']) =>
        (globalThis as unknown as Global).connections.get(id)?.setRemoteDescription({ type: 'answer', sdp }),
      [session, answer],
    );
  }

  /** Nothing goes out any more of what comes by these sections, and nothing by those that forward. */
  async end(session: string, mids: readonly string[]): Promise<void> {
    await this.#page.evaluate(
      async ({ id, which }) => {
        const { connections, forwarded } = globalThis as unknown as Global;
        const sections = connections
          .get(id)
          ?.getTransceivers()
          .filter(({ mid }) => which.includes(mid ?? ''));
        for (const section of sections ?? []) section.direction = 'inactive';
        const over = [
          ...(sections ?? []).map(({ sender }) => sender),
          ...forwarded
            .filter(({ session: of, mid }) => of === id && which.includes(mid))
            .map(({ sender }) => sender),
        ];
        // One whose receiver has given up its section sends nothing already.
        await Promise.all(over.map((sender) => sender.replaceTrack(null).catch(() => undefined)));
      },
      { id: session, which: [...mids] },
    );
  }

  /** How many connections were made. */
  made(): Promise<number> {
    return this.#page.evaluate(() => (globalThis as unknown as Global).connections.size);
  }
}
