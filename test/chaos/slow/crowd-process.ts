// Many members in one process, started by crowd.ts; ends with whoever started it.
import { inTurn } from '../../../bench/load/admission.ts';
import { type Answer, type Ask, faultsOf } from './crowd.ts';
import { Member } from './member.ts';

const members: Member[] = [];
const sum = (of: (member: Member) => number) => members.reduce((total, member) => total + of(member), 0);

async function carryOut(ask: Ask): Promise<Answer> {
  if (ask.do === 'join') {
    const names = Array.from({ length: ask.count }, (_, index) => `Slow ${index}`);
    members.push(
      ...(await inTurn(ask.count, 20, (index) => Member.join(ask.place, { name: names[index] ?? '' }))),
    );
  } else if (ask.do !== 'count' && ask.do !== 'judge') {
    for (const member of members) member[ask.do]();
  }
  const tooSlow = sum(({ closes }) => closes.filter((code) => code === 4000).length);
  return {
    least: Math.min(...members.map(({ order }) => order.length)),
    faults: ask.do === 'judge' ? faultsOf(members, ask.truth) : [],
    resumes: sum(({ resumes }) => resumes),
    snapshots: sum(({ snapshots }) => snapshots),
    tooSlow,
    otherCloses: sum(({ closes }) => closes.length) - tooSlow,
  };
}

process.on('message', (ask: Ask) => {
  carryOut(ask).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
// Nothing is left running when who started it is gone.
process.once('disconnect', () => process.exit(1));
