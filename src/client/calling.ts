import type { CommandInput } from '../protocol/registry.ts';
import { command } from './asking.ts';
import type { Call } from './http.ts';
import type { Receipt } from './receipt.ts';
import type { Session } from './session.ts';
import type { Is } from './shape.ts';

/**
 * What a member tells the room about the call: that they are in it, what their browser says to another one, that they
 * record. `state.call` and `state.calls` say how it is. Pictures and sound themselves are the matter of `openCall`.
 */
export class Calling {
  readonly #session: Session;

  /** @internal Use `room.calling`. */
  constructor(session: Session) {
    this.#session = session;
  }

  /** Enters the call under an id of your own (`c_` and 22 base64url characters). Anew on each connection, with the same id. */
  enter(call: string): Promise<Receipt<'call.enter'>> {
    return command(this.#session, 'call.enter', { call });
  }
  /** Leaves the call, which switches off what you have on; you stay in the room. */
  exit(): Promise<Receipt<'call.exit'>> {
    return command(this.#session, 'call.exit', {});
  }
  /** Says something to another member so as to connect; they get it as the event `signal.sent`. */
  signal(signal: CommandInput<'signal.send'>): Promise<Receipt<'signal.send'>> {
    return command(this.#session, 'signal.send', signal);
  }
  /** Announces that you record, for all to see; for hosts. */
  startRecording(): Promise<Receipt<'recording.start'>> {
    return command(this.#session, 'recording.start', {});
  }
  /** Ends the recording, yours or that of another host, whose client stops when it is told; for hosts. */
  stopRecording(): Promise<Receipt<'recording.stop'>> {
    return command(this.#session, 'recording.stop', {});
  }
  /** @internal Resolves when all that was missed while the connection was away has been told. */
  caughtUp(): Promise<unknown> {
    return this.#session.caughtUp();
  }
  /** @internal Asks the server over HTTP, as this member and below the room's path, for what a call needs. Rejects as `Http` does. */
  request<T>(call: Pick<Call, 'method' | 'path' | 'json'>, is: Is<T>): Promise<T> {
    const { http, path, token } = this.#session;
    return http.json({ ...call, path: path + call.path, bearer: token }, is);
  }
}
