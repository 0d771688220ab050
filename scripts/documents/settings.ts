import { table } from './tables.ts';

interface Setting {
  readonly name: string;
  readonly standard: string;
  readonly text: string;
}
interface Group {
  readonly title: string;
  readonly settings: readonly Setting[];
}

const ASSIGNMENT = /^([A-Z][A-Z0-9_]*) = "(.*)"$/;

/** The default that a comment names, as it stands there; texts are in quotation marks. */
const namedDefault = (text: string): string | undefined => /\bDefault ("[^"]*"|[\d.]+)/.exec(text)?.[1];

function readSetting(name: string, standard: string, comment: readonly string[]): Setting {
  const text = comment.join(' ');
  const named = namedDefault(text);
  if (named === undefined) throw new Error(`wrangler.toml: the comment on ${name} names no default`);
  if (named.replace(/^"|"$/g, '').replace(/\.$/, '') !== standard)
    throw new Error(`wrangler.toml: ${name} is "${standard}", its comment says ${named}`);
  return { name, standard, text };
}

/**
 * Reads [vars] of wrangler.toml. A comment right above a setting belongs to it; one that is followed by an empty line
 * is the title of what comes next. Throws where a setting has no comment, or one that names another default.
 */
export function readSettings(toml: string): readonly Group[] {
  const start = toml.indexOf('\n[vars]\n');
  if (start === -1) throw new Error('wrangler.toml has no [vars]');
  const groups: { title: string; settings: Setting[] }[] = [];
  let comment: string[] = [];
  for (const line of toml.slice(start + '\n[vars]\n'.length).split('\n')) {
    if (line.startsWith('[')) break;
    if (line.startsWith('#')) comment.push(line.slice(1).trim());
    else if (line.trim() === '') {
      if (comment.length > 0) groups.push({ title: comment.join(' '), settings: [] });
      comment = [];
    } else {
      const [, name, standard] = ASSIGNMENT.exec(line) ?? [];
      if (name === undefined || standard === undefined)
        throw new Error(`wrangler.toml: unable to read "${line}"`);
      const group = groups.at(-1);
      if (group === undefined) throw new Error(`wrangler.toml: ${name} stands under no title`);
      group.settings.push(readSetting(name, standard, comment));
      comment = [];
    }
  }
  return groups;
}

/** The settings as Markdown: a table for each group. */
export const settingsTables = (toml: string): string =>
  readSettings(toml)
    .map(({ title, settings }) => {
      const rows = settings.map(({ name, standard, text }) => [
        `\`${name}\``,
        standard === '' ? '(empty)' : `\`${standard}\``,
        text,
      ]);
      const heading = title.endsWith('.') ? title : `**${title}**`;
      return `${heading}\n\n${table(['setting', 'default', 'unit, meaning, reason to change it'], rows)}`;
    })
    .join('\n\n');
