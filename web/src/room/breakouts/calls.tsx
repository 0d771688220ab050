import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { RoomEvent } from '../../../../src/protocol/index.ts';
import { useIsHost, useRoom, useView } from '../room-context.tsx';

/** A way into a breakout room. */
export type Call = Pick<RoomEvent<'breakout.called'>, 'breakout' | 'code' | 'token'>;

interface Calls {
  /** Where you have been sent and have not gone yet. */
  readonly invited: Call | null;
  /** Where you are. */
  readonly inside: Call | null;
  /** Asks for the way into a room; when it comes you are there. */
  ask(breakout: string): Promise<unknown>;
  go(call: Call): void;
  /** Back to the main room, or not to go at all. */
  back(): void;
}

const CallsContext = createContext<Calls | null>(null);

export function useCalls(): Calls {
  const calls = useContext(CallsContext);
  if (calls === null)
    throw new Error('unable to use the calls; the component stands outside of CallsProvider');
  return calls;
}

/** Ways into breakout rooms. Whoever asked to go goes at once, and so does whoever is moved on; others are asked. */
export function CallsProvider({ children }: { children: ReactNode }) {
  const room = useRoom();
  const isHost = useIsHost();
  const mayChoose = useView((view) => view.breakouts?.assign === 'choose') || isHost;
  const place = useView((view) => view.breakouts?.places.get(view.self.id) ?? null);
  const [invited, setInvited] = useState<Call | null>(null);
  const [inside, setInside] = useState<Call | null>(null);
  const asked = useRef<string | null>(null);
  const isInside = inside !== null;

  const go = useCallback((call: Call) => {
    asked.current = null;
    setInvited(null);
    setInside(call);
  }, []);
  const ask = useCallback(
    (breakout: string) => {
      asked.current = breakout;
      return room.chooseBreakout(breakout);
    },
    [room],
  );
  const away = useCallback(() => {
    setInvited(null);
    setInside(null);
  }, []);
  const back = useCallback(() => {
    away();
    // Who was sent there still belongs there, and can go again.
    if (mayChoose) room.chooseBreakout(null).catch(() => undefined);
  }, [room, mayChoose, away]);

  useEffect(
    () =>
      room.on('breakout.called', ({ breakout, code, token }) => {
        const call = { breakout, code, token };
        if (asked.current === breakout || isInside) go(call);
        else setInvited(call);
      }),
    [room, isInside, go],
  );
  // Moved or called back by a host, or it is over.
  const stale = [invited, inside].some((call) => call !== null && call.breakout !== place);
  useEffect(() => {
    if (!stale) return;
    setInvited((call) => (call?.breakout === place ? call : null));
    setInside((call) => (call?.breakout === place ? call : null));
  }, [stale, place]);

  const calls = useMemo(() => ({ invited, inside, ask, go, back }), [invited, inside, ask, go, back]);
  return <CallsContext value={calls}>{children}</CallsContext>;
}
