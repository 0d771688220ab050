// A bot that keeps a room company: `node bot.ts http://127.0.0.1:8787 xmq-csla-eax`. Say !help to it.
import { joinRoom, type ParleyError } from 'parley/client';

const [server = 'http://127.0.0.1:8787', code = ''] = process.argv.slice(2);
const room = await joinRoom({ server, code, name: 'Dice' });
console.log(`In ${room.state.room.name}.`);

const answers: Record<string, (words: string[]) => string> = {
  roll: ([sides = '6']) => `It is a ${1 + Math.floor(Math.random() * (Number(sides) || 6))}.`,
  who: () => Array.from(room.state.members.values(), ({ name }) => name).join(', '),
  help: () => `I know ${Object.keys(answers).join(', ')}.`,
};

for await (const event of room.events('chat.sent', 'member.joined')) {
  // `resync`: some were not told one by one; a bot that answers has nothing to catch up on.
  if (event.t === 'resync' || event.by === room.state.self.id) continue;
  if (event.t === 'member.joined') await say(`Welcome, ${event.member.name}! Say !help to me.`);
  else if (event.body.kind === 'text' && event.body.text.startsWith('!')) {
    const [word = '', ...words] = event.body.text.slice(1).split(' ');
    const answer = answers[word];
    if (answer !== undefined) await say(answer(words), { replyTo: event.seq });
  }
}
console.log('It is over:', room.state.connection);

/** What the room refuses, say because the host has locked the chat, is no reason to go. */
async function say(...message: Parameters<typeof room.chat>): Promise<void> {
  await room.chat(...message).catch((refused: ParleyError) => console.log(refused.message));
}
