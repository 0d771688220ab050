import { PROTOCOL_VERSION } from '../protocol/index.ts';
import type { Ready } from './fan-out.ts';
import type { LogView } from './feature.ts';
import type { Batch, Journal } from './journal.ts';
import type { Meter } from './meter.ts';
import type { Replay } from './replay.ts';
import type { Session, Sessions } from './session.ts';
import type { State } from './state.ts';

/** What a first frame says of its member, and how much of the room they see. */
export interface About {
  readonly scope: Session['scope'];
  readonly fields: object;
}

export interface WelcomeOptions {
  readonly epoch: string;
  readonly state: State;
  readonly sessions: Sessions;
  readonly journal: Journal;
  readonly replay: Replay;
  readonly log: LogView;
  readonly meter: Meter;
  /** The room as everybody sees it, as JSON text. Made once for all who come with a commit. */
  readonly snapshot: (state: State, log: LogView) => string;
  /** Null: they have left again meanwhile. */
  readonly welcome: (
    state: State,
    member: string,
    log: LogView,
    scope: { readonly whole: boolean; readonly hasPrivate: boolean },
  ) => About | null;
}

/** Makes the first frames of those who came, or came back, with a commit. */
export class Welcome {
  readonly #options: WelcomeOptions;

  constructor(options: WelcomeOptions) {
    this.#options = options;
  }

  /** Call it when state and disk are the same. */
  of(batch: Batch): ReadonlyMap<Session, Ready> {
    const { state, sessions, log, snapshot } = this.#options;
    const ready = new Map<Session, Ready>();
    let whole: string | undefined;
    let latest: string | undefined;
    for (const session of batch.joiners) {
      const isHere = session.phase.kind === 'joining' && sessions.isCurrent(session);
      const first = isHere ? this.#first(session, batch) : null;
      if (first === null) continue;
      let text = JSON.stringify(first.own);
      if (session.scope === 'all') {
        latest ??= Array.from(state.allLatest(), (event) => event.text).join(',');
        text = `${text.slice(0, -1)},"latest":[${latest}]`;
        if (!first.recovered) {
          whole ??= snapshot(state, log);
          text += `,"snapshot":${whole}`;
        }
        text += '}';
      }
      ready.set(session, { text, ...first.at });
    }
    return ready;
  }

  #first(session: Session, batch: Batch) {
    const { epoch, state, journal, replay, log, meter, welcome } = this.#options;
    const { phase, member } = session;
    if (phase.kind !== 'joining') return null;
    const mark = journal.mark(member);
    const now = { epoch, head: batch.head, last: batch.last, private: mark.private };
    const recovered = phase.resume !== null && replay.canResume(phase.resume, member, now);
    const about = welcome(state, member, log, { whole: !recovered, hasPrivate: mark.private > 0 });
    if (about === null) return null;
    if (about.scope === 'all') meter.welcomed(recovered, phase.resume !== null);
    session.scope = about.scope;
    // Who waits is not told what was told to them before, in the meeting.
    const at = recovered && about.scope === 'all' ? phase.resume : { seq: batch.head, private: mark.private };
    const own = {
      t: about.scope === 'all' ? 'ready' : 'waiting',
      v: PROTOCOL_VERSION,
      epoch,
      // Whoever sees only what is their own is not told how much else there is.
      ...(about.scope === 'all' ? { seq: at.seq, recovered } : {}),
      private: at.private,
      acked: mark.acked,
      ...about.fields,
      ...(phase.token === null ? {} : { token: phase.token }),
    };
    return { own, recovered, at: { seq: at.seq, private: at.private } };
  }
}
