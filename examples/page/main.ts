import { createRoom, joinRoom, type RoomConnection, type RoomView } from 'parley/client';

// Left out where the page comes from the same server.
const server = new URLSearchParams(location.search).get('server') ?? location.origin;
const element = (id: string): HTMLElement => document.getElementById(id) ?? document.body;

function onSubmit(id: string, act: (fields: FormData, form: HTMLFormElement) => Promise<unknown>): void {
  const form = element(id) as HTMLFormElement;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const problem = await act(new FormData(form), form).then(() => '', String);
    element('problem').textContent = problem;
  });
}

onSubmit('door', async (fields) => {
  const name = String(fields.get('name'));
  const code = String(fields.get('code')) || (await createRoom({ server, name: 'Chat' })).code;
  void show(await joinRoom({ server, code, name }));
});

async function show(room: RoomConnection): Promise<void> {
  element('door').hidden = true;
  element('room').hidden = false;
  onSubmit('say', async (fields, form) => {
    form.reset();
    await room.chat(String(fields.get('text')));
  });
  for await (const state of room.changes()) render(state);
}

function render({ room, connection, names, messages, count }: RoomView): void {
  element('status').textContent = `${room.code}: ${count} here, ${connection.status}`;
  const lines = messages.map((message) => {
    const line = document.createElement('li');
    const said =
      message.t === 'chat.sent' && message.body.kind === 'text' ? message.body.text : '(something else)';
    line.textContent = `${names.get(message.by ?? '')}: ${said}`;
    return line;
  });
  element('messages').replaceChildren(...lines);
}
