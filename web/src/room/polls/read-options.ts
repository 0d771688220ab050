import { LIMITS } from '../../../../src/protocol/index.ts';

/** One option per line, without blank lines and what stands there twice. */
export const readOptions = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

/** What is wrong with a question, as a key of the texts; null: nothing. */
export function checkPoll(
  question: string,
  options: readonly string[],
):
  | 'polls.questionMissing'
  | 'polls.questionLong'
  | 'polls.optionsFew'
  | 'polls.optionsMany'
  | 'polls.optionLong'
  | null {
  if (question.trim() === '') return 'polls.questionMissing';
  if ([...question.trim()].length > LIMITS.pollQuestionLength) return 'polls.questionLong';
  if (options.length < 2) return 'polls.optionsFew';
  if (options.length > LIMITS.pollOptions) return 'polls.optionsMany';
  if (options.some((option) => [...option].length > LIMITS.pollOptionLength)) return 'polls.optionLong';
  return null;
}

/** Share of the voters in whole percent. */
export const percent = (votes: number, voters: number): number =>
  voters === 0 ? 0 : Math.round((votes / voters) * 100);
