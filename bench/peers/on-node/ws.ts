// A room on ws as its documentation shows it: a loop over all clients. One process, no storage.
import { WebSocket, WebSocketServer } from 'ws';
import { eventText, memberId } from '../message.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) });
let seq = 0;

server.on('connection', (socket) => {
  const by = memberId();
  socket.on('message', (command: Buffer) => {
    seq += 1;
    const event = eventText(seq, by, command.toString());
    for (const each of server.clients) if (each.readyState === WebSocket.OPEN) each.send(event);
  });
});
