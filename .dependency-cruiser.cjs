// Which folder may import which: style in the small, architecture in the large. `npm run lint:imports` checks it.
const layers = {
  model: [],
  manifest: ['model', 'imports'],
  graph: ['manifest', 'model', 'imports'],
  constructs: ['manifest', 'model', 'imports'],
  charts: ['constructs', 'manifest', 'model', 'imports'],
  app: ['charts', 'check', 'constructs', 'graph', 'manifest', 'model', 'imports'],
  check: ['graph', 'manifest', 'model', 'imports'],
  explain: ['graph', 'manifest', 'model', 'imports'],
  diff: ['explain', 'graph', 'manifest', 'model', 'imports'],
  picture: ['graph', 'manifest', 'model', 'imports'],
  envoy: ['explain', 'model', 'imports'],
  canary: ['model'],
  imports: ['model'],
};
const ours = '^(charts-src|scripts|apps|tests)/';
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([folder, lower]) =>
      rule(
        `layer-${folder}`,
        `charts-src/${folder} may import ${lower.join(', ') || 'nothing else of ours'}`,
        { path: `^charts-src/${folder}/` },
        { path: ours, pathNot: `^charts-src/(${[folder, ...lower].join('|')})/` },
      ),
    ),
    rule(
      'library-is-pure',
      'only app/ and main.ts touch the world',
      { path: '^charts-src/', pathNot: '^charts-src/(app/|main[.]ts$)' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'library-forgets-the-live-side',
      'the library stands alone',
      { path: '^charts-src/' },
      { path: '^(scripts|apps|tests)/' },
    ),
    rule(
      'cluster-client-in-one-place',
      'one adapter',
      { path: '^(charts-src|scripts|apps)/', pathNot: '^scripts/cluster/' },
      { path: '@kubernetes/client-node' },
    ),
    rule(
      'driver-gets-its-ports',
      'ports come as arguments',
      { path: '^scripts/canary/' },
      { path: '^scripts/(cluster|metrics|cli)/' },
    ),
    rule(
      'rules-are-strangers',
      'a rule stands alone',
      { path: '^charts-src/check/rules/([^/]+)$' },
      { path: '^charts-src/check/rules/', pathNot: '$1' },
    ),
    rule(
      'apps-stand-alone',
      'an app imports itself, apps/shared and contracts',
      { path: '^apps/([^/]+)/', pathNot: '^apps/monolith/' },
      { path: ours, pathNot: '^apps/($1|shared)/|^apps/[^/]+/contract/' },
    ),
    rule(
      'monolith-joins-modules',
      'the monolith takes modules as they are: taking one out again changes the monolith only',
      { path: '^apps/monolith/' },
      { path: ours, pathNot: '^apps/(monolith|shared)/|^apps/[^/]+/(contract/|module[.]ts$)' },
    ),
    rule(
      'app-business-decides',
      'business says what it needs by types of its own; api and persistence look at it, not it at them',
      { path: '^apps/([^/]+)/business/' },
      { path: '^apps/$1/(api|persistence|module[.]ts|main[.]ts)' },
    ),
    rule(
      'app-api-asks-business',
      'nothing gets around the rules of business',
      { path: '^apps/([^/]+)/api/' },
      { path: '^apps/$1/(persistence|module[.]ts|main[.]ts)' },
    ),
    rule(
      'app-persistence-keeps',
      'persistence serves business and knows nobody who asks',
      { path: '^apps/([^/]+)/persistence/' },
      { path: '^apps/$1/(api|module[.]ts|main[.]ts)' },
    ),
    rule(
      'app-business-is-plain',
      'business needs no package, but one to describe values',
      { path: '^apps/[^/]+/business/' },
      { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    ),
    rule(
      'apps-drivers-in-one-place',
      'modules know ports; what reaches a server is in apps/shared',
      { path: '^apps/', pathNot: '^apps/shared/' },
      { path: 'node_modules/(pg|amqplib|@types/(pg|amqplib)|@platformatic/kafka|@electric-sql/pglite)/' },
    ),
    rule('nobody-imports-tests', 'tests look at us, not we at them', { pathNot: '^tests/' }, { path: '^tests/' }),
    rule(
      'no-cycle',
      'what needs each other is one thing',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
