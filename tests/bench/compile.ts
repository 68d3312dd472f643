import { rmSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Compiles the programs, and the library with them, into JavaScript as the package ships it: one file a module, run
 * by plain Node. Types are checked elsewhere.
 *
 * @returns where the program of a name lies
 */
export function compilePrograms(root: string, outDir: string, names: readonly string[]): (name: string) => string {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config,
    ts.sys,
    root,
  );
  const folder = join('tests', 'bench', 'programs');
  const program = ts.createProgram(
    names.map((name) => join(root, folder, `${name}.ts`)),
    { ...options, noEmit: false, noCheck: true, rootDir: root, outDir },
  );
  rmSync(outDir, { recursive: true, force: true });
  const { diagnostics } = program.emit();
  const problems = [...program.getSyntacticDiagnostics(), ...diagnostics];
  if (problems.length > 0)
    throw new Error(
      ts.formatDiagnostics(problems, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
  return (name) => join(outDir, folder, `${name}.js`);
}
