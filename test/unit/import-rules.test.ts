import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/support.ts';

// A rule about imports that no longer matches anything looks just like one that everybody keeps.

type Report = { diagnostics: { category: string; location: { path: string } }[] };

/** Who may import whom. Left out: everybody but web may be imported by tests. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/protocol': [],
  'src/platform': ['src/protocol'],
  'src/engine': ['src/protocol', 'src/platform'],
  'src/room-object': ['src/protocol', 'src/platform', 'src/engine'],
  'src/room-object/features': ['src/protocol', 'src/platform', 'src/engine'],
  'src/user-object': ['src/protocol', 'src/platform', 'src/engine'],
  'src/user-object/features': ['src/protocol', 'src/platform', 'src/engine'],
  'src/worker': ['src/protocol', 'src/platform', 'src/engine', 'src/room-object', 'src/user-object'],
  'src/client': ['src/protocol'],
  'web/src': ['src/protocol', 'src/client'],
};
const FOLDERS = Object.keys(MAY_IMPORT).filter((folder) => !folder.endsWith('/features'));

/** The complaints of the linter, as "rule path", about a project that holds these files under the project's rules. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'parley-imports-'));
  try {
    copyFileSync(`${root}biome.json`, join(folder, 'biome.json'));
    for (const [path, code] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), code);
    }
    const { stdout } = spawnSync(
      process.execPath,
      [
        `${root}node_modules/@biomejs/biome/bin/biome`,
        'lint',
        '--vcs-enabled=false',
        '--reporter=json',
        '--max-diagnostics=none',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    const report = JSON.parse(stdout) as Report;
    return report.diagnostics
      .map(({ category, location }) => `${category.split('/').at(-1)} ${location.path}`)
      .sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const upTo = (folder: string) => '../'.repeat(folder.split('/').length);
const slug = (folder: string) => folder.replaceAll('/', '_');

/** For each folder one file per other folder, which imports a type or a value from there. */
function importsBetween(folders: readonly string[], allowed: boolean): Record<string, string> {
  const files: Record<string, string> = {};
  for (const from of folders) {
    for (const to of FOLDERS) {
      if (from === to || from.startsWith(`${to}/`)) continue;
      if ((MAY_IMPORT[from] ?? []).includes(to) !== allowed) continue;
      const specifier = `${upTo(from)}${to}/thing.ts`;
      files[`${from}/value_${slug(to)}.ts`] =
        `import { thing } from '${specifier}';\nexport const other = thing;\n`;
      files[`${from}/type_${slug(to)}.ts`] =
        `import type { thing } from '${specifier}';\nexport type Other = typeof thing;\n`;
      files[`${from}/late_${slug(to)}.ts`] = `export const other = () => import('${specifier}');\n`;
    }
  }
  return files;
}

describe('the rules of who may import whom', () => {
  const folders = Object.keys(MAY_IMPORT);

  test('refuse every import that points upwards or sideways', () => {
    const files = importsBetween(folders, false);
    expect(Object.keys(files).length).toBeGreaterThan(100);
    expect(lint(files)).toEqual(
      Object.keys(files)
        .map((path) => `noRestrictedImports ${path}`)
        .sort(),
    );
  });

  test('let every import pass that points downwards', () => {
    expect(lint(importsBetween(folders, true))).toEqual([]);
  });

  test('keep features from importing each other, and let them import what all of them stand on', () => {
    for (const object of ['src/room-object', 'src/user-object']) {
      const chat = `${object}/features/chat.ts`;
      const imports = (from: string) =>
        lint({ [chat]: `import { a } from '${from}';\nexport const b = a;\n` });
      expect(imports('./polls.ts')).toEqual([`noRestrictedImports ${chat}`]);
      expect(imports('../features/polls.ts')).toEqual([`noRestrictedImports ${chat}`]);
      expect(imports('../tables/members.ts')).toEqual([]);
      const registry = `${object}/registry.ts`;
      expect(lint({ [registry]: "import { a } from './features/chat.ts';\nexport const b = a;\n" })).toEqual(
        [],
      );
    }
  });

  test('keep tests, measurements and scripts out of the page', () => {
    const paths = ['test/unit/a.ts', 'bench/a/b.ts', 'scripts/a.ts'];
    const files = Object.fromEntries(
      paths.map((path) => [path, "import { a } from '../../web/src/a.ts';\nexport const b = a;\n"]),
    );
    expect(lint(files)).toEqual(paths.map((path) => `noRestrictedImports ${path}`).sort());
  });

  test("keep Node's modules out of what runs elsewhere", () => {
    const paths = folders.map((folder) => `${folder}/a.ts`);
    const files = Object.fromEntries(paths.map((path) => [path, "export { readFile } from 'node:fs';\n"]));
    expect(lint(files)).toEqual(paths.map((path) => `noNodejsModules ${path}`).sort());
  });

  test('refuse a circle of imports, of types too', () => {
    const circle = (kind: string) => ({
      'src/engine/a.ts': `import ${kind} { B } from './b.ts';\nexport type A = B | 1;\nexport class C {}\n`,
      'src/engine/b.ts': `import ${kind} { A } from './a.ts';\nexport type B = A | 2;\n`,
    });
    expect(lint(circle('type'))).toEqual([
      'noImportCycles src/engine/a.ts',
      'noImportCycles src/engine/b.ts',
    ]);
  });
});
