import type { Json } from './json-schema.ts';

/** Definitions that read better under a name of their own than as what they are made of. */
const AS_NAMED: Readonly<Record<string, string>> = {
  MemberId: 'member id',
  ImageId: 'image id',
  Time: 'time',
  Count: 'count',
  CommandNumber: 'command number',
  Name: 'name',
  UserName: 'user name',
  RoomName: 'room name',
  Caption: 'caption',
  Text: 'text',
  ErrorCode: 'error code',
  WhenEmpty: '"end" or "stay"',
  Role: '"host" or "cohost" or "member" or "viewer"',
  Presence: '"online" or "away"',
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en') : '');

function bounds({ minimum, maximum }: Json): string {
  if (minimum === undefined && maximum === undefined) return '';
  const top = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (top === undefined) return `, from ${number(minimum)}`;
  return `, ${number(minimum)} to ${number(top)}`;
}

const either = (texts: readonly string[]): string => [...new Set(texts)].join(' or ');

/** A JSON Schema in a few words for a table: `member id`, `list of Event`, `"end" or "stay"`. */
export function typeText(schema: unknown): string {
  if (!isObject(schema)) return 'anything';
  const { $ref, type, items, maxItems } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.replace('#/$defs/', '');
    return AS_NAMED[name] ?? name;
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return either(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return either(choices.map(typeText));
  switch (type) {
    case 'array':
      return `list of ${typeText(items)}${maxItems === undefined ? '' : `, at most ${number(maxItems)}`}`;
    case 'integer':
      return `whole number${bounds(schema)}`;
    case 'object':
      return objectText(schema);
    case 'string':
      return schema.maxLength === undefined
        ? 'string'
        : `string, at most ${number(schema.maxLength)} characters`;
    case 'boolean':
    case 'number':
    case 'null':
      return type;
    default:
      return 'anything';
  }
}

function objectText({ properties, required }: Json): string {
  if (!isObject(properties)) return 'object';
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${name}${needed.includes(name) ? '' : '?'}: ${typeText(schema)}`,
  );
  return `{ ${fields.join('; ')} }`;
}

/** The fields of an object schema, one for each line of a table's cell. */
export function fieldsText({ properties, required }: Json): string {
  if (!isObject(properties)) return '';
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}\`${needed.includes(name) ? '' : ', optional'}: ${typeText(schema)}`)
    .join('<br>');
}
