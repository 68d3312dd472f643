/** How fast, beside others that do the same: `npm run bench [-- --json] [-- --quick] [-- --only orders]`. Ratios are what counts. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, type Contender } from './contenders.ts';
import { raceForOrders, type OrdersRow } from './shop-orders.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';

const GNU_TIME = '/usr/bin/time';

/** Middle of the rounds of one program. */
interface Row {
  readonly shape: string;
  readonly name: string;
  readonly services: number;
  readonly rounds: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number | null;
  readonly peakMib: number | null;
}

type Sample = Pick<Row, 'wallSeconds' | 'cpuSeconds' | 'peakMib'>;

/** One whole process, from its start to its last file. */
function sample(command: readonly string[], work: string, mayEndWith: readonly number[]): Sample {
  const [program = '', ...args] = command;
  const stats = join(work, 'time.txt');
  const hasTime = existsSync(GNU_TIME);
  const start = process.hrtime.bigint();
  const { status, stderr } = hasTime
    ? spawnSync(GNU_TIME, ['-o', stats, '-f', '%U %S %M', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 30 })
    : spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const wallSeconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (status !== 0 && !mayEndWith.includes(status ?? -1))
    throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`);
  if (!hasTime) return { wallSeconds, cpuSeconds: null, peakMib: null };
  // Above the numbers it notes an exit code that is not 0.
  const numbers = readFileSync(stats, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = 0, system = 0, kib = 0] = numbers.split(' ').map(Number);
  return { wallSeconds, cpuSeconds: user + system, peakMib: kib / 1024 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** All contenders in turn, round by round, so that what else the machine does meets them alike. */
function race(shape: string, all: readonly Contender[], services: number, rounds: number, work: string): Row[] {
  const runners = all.filter(({ upTo }) => services <= upTo);
  const samples = new Map<string, Sample[]>(runners.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const { name, command, mayEndWith = [] } of runners) {
      const folder = join(work, 'out');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      samples.get(name)?.push(sample(command(services, folder), work, mayEndWith));
    }
  return [...samples].map(([name, taken]) => ({
    shape,
    name,
    services,
    rounds,
    wallSeconds: median(taken.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: taken.some(({ cpuSeconds }) => cpuSeconds === null)
      ? null
      : median(taken.map(({ cpuSeconds }) => cpuSeconds ?? 0)),
    peakMib: taken.some(({ peakMib }) => peakMib === null) ? null : median(taken.map(({ peakMib }) => peakMib ?? 0)),
  }));
}

/** The command line: programs that write and judge manifests. */
function raceOfPrograms(isQuick: boolean): { readonly rows: readonly Row[]; readonly missing: readonly string[] } {
  const work = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  try {
    const { five, full, check, missing } = contenders(ROOT, work);
    const sizes = isQuick ? [100, 1_000] : [100, 1_000, 10_000];
    const rows = sizes.flatMap((services) => {
      const rounds = services === 10_000 || isQuick ? 3 : 7;
      return [...race('five', five, services, rounds, work), ...race('full', full, services, rounds, work)];
    });
    execFileSync(process.execPath, [join(ROOT, 'scripts/dev/build.mjs'), 'cli']);
    const starts: readonly Contender[] = [
      { name: 'node -e 0', upTo: 1, command: () => [process.execPath, '-e', '0'] },
      {
        name: 'weft --version',
        upTo: 1,
        command: () => [process.execPath, join(ROOT, 'build/cli/main.js'), '--version'],
      },
    ];
    rows.push(...race('start', starts, 1, 21, work));
    // Five objects a service: 40, 5,000 and 50,000.
    const node = starts.slice(0, 1).map((contender) => ({ ...contender, upTo: 8 }));
    rows.push(...race('check', [...check, ...node], 8, 21, work));
    for (const services of isQuick ? [1_000] : [1_000, 10_000])
      rows.push(...race('check', check, services, services === 10_000 ? 3 : 7, work));
    return { rows, missing };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const { values: wanted } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});
const PARTS = ['programs', 'orders'];
if (wanted.only !== undefined && !PARTS.includes(wanted.only))
  throw new Error(`--only ${wanted.only}: there are ${PARTS.join(' and ')}`);
const { rows, missing } = wanted.only === 'orders' ? { rows: [], missing: [] } : raceOfPrograms(wanted.quick);
const orders = wanted.only === 'programs' ? [] : await raceForOrders(wanted.quick);
if (wanted.json)
  process.stdout.write(`${JSON.stringify({ schemaVersion: 1, kind: 'Benchmark', rows, orders, missing }, null, 2)}\n`);
else {
  if (rows.length > 0) process.stdout.write(table(rows, missing));
  if (orders.length > 0) process.stdout.write(ordersTable(orders));
}

function table(rows: readonly Row[], missing: readonly string[]): string {
  const of = (shape: string, name: string, services: number) =>
    rows.find((row) => row.shape === shape && row.name === name && row.services === services);
  const lines = rows.map((row) => {
    const base =
      row.shape === 'start'
        ? of('start', 'node -e 0', 1)
        : row.shape === 'check'
          ? of('check', 'weft check', row.services)
          : of('five', 'weft', row.services);
    const ratio = base && row.shape !== 'full' ? (row.wallSeconds / base.wallSeconds).toFixed(2) : '-';
    const smaller = of(row.shape, row.name, row.services / 10);
    return [
      row.shape,
      row.name,
      String(row.services),
      row.wallSeconds.toFixed(3),
      row.cpuSeconds?.toFixed(2) ?? '-',
      row.peakMib?.toFixed(0) ?? '-',
      ratio,
      smaller ? (row.wallSeconds / smaller.wallSeconds).toFixed(1) : '-',
      row.shape === 'start' ? '-' : (row.services / (row.cpuSeconds ?? row.wallSeconds)).toFixed(0),
    ];
  });
  const head = [
    'shape',
    'program',
    'services',
    'wall s',
    'CPU s',
    'peak MiB',
    'to weft / node',
    'to a tenth',
    'services / CPU s',
  ];
  const text = columns([head, ...lines], 2);
  return `${[...text, ...missing.map((what) => `missing: ${what}`)].join('\n')}\nMedians of whole processes, taken in turn. Ratios are of wall time.\n`;
}

function ordersTable(rows: readonly OrdersRow[]): string {
  const lines = rows.map(({ name, orders, ordersPerCpuSecond, ordersPerSecond, ratio }) => [
    name,
    String(orders),
    ordersPerCpuSecond.toFixed(0),
    ordersPerSecond.toFixed(0),
    ratio.toFixed(2),
  ]);
  const head = ['takes orders', 'orders', 'orders / CPU s', 'orders / s', 'to bare insert'];
  return `${columns([head, ...lines], 1).join('\n')}\nMedians of rounds, in turn. CPU of its processes, until no event waits any more; ratios are of orders / CPU s.\n`;
}

/** Lines in columns; the first so many are text, the others numbers. */
function columns(lines: readonly (readonly string[])[], textColumns: number): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, i) => (i < textColumns ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
