import { type Call, openCall, openDevices } from '../../../src/client/call/index.ts';
import { createRoom, joinRoom } from '../../../src/client/index.ts';

// What a page without a framework does with the SDK, and no more: the test calls it by hand.

const connections: RTCPeerConnection[] = [];
const sockets: WebSocket[] = [];

class Watched extends RTCPeerConnection {
  constructor(configuration: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }
}
class Cuttable extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

/** What sounds, by its track. A browser decodes sound only where it is played. */
const players = new Map<MediaStreamTrack, HTMLAudioElement>();

function play({ state }: Call): void {
  const tracks = Array.from(state.members.values(), ({ microphone }) => microphone);
  for (const track of tracks) {
    if (track === null || players.has(track)) continue;
    const player = new Audio();
    player.autoplay = true;
    player.srcObject = new MediaStream([track]);
    players.set(track, player);
  }
  for (const [track, player] of players) {
    if (tracks.includes(track)) continue;
    player.srcObject = null;
    players.delete(track);
  }
}

/** Comes into the call of a room. */
async function come(code: string, name: string, hostKey?: string) {
  const room = await joinRoom({
    code,
    name,
    WebSocket: Cuttable,
    ...(hostKey === undefined ? {} : { hostKey }),
  });
  const call = openCall(room, { peerConnection: Watched });
  const devices = openDevices();
  call.subscribe(() => play(call));
  return { room, call, devices, id: room.state.self.id };
}

/** What has come in so far over each connection that is open. */
async function received() {
  const open = connections.filter(({ connectionState }) => connectionState !== 'closed');
  const reports = await Promise.all(open.map((connection) => connection.getStats()));
  return reports.map((report) => {
    let frames = 0;
    let energy = 0;
    for (const entry of report.values()) {
      if (entry.type !== 'inbound-rtp') continue;
      frames += entry.framesDecoded ?? 0;
      energy += entry.totalAudioEnergy ?? 0;
    }
    return { frames, energy };
  });
}

/** What has come in so far of each member, by their id: of what is shown of them at this moment. */
async function receivedOf({ call }: Awaited<ReturnType<typeof come>>) {
  const reports = await Promise.all(connections.map((connection) => connection.getStats()));
  const entries = reports
    .flatMap((report) => [...report.values()])
    .filter(({ type }) => type === 'inbound-rtp');
  const of = (track: MediaStreamTrack | null) =>
    entries.find(({ trackIdentifier }) => track !== null && trackIdentifier === track.id);
  return Array.from(call.state.members, ([member, { camera, microphone }]) => ({
    member,
    frames: Number(of(camera)?.framesDecoded ?? 0),
    energy: Number(of(microphone)?.totalAudioEnergy ?? 0),
  }));
}

/** The loudest that each was within two seconds. */
async function loudest({ call }: Awaited<ReturnType<typeof come>>, ids: readonly string[]) {
  const most = ids.map(() => 0);
  const off = call.levels.subscribe(() => {
    for (const [index, id] of ids.entries()) most[index] = Math.max(most[index] ?? 0, call.levels.of(id));
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  off();
  return most;
}

/** How speech is sent, as the browser says it: the parameters of its codec. */
async function speech(): Promise<string[]> {
  const reports = await Promise.all(connections.map((connection) => connection.getStats()));
  return reports.flatMap((report) => {
    const stats = [...report.values()];
    const sent = stats.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'audio');
    const codec = stats.find(({ id }) => id === sent?.codecId);
    return [String(codec?.sdpFmtpLine)];
  });
}

const fragments = () =>
  connections.map(({ localDescription }) => /^a=ice-ufrag:(.*)$/m.exec(localDescription?.sdp ?? '')?.[1]);

/** How many sections the connection that was made last has had so far, those that are over included. */
const sections = () => connections.at(-1)?.localDescription?.sdp.match(/^m=/gm)?.length ?? 0;
const descriptions = () => connections.map(({ localDescription }) => localDescription?.sdp.length ?? 0);
export const page = {
  createRoom,
  come,
  received,
  receivedOf,
  descriptions,
  sections,
  fragments,
  loudest,
  speech,
  made: () => connections.length,
  open: () => connections.filter(({ connectionState }) => connectionState !== 'closed').length,
  cut: () => sockets.at(-1)?.close(4_999),
};
Object.assign(globalThis, { page });
