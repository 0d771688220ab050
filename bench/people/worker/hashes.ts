// The least that a log in can be: one hash of a password, by the product's own cost, and an answer.
import { scryptPasswords } from '../../../src/worker/accounts/passwords.ts';

export default {
  fetch(): Response {
    return Response.json({ matches: scryptPasswords.matches('a password of somebody', null) });
  },
};
