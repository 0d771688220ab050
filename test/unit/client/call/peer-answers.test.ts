import { describe, expect, test } from 'vitest';
import { LOOK_AFTER } from '../../../../src/client/call/peer.ts';
import { pair, SOON } from './fake-ends.ts';

// An offer that nobody seems to have heard is said again, so that one offer may get two answers.

describe('two answers to one offer', () => {
  test('that come late: the second does not pass for the answer to the next offer', async () => {
    const { clock, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    polite.late = LOOK_AFTER + 2_000;
    const camera = bold.give('camera');
    await clock.pass(5_000);
    // While that offer is open: it needs one of its own.
    const microphone = bold.give('microphone');
    await clock.pass(10 * LOOK_AFTER);
    expect([arrives(polite, 'camera'), arrives(polite, 'microphone')]).toEqual([camera.id, microphone.id]);
  });

  test('of which the second says more: what it says holds in the end', async () => {
    const { clock, bold, polite, arrives } = pair();
    await clock.pass(SOON);
    // It was handed on, and the line dropped before the room could say so.
    polite.rule = ({ kind }) => (kind === 'description' ? 'untold' : 'sent');
    const camera = bold.give('camera');
    await clock.pass(SOON);
    polite.rule = () => 'sent';
    const microphone = polite.give('microphone');
    polite.peer.sync();
    await clock.pass(SOON);
    expect([arrives(polite, 'camera'), arrives(bold, 'microphone')]).toEqual([camera.id, microphone.id]);
  });

  test('of which an older page does not say to which: they count as they did', async () => {
    const { clock, bold, polite, arrives } = pair();
    polite.withoutNumbers = bold.withoutNumbers = true;
    const camera = bold.give('camera');
    await clock.pass(SOON);
    expect(arrives(polite, 'camera')).toBe(camera.id);
  });
});
