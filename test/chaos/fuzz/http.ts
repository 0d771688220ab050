/** What a join answers. */
export interface Joined {
  readonly member: { readonly id: string };
  readonly token: string;
  readonly ticket: string;
}

/** A join that was refused. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, answer: string) {
    super(`unable to join; ${status} ${answer}`);
    this.status = status;
  }
}

/** A room of a server, over HTTP and as its host. */
export class RoomAddress {
  readonly base: string;
  readonly code: string;
  readonly hostKey: string;
  constructor(base: string, { code, hostKey }: { readonly code: string; readonly hostKey: string }) {
    this.base = base;
    this.code = code;
    this.hostKey = hostKey;
  }

  async #post(path: string, bearer: string | null, body: object): Promise<Response> {
    return fetch(`${this.base}/v1/rooms/${this.code}/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    });
  }

  /** A seat for somebody new, or (with their token) for somebody who is back. */
  async join(body: object, token: string | null = null): Promise<Joined> {
    const response = await this.#post('join', token, body);
    if (!response.ok) throw new Refused(response.status, await response.text());
    return (await response.json()) as Joined;
  }

  /** A command with the host key; the status and what was answered. */
  async command(command: object): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await this.#post('commands', this.hostKey, command);
    return { status: response.status, body: await response.json() };
  }

  /** Where a socket goes, and what it has to offer. */
  socket(ticket: string): [url: string, protocols: string[]] {
    const url = `${this.base.replace('http', 'ws')}/v1/rooms/${this.code}/connect`;
    return [url, ['parley.v1', `parley.ticket.${ticket}`]];
  }
}
