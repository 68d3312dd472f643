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
      { path: '^apps/([^/]+)/' },
      { path: ours, pathNot: '^apps/($1|shared)/|^apps/[^/]+/contract/' },
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
