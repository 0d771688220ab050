import type { DeviceFailure } from '../../../../src/client/call/index.ts';

/** Devices that are opened one by one. */
export type Kind = 'camera' | 'microphone';

/** What came of opening one: a track, which is somebody's to stop; why there is none, or not the one that was asked for. */
export interface Got {
  readonly track: MediaStreamTrack | null;
  readonly failure: DeviceFailure | null;
}

/** Devices that are open, or about to be. */
export type Held = Readonly<Partial<Record<Kind, Promise<Got>>>>;

let held: Held = {};

/** Devices that were opened at the door: nobody's for the moment in which one goes in. Whatever is not taken in it is let go. */
export function handOver(devices: Held): void {
  held = devices;
  setTimeout(() => {
    if (held === devices) release(takeHeld());
  });
}

export function takeHeld(): Held {
  const taken = held;
  held = {};
  return taken;
}

/** Lets them go, also those that are still to open. */
export function release(devices: Held): void {
  for (const opened of Object.values(devices)) void opened.then(({ track }) => track?.stop());
}
