import * as v from 'valibot';
import type {
  ErrorFrame,
  EventsFrame,
  LiveFrame,
  OkFrame,
  PositionFrame,
  PrivateFrame,
} from '../protocol/frames.ts';

/** What begins a connection anew. Only this differs from one kind of server object to another. */
export interface FirstFrame {
  readonly t: 'ready' | 'waiting';
  readonly epoch: string;
  /** The highest command number accepted from us. */
  readonly acked: number;
}
/** What follows it. */
export type LaterFrame = EventsFrame | PrivateFrame | LiveFrame | OkFrame | ErrorFrame | PositionFrame;

/** The schemas of all frames of a server object, by `t`. */
export type FrameSchemas<F extends FirstFrame> = Readonly<
  Record<string, v.GenericSchema<unknown, F | LaterFrame>>
>;

/** Whether a frame begins a connection anew. */
export const isFirst = <F extends FirstFrame>(frame: F | LaterFrame): frame is F =>
  frame.t === 'ready' || frame.t === 'waiting';

/** Reads a frame of the server. 'unknown': of a newer version, to be ignored. 'broken': can't be trusted to be whole. */
export function readFrame<F extends FirstFrame>(
  frames: FrameSchemas<F>,
  data: unknown,
): F | LaterFrame | 'unknown' | 'broken' {
  if (typeof data !== 'string') return 'unknown';
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return 'broken';
  }
  if (typeof value !== 'object' || value === null || !('t' in value)) return 'broken';
  const schema = typeof value.t === 'string' && Object.hasOwn(frames, value.t) ? frames[value.t] : undefined;
  if (schema === undefined) return 'unknown';
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  return parsed.success ? parsed.output : 'broken';
}
