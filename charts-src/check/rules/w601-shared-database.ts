import { repositoryOf } from '../../graph/stores.ts';
import { databaseUses, type DatabaseUse } from '../../graph/databases.ts';
import { CALL_KINDS, type App } from '../../graph/calls.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Rule } from '../rule.ts';

/** Two services read and write one database: neither can change a table, or be deployed, without the other. */
export const sharedDatabase = {
  code: 'W601',
  name: 'shared-database',
  severity: 'warning',
  summary: 'Several services use the same database.',
  reads: CALL_KINDS,
  *check(graph: MeshGraph) {
    for (const uses of sharedIn(databaseUses(graph))) {
      const [first, second] = uses;
      if (!first || !second) continue;
      const { server, name } = first;
      yield {
        manifest: second.manifest,
        at: second.at,
        message:
          `${name === undefined ? '' : `database "${name}" of `}${server} is used by ${uses.map(inWords).join(' and ')}: ` +
          'a change of a table breaks all of them, and none can be deployed or scaled on its own',
        fix: `give the data one owner, and let the others ask it by its API or listen to its events`,
      };
    }
  },
} satisfies Rule;

const inWords = ({ app, manifest, at, says }: DatabaseUse): string => {
  const { file, line } = manifest.position(at);
  return `${app.name} (${says}, ${file}:${line})`;
};

/** Uses of one database by more than one service, one use a service. */
function sharedIn(uses: readonly DatabaseUse[]): readonly (readonly DatabaseUse[])[] {
  const byDatabase = new Map<string, Map<App, DatabaseUse>>();
  for (const use of uses) {
    // A user of the server that does not say which database: it may be another one than that of the others.
    const key = JSON.stringify([use.server, use.name ?? '']);
    const users = byDatabase.get(key) ?? new Map<App, DatabaseUse>();
    byDatabase.set(key, users);
    if (!users.has(use.app)) users.set(use.app, use);
  }
  return [...byDatabase.values()].map((users) => withoutTwins([...users.values()])).filter((users) => users.length > 1);
}

/** One program in two roles, such as one that answers and one that works in the background, is one service. */
function withoutTwins(uses: readonly DatabaseUse[]): DatabaseUse[] {
  const seen = new Set<string>();
  return uses.filter(({ app }) => {
    const images = app.workloads.flatMap(({ pod }) =>
      (pod.containers ?? []).flatMap(({ name, image = '' }) => (name === 'istio-proxy' ? [] : repositoryOf(image))),
    );
    const isNew = !images.some((image) => image !== '' && seen.has(image));
    for (const image of images) seen.add(image);
    return isNew && !images.some((image) => TOOL.test(image));
  });
}

/** What looks at a database for people and monitoring. */
const TOOL = /(?:exporter|pgadmin|adminer|phpmyadmin|mongo-express|pgbouncer|backup|metabase|grafana)/;
