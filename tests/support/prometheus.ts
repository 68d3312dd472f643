import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';

/** A real Prometheus on loopback, and an exporter that it scrapes each second. */
export interface ScrapedByPrometheus {
  readonly url: URL;
  /** Adds to a counter of the exporter; a new one begins at 0. */
  add(metric: string, labels: Readonly<Record<string, string>>, by: number): void;
  /** All counters with this label begin at 0 again. */
  restart(pod: string): void;
  /** Waits until what the exporter says now was scraped and can be asked for. */
  scraped(): Promise<void>;
  /** Stops Prometheus, and starts it on the same data. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const SCRAPES = 'exporter_scrapes_total';
const PATIENCE_MS = 30_000;

/**
 * Starts both. What cannot start says why.
 * @param history samples of the past, as OpenMetrics text
 */
export async function startPrometheus(history = ''): Promise<ScrapedByPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-prometheus-'));
  if (history !== '') {
    writeFileSync(join(folder, 'history'), history);
    const blocks = ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'history'), join(folder, 'data')];
    // Where one is, the other is too: they are one package.
    execFileSync(join(dirname(toolPath('prometheus')), 'promtool'), blocks, { stdio: 'pipe' });
  }
  const counters = new Map<string, { readonly pod: string | undefined; value: number }>();
  let scrapes = 0;
  const exporter = await listen(() => {
    scrapes += 1;
    return [`${SCRAPES} ${scrapes}`, ...[...counters].map(([series, { value }]) => `${series} ${value}`), ''].join(
      '\n',
    );
  });
  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}`);
  writeFileSync(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      // As Istio's own example does it: a pod says itself who it is.
      scrape_configs: [
        { job_name: 'exporter', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${portOf(exporter)}`] }] },
      ],
    }),
  );
  let child: ReturnType<typeof spawn> | undefined;
  let said = '';
  const start = async (): Promise<void> => {
    const started = spawn(
      toolPath('prometheus'),
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    started.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child = started;
    await until('Prometheus is ready', async () => {
      if (started.exitCode !== null) throw new Error(`Prometheus ended with ${started.exitCode}: ${said}`);
      return (await fetch(new URL('/-/ready', url)).catch(() => undefined))?.status === 200;
    });
  };
  const stop = async (): Promise<void> => {
    const running = child;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await ended;
    child = undefined;
  };
  const close = async (): Promise<void> => {
    await stop();
    exporter.closeAllConnections();
    exporter.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (cause) {
    await close();
    throw cause;
  }
  return {
    url,
    start,
    stop,
    close,
    add(metric, labels, by) {
      const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      const series = `${metric}{${pairs.join(',')}}`;
      const counter = counters.get(series) ?? { pod: labels['pod'], value: 0 };
      counter.value += by;
      counters.set(series, counter);
    },
    restart(pod) {
      for (const [series, counter] of counters) if (counter.pod === pod) counters.delete(series);
    },
    async scraped() {
      const wanted = scrapes + 1;
      await until('the exporter was scraped', async () => {
        const answer = await fetch(new URL(`/api/v1/query?query=${SCRAPES}`, url));
        const { data } = (await answer.json()) as { data: { result: readonly { value: [number, string] }[] } }; // Prometheus's own form
        return Number(data.result[0]?.value[1] ?? 0) >= wanted;
      });
    },
  };
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s`);
    await sleep(100);
  }
}

async function listen(text: () => string): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port; // it listens on TCP

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
