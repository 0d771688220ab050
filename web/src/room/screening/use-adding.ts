import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoomConnection } from '../../../../src/client/index.ts';
import type { WatchSource } from '../../../../src/protocol/index.ts';
import { describeError } from '../../app/errors.ts';
import { useRoom } from '../room-context.tsx';
import { NoMedia, type NoMediaReason, readMedia } from './read-media.ts';
import { addressOf } from './source.ts';

/** Reads what it is, and puts it on the list. */
async function readAndAdd(
  room: RoomConnection,
  source: WatchSource,
  type: string,
  signal: AbortSignal,
): Promise<void> {
  const facts = await readMedia(await addressOf(room, source), type, signal);
  // Nobody would see whether it got there, nor expect that it does.
  signal.throwIfAborted();
  await room.watch.add({ source, ...facts });
}

const FAULTS = {
  unreachable: 'noMedia',
  unsupported: 'noMedia',
  broken: 'noMedia',
  live: 'noLive',
  closed: 'noServers',
} as const satisfies Record<NoMediaReason, string>;

interface Adding {
  /** What is being read; null: nothing. */
  readonly busy: WatchSource | null;
  /** In words, why the last one is not on the list. */
  readonly fault: string | null;
  /** Resolves with whether it is on the list. */
  add(source: WatchSource, type: string): Promise<boolean>;
}

/** Puts one thing at a time on the list. Ends with the component. */
export function useAdding(): Adding {
  const { t } = useTranslation();
  const room = useRoom();
  const [busy, setBusy] = useState<WatchSource | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const add = async (source: WatchSource, type: string): Promise<boolean> => {
    if (busy !== null) return false;
    const abort = new AbortController();
    running.current = abort;
    setBusy(source);
    setFault(null);
    try {
      await readAndAdd(room, source, type, abort.signal);
      return true;
    } catch (error) {
      setFault(error instanceof NoMedia ? t(`screening.${FAULTS[error.reason]}`) : describeError(t, error));
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { busy, fault, add };
}
