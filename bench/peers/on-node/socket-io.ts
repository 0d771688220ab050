// socket.io as its documentation shows it: a room, an event for each message, connection state recovery so that who
// was cut off gets what was missed. One process, WebSocket only, nothing on disk.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { type Command, eventOf, memberId } from '../message.ts';

const http = createServer((_, response) => response.writeHead(404).end());
const io = new Server(http, { transports: ['websocket'], connectionStateRecovery: {} });
let seq = 0;

io.on('connection', async (socket) => {
  const by = memberId();
  await socket.join('room');
  socket.on('m', (command: Command) => {
    seq += 1;
    io.to('room').emit('m', eventOf(seq, by, command));
  });
});

http.listen(Number(process.argv[2]), '127.0.0.1');
