import type { Devices } from '../../../../src/client/call/index.ts';
import { kept } from '../storage.ts';

/** The part of the SDK that has to do with picture and sound. Nobody loads it who meets without. */
export const loadCallSdk = () => import('../../../../src/client/call/index.ts');

const KINDS = ['camera', 'microphone', 'speaker'] as const;
const keyOf = (kind: string): string => `parley.device.${kind}`;

let devices: Promise<Devices> | null = null;

async function open(): Promise<Devices> {
  const { openDevices } = await loadCallSdk();
  const opened = openDevices();
  for (const kind of KINDS) {
    const id = kept.getItem(keyOf(kind));
    if (id !== null) opened.choose(kind, id);
  }
  opened.subscribe(() => {
    for (const kind of KINDS) {
      const id = opened.state.chosen[kind];
      if (id === null) kept.removeItem(keyOf(kind));
      else kept.setItem(keyOf(kind), id);
    }
  });
  return opened;
}

/** Cameras, microphones and speakers of this machine: once for the whole page, with those that were chosen last time. */
export function loadDevices(): Promise<Devices> {
  devices ??= open().catch((error: unknown) => {
    // What could not be loaded is tried again the next time.
    devices = null;
    throw error;
  });
  return devices;
}
