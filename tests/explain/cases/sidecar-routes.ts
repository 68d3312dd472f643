import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, mesh, namespace, service, sidecar, virtualService } from './yaml.ts';

// Two services in `library`, one in `archive`, and a client in each; `attic` is a third namespace.
const BASE = mesh(
  ...['library', 'archive', 'attic'].map(namespace),
  service('library/books', '80 http, 8080 http-alt'),
  service('library/atlas', '80 http, 8080 http-alt'),
  service('archive/papers', '80 http, 8080 http-alt'),
  deployment('library/reader'),
  deployment('archive/reader'),
  ...['library/books', 'library/atlas', 'archive/papers'].map((name) => deployment(name)),
);

const BOOKS = 'books.library.svc.cluster.local';
const ATLAS = 'atlas.library.svc.cluster.local';
const PAPERS = 'papers.archive.svc.cluster.local';

const route = (name: string, hosts: string | readonly string[], to: string, age?: number, more = ''): string =>
  virtualService(
    name,
    `{ hosts: [${[hosts]
      .flat()
      .map((host) => `"${host}"`)
      .join(', ')}], http: [{ ${more}route: [{ destination: { host: ${to} } }] }] }`,
    age,
  );
const scope = (owner: string, ...hosts: readonly string[]): string =>
  sidecar(`${owner}/scope`, `{ egress: [{ hosts: [${hosts.map((host) => `"${host}"`).join(', ')}] }] }`);

/** Asks for a host on a port; `cluster` undefined: the sidecar has no route for it. */
const to = (from: string, host: string, port: number, cluster: string | undefined): Question => ({
  from: `${from}/reader`,
  ask: `http://${host}:${port}/`,
  expect: cluster === undefined ? { outcome: 'passthrough' } : at(cluster, port),
});
const at = (cluster: string, port: number): Expected => ({ clusters: [`outbound|${port}||${cluster}`] });

const told = (upstream: string, objects: readonly string[], ...questions: readonly Question[]): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, ...objects),
  questions,
});

const nowhere = 'nowhere.library.svc.cluster.local';
/** A name of the cluster's that no Service has cannot be reached from a client: it is asked for with a Host header. */
const named = (from: string, header: string, port: number, expect: Expected): Question => ({
  from: `${from}/reader`,
  ask: `http://${ATLAS}:${port}/`,
  headers: [`host=${header}`],
  expect,
});

const wild = '*.cluster.local';
const cases: readonly UpstreamCase[] = [
  told('simple port 80', [route('library/a', BOOKS, ATLAS)], to('library', BOOKS, 80, ATLAS)),
  told('simple port 8080', [route('library/a', BOOKS, ATLAS)], to('library', BOOKS, 8080, ATLAS)),
  told('unknown port 80', [route('library/a', nowhere, nowhere)], named('library', nowhere, 80, at(nowhere, 80))),
  told(
    'unknown port 8080',
    [route('library/a', nowhere, nowhere)],
    named('library', nowhere, 8080, { outcome: 'passthrough' }),
  ),
  told(
    'unknown port 8080 match 8080',
    [route('library/a', nowhere, nowhere, undefined, 'match: [{ port: 8080 }], ')],
    named('library', nowhere, 8080, { outcome: 'passthrough' }),
  ),
  told(
    'unknown port 8080 dest 8080 ',
    [
      virtualService(
        'library/a',
        `{ hosts: [${nowhere}], http: [{ route: [{ destination: { host: ${nowhere}, port: { number: 8080 } } }] }] }`,
      ),
    ],
    named('library', nowhere, 8080, { outcome: 'passthrough' }),
  ),
  told('producer rule port 80', [route('library/a', BOOKS, ATLAS)], to('archive', BOOKS, 80, ATLAS)),
  told('producer rule port 8080', [route('library/a', BOOKS, ATLAS)], to('archive', BOOKS, 8080, ATLAS)),
  told('consumer rule port 80', [route('archive/a', BOOKS, ATLAS)], to('archive', BOOKS, 80, ATLAS)),
  told('consumer rule port 8080', [route('archive/a', BOOKS, ATLAS)], to('archive', BOOKS, 8080, ATLAS)),
  told('arbitrary rule port 80', [route('attic/a', BOOKS, ATLAS)], to('archive', BOOKS, 80, ATLAS)),
  told('arbitrary rule port 8080', [route('attic/a', BOOKS, ATLAS)], to('archive', BOOKS, 8080, ATLAS)),
  ...[80, 8080].map((port) =>
    told(
      `multiple rules ${port}`,
      [
        route('attic/a', BOOKS, 'attic.example', 2010),
        route('library/a', BOOKS, 'library.example', 2015),
        route('archive/a', BOOKS, 'archive.example', 2020),
      ],
      to('archive', BOOKS, port, 'attic.example'),
    ),
  ),
  told(
    'wildcard random',
    [route('library/a', '*.far.example', 'there.example')],
    to('library', ATLAS, 80, ATLAS),
    to('library', BOOKS, 80, BOOKS),
    to('library', 'x.far.example', 80, 'there.example'),
  ),
  told(
    'wildcard match with sidecar',
    [route('library/a', wild, 'there.example'), scope('library', '*/*.cluster.local')],
    to('library', ATLAS, 80, 'there.example'),
    to('library', BOOKS, 80, 'there.example'),
    named('library', 'other.cluster.local', 80, { outcome: 'passthrough' }),
  ),
  told(
    'wildcard first then explicit',
    [route('library/a', wild, 'wild.example', 2010), route('library/b', BOOKS, 'exact.example', 2020)],
    to('library', ATLAS, 80, 'wild.example'),
    to('library', BOOKS, 80, 'exact.example'),
    named('library', 'other.cluster.local', 80, { outcome: 'passthrough' }),
  ),
  told(
    'explicit first then wildcard',
    [route('library/a', wild, 'wild.example', 2020), route('library/b', BOOKS, 'exact.example', 2010)],
    to('library', ATLAS, 80, 'wild.example'),
    to('library', BOOKS, 80, 'exact.example'),
    named('library', 'other.cluster.local', 80, { outcome: 'passthrough' }),
  ),
  told(
    'wildcard and explicit with sidecar',
    [
      route('library/a', wild, 'wild.example', 2010),
      route('library/b', BOOKS, 'exact.example', 2020),
      scope('library', `library/${BOOKS}`, `library/${ATLAS}`),
    ],
    to('library', ATLAS, 80, 'wild.example'),
    to('library', BOOKS, 80, 'exact.example'),
  ),
  told(
    'explicit first then wildcard with sidecar cross namespace',
    [
      route('archive/a', wild, 'wild.example', 2010),
      route('library/b', BOOKS, 'exact.example', 2020),
      scope('library', `library/${BOOKS}`, `library/${ATLAS}`),
    ],
    to('library', ATLAS, 80, ATLAS),
    to('library', BOOKS, 80, 'exact.example'),
  ),
  told(
    'wildcard and explicit cross namespace',
    [route('archive/a', wild, 'wild.example', 2010), route('library/b', BOOKS, 'exact.example', 2020)],
    to('library', ATLAS, 80, 'wild.example'),
    to('library', BOOKS, 80, 'exact.example'),
  ),
  told(
    'wildcard and explicit unknown',
    [route('library/a', '*.far', 'wild.example', 2010), route('library/b', 'near.far', 'exact.example', 2020)],
    to('library', BOOKS, 80, BOOKS),
    to('library', 'x.far', 80, 'wild.example'),
    to('library', 'x.near.far', 80, 'wild.example'),
  ),
  told(
    'explicit match with wildcard sidecar',
    [route('library/a', 'odd.svc.cluster.local', 'odd.svc.cluster.local'), scope('library', '*/*.cluster.local')],
    named('library', 'odd.svc.cluster.local', 80, at('odd.svc.cluster.local', 80)),
  ),
  told(
    'wildcard match with explicit sidecar',
    [route('library/a', wild, 'there.example'), scope('library', `*/${BOOKS}`)],
    to('library', BOOKS, 80, 'there.example'),
  ),
  told(
    'non-service wildcard match with explicit sidecar',
    [route('library/a', '*.far.example', 'there.example'), scope('library', '*/exact.far.example', `*/${ATLAS}`)],
    to('library', BOOKS, 80, undefined),
    to('library', ATLAS, 80, ATLAS),
    to('library', 'x.far.example', 80, 'there.example'),
  ),
  told(
    'sidecar filter',
    [
      route('archive/a', '*.library.svc.cluster.local', 'there.example'),
      route('library/b', 'exact.library.svc.cluster.local', 'exact.library.svc.cluster.local'),
      scope('archive', 'archive/*.library.svc.cluster.local', `archive/${PAPERS}`),
    ],
    {
      from: 'archive/reader',
      ask: `http://${PAPERS}/`,
      headers: ['host=some.library.svc.cluster.local'],
      expect: at('there.example', 80),
    },
    {
      from: 'archive/reader',
      ask: `http://${PAPERS}/`,
      headers: ['host=exact.library.svc.cluster.local'],
      expect: at('there.example', 80),
    },
    to('archive', PAPERS, 80, PAPERS),
  ),
  told(
    'same namespace conflict',
    [route('library/a', BOOKS, 'new.example', 2020), route('library/b', BOOKS, 'old.example', 2010)],
    to('library', BOOKS, 80, 'old.example'),
  ),
  told(
    'cross namespace conflict',
    [route('library/a', BOOKS, 'consumer.example', 2020), route('archive/b', BOOKS, 'producer.example', 2010)],
    to('library', BOOKS, 80, 'producer.example'),
  ),
  told(
    'import only a unknown service route',
    [route('library/a', nowhere, 'there.example'), scope('library', `*/${nowhere}`)],
    // There is no listener for port 80 at all: no service of the scope has it.
    {
      from: 'library/reader',
      ask: 'http://far.example/',
      headers: [`host=${nowhere}`],
      expect: { outcome: 'passthrough' },
    },
  ),
  told(
    'multi-host import single',
    [route('library/a', [BOOKS, ATLAS], 'there.example'), scope('library', `*/${BOOKS}`)],
    to('library', BOOKS, 80, 'there.example'),
    to('library', ATLAS, 80, 'there.example'),
  ),
];

/** Which VirtualService a sidecar uses for a host: by namespace, Sidecar, wildcard and age. */
export const sidecarRoutes: Corpus = {
  name: 'sidecar routes',
  file: 'pilot/pkg/networking/core/sidecar_simulation_test.go',
  count: 30,
  cases,
};
