import type {
  ErrorFrame,
  EventsFrame,
  LiveFrame,
  OkFrame,
  PositionFrame,
  PrivateFrame,
  ReadyFrame,
  Snapshot,
  WaitingFrame,
} from '../protocol/frames.ts';
import { type Is, isCount, isFlag, isRecord, isText, listOf, optional, shape } from './shape.ts';
import type { Envelope } from './vocabulary.ts';

/** What begins a connection anew. Only this differs from one kind of server object to another. */
export interface FirstFrame {
  readonly t: 'ready' | 'waiting';
  readonly epoch: string;
  /** The highest command number accepted from us. */
  readonly acked: number;
}
/** What follows it. */
export type LaterFrame = EventsFrame | PrivateFrame | LiveFrame | OkFrame | ErrorFrame | PositionFrame;

/** How the frames of a server object are told, by `t`. */
export type FrameShapes<F extends FirstFrame> = Readonly<Record<string, Is<F | LaterFrame>>>;

export const isEnvelope = shape<Envelope>({
  t: isText,
  at: isCount,
  seq: optional(isCount),
  by: optional(isText),
  n: optional(isCount),
});
const areEvents = listOf(isEnvelope);
const isNumbered = { prev: isCount, last: isCount, events: areEvents };

/** What follows the first frame, whatever it was. */
export const LATER_FRAMES: FrameShapes<never> = {
  events: shape<EventsFrame>(isNumbered),
  private: shape<PrivateFrame>(isNumbered),
  live: shape<LiveFrame>({ events: areEvents }),
  ok: shape<OkFrame>({ n: optional(isCount) }),
  error: shape<ErrorFrame>({
    n: optional(isCount),
    code: isText,
    message: isText,
    retry: optional(isCount),
    detail: optional(isText),
  }),
  position: shape<PositionFrame>({ seq: isCount, private: isCount, acked: isCount }),
};

const isMember = shape<ReadyFrame['self']>({ id: isText, name: isText, role: isText, rights: isRecord });

/** The frames of a room. */
export const ROOM_FRAMES: FrameShapes<ReadyFrame | WaitingFrame> = {
  ...LATER_FRAMES,
  ready: shape<ReadyFrame>({
    epoch: isText,
    seq: isCount,
    private: isCount,
    recovered: isFlag,
    acked: isCount,
    self: isMember,
    policy: isRecord,
    latest: areEvents,
    snapshot: optional(
      shape<Snapshot>({
        room: isRecord,
        roster: shape<Snapshot['roster']>({ members: listOf(isMember), count: isCount }),
        history: areEvents,
        names: isRecord,
      }),
    ),
    direct: optional(areEvents),
    token: optional(isText),
  }),
  waiting: shape<WaitingFrame>({
    epoch: isText,
    private: isCount,
    acked: isCount,
    self: shape<WaitingFrame['self']>({ id: isText, name: isText }),
    room: isRecord,
    lobby: isRecord,
    token: optional(isText),
  }),
};

/** Whether a frame begins a connection anew. */
export const isFirst = <F extends FirstFrame>(frame: F | LaterFrame): frame is F =>
  frame.t === 'ready' || frame.t === 'waiting';

/** Reads a frame of the server. 'unknown': of a newer version, to be ignored. 'broken': can't be trusted to be whole. */
export function readFrame<F extends FirstFrame>(
  frames: FrameShapes<F>,
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
  const isIt = typeof value.t === 'string' && Object.hasOwn(frames, value.t) ? frames[value.t] : undefined;
  if (isIt === undefined) return 'unknown';
  return isIt(value) ? value : 'broken';
}
