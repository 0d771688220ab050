import { type Devices, openDevices } from '../../../../src/client/call/index.ts';
import { kept } from '../storage.ts';

const KINDS = ['camera', 'microphone', 'speaker'] as const;
const keyOf = (kind: string): string => `parley.device.${kind}`;

let devices: Devices | null = null;

function open(): Devices {
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
export function theDevices(): Devices {
  devices ??= open();
  return devices;
}
