import type { Message } from '../../../../src/client/index.ts';

/** What can be asked of a message that needs more than a press. */
export interface MessageTools {
  readonly reply: (message: Message) => void;
  readonly edit: (message: Message) => void;
  readonly remove: (message: Message) => void;
}
