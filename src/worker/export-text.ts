import type {
  ExportEntries,
  ExportFormat,
  ExportKind,
  PollEntry,
  TranscriptEntry,
} from '../protocol/index.ts';
import { CSV_BEGIN, csvRow, iso } from './csv.ts';

/** Writes an export piece by piece: begin, each page as it comes, end. */
export interface Writer<E> {
  begin(room: string): string;
  page(entries: readonly E[]): string;
  end(): string;
}

type Row = readonly (string | number)[];
interface Table<E> {
  readonly head: Row;
  readonly rows: (entry: E) => readonly Row[];
}

function pollRows(entry: PollEntry): readonly Row[] {
  if (entry.kind === 'vote')
    return entry.options.map((option) => [
      'vote',
      entry.poll,
      '',
      '',
      '',
      option,
      '',
      entry.name,
      entry.member,
    ]);
  const { poll, at, closedAt, question, options, counts } = entry;
  return options.map((option, index) => [
    'result',
    poll,
    iso(at),
    iso(closedAt),
    question,
    option,
    counts[index] ?? 0,
    '',
    '',
  ]);
}

const stateOf = ({ edited, deleted }: TranscriptEntry): string =>
  deleted ? 'deleted' : edited ? 'edited' : '';

/** The columns of each export as a table. */
const TABLES: { readonly [K in ExportKind]: Table<ExportEntries[K]> } = {
  transcript: {
    head: ['Number', 'Time (UTC)', 'Name', 'Member', 'Text', 'Picture', 'File', 'Answers', 'State'],
    rows: (entry) => [
      [
        entry.seq,
        iso(entry.at),
        entry.name,
        entry.by ?? '',
        entry.text,
        entry.image ?? '',
        entry.file ?? '',
        entry.reply ?? '',
        stateOf(entry),
      ],
    ],
  },
  polls: {
    head: [
      'Kind',
      'Poll',
      'Opened (UTC)',
      'Closed (UTC)',
      'Question',
      'Option',
      'Votes',
      'Voter',
      'Voter’s id',
    ],
    rows: pollRows,
  },
  audit: {
    head: ['Number', 'Time (UTC)', 'Act', 'By', 'By (id)', 'Whom', 'Whom (id)', 'Detail'],
    rows: (entry) => [
      [
        entry.seq,
        iso(entry.at),
        entry.action,
        entry.byName,
        entry.by ?? '',
        entry.memberName,
        entry.member ?? '',
        JSON.stringify(entry.detail),
      ],
    ],
  },
};

const csvWriter = <E>({ head, rows }: Table<E>): Writer<E> => ({
  begin: () => CSV_BEGIN + csvRow(head),
  page: (entries) => entries.flatMap(rows).map(csvRow).join(''),
  end: () => '',
});

/** One array. An export that broke off is no whole JSON, so nobody takes it for one. */
function jsonWriter<E>(): Writer<E> {
  let isFirst = true;
  return {
    begin: () => '[',
    page: (entries) => {
      const texts = entries.map((entry) => JSON.stringify(entry)).join(',\n');
      const joint = isFirst || texts === '' ? '' : ',\n';
      isFirst &&= texts === '';
      return joint + texts;
    },
    end: () => ']\n',
  };
}

/** All but the first line of a text are set in: none of them can pass for a message of somebody else. */
const setIn = (text: string): string => text.replace(/\r\n|[\r\n\u2028\u2029\u0085]/g, '\n    ');

function line(entry: TranscriptEntry): string {
  const { at, name, text, image, file } = entry;
  const parts = [
    image === undefined ? '' : `(picture ${image})`,
    file === undefined ? '' : `(file ${file})`,
    setIn(text),
    entry.deleted ? '(deleted)' : entry.edited ? '(edited)' : '',
  ];
  return `[${iso(at).slice(11, 16)}] ${name}: ${parts.filter((part) => part !== '').join(' ')}\n`;
}

/** For reading: the room's name, each day, and a line per message. */
function textWriter(): Writer<TranscriptEntry> {
  let day = '';
  const titled = (entry: TranscriptEntry): string => {
    const today = iso(entry.at).slice(0, 10);
    const isSame = today === day;
    day = today;
    return isSame ? line(entry) : `\n${today} (UTC)\n${line(entry)}`;
  };
  return {
    begin: (room) => `${room}\n`,
    page: (entries) => entries.map(titled).join(''),
    end: () => '',
  };
}

/** Every export in every format that it comes in. */
const WRITERS: {
  readonly [K in ExportKind]: Readonly<Partial<Record<ExportFormat, () => Writer<ExportEntries[K]>>>>;
} = {
  transcript: { json: jsonWriter, csv: () => csvWriter(TABLES.transcript), txt: textWriter },
  polls: { json: jsonWriter, csv: () => csvWriter(TABLES.polls) },
  audit: { json: jsonWriter, csv: () => csvWriter(TABLES.audit) },
};

/** A new writer; null where the export does not come in that format. */
export const writerOf = <K extends ExportKind>(
  what: K,
  format: ExportFormat,
): Writer<ExportEntries[K]> | null => WRITERS[what][format]?.() ?? null;
