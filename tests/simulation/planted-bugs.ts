/** A mistake that somebody could make, as a change of one place in the source. */
export interface PlantedBug {
  /** What the code does then. */
  readonly does: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const core = (name: string): string => `charts-src/canary/${name}.ts`;
const driver = (name: string): string => `scripts/canary/${name}.ts`;

/** The known failures of other tools first, then what is easily got wrong in this one. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  // What is known of others
  {
    does: 'does not give replicas back',
    file: core('decide'),
    from: `scaleDown(rollout, observation) ??\n    inTurn(rollout, observation, ['after-rollback'], 0) ??\n    finish(rollout, observation)`,
    to: `inTurn(rollout, observation, ['after-rollback'], 0) ??\n    finish(rollout, observation)`,
  },
  {
    does: 'takes the weights of others for its state: a live weight of 100 is kept',
    file: core('decide'),
    from: `if (drift === undefined && isStateIntact) return undefined;`,
    to: `if (drift === undefined || drift.isMore) return undefined;`,
  },
  {
    does: 'goes on to the next step before the proxies hold the last one',
    file: core('decide'),
    from: `settlement(rollout, observation) ??\n    onward`,
    to: `onward`,
  },
  {
    does: 'gives weight to a side without endpoints',
    file: core('decide'),
    from: `const lack = asked.result.ok ? shortage(rollout, asked.result.value, weight) : asked.result.failure.message;`,
    to: `const lack = undefined as string | undefined;`,
  },
  {
    does: 'jumps to all requests',
    file: core('decide'),
    from: `return toStep(rollout, observation, rollout.step + 1, following.weight);`,
    to: `return toStep(rollout, observation, rollout.step + 1, ALL);`,
  },
  {
    does: 'deletes destinations of others',
    file: core('destinations'),
    from: `return weighing(destination, (others.next().value ?? 0) * factor);`,
    to: `return weighing(destination, 0);`,
  },
  {
    does: 'rolls back when metrics are away',
    file: core('evolve'),
    from: `return { ...rollout, blindMs: rollout.blindMs ?? 0, unread: event.failure };`,
    to: `return { ...rollout, blindMs: rollout.blindMs ?? 0, verdict: { verdict: 'bad', why: 'no metrics', metrics: [] } };`,
  },
  {
    does: 'goes on without evidence',
    file: core('decide'),
    from: `if (blindMs !== null || !isOfThisStep || verdict === null)`,
    to: `if (blindMs !== null) return undefined;\n  if (!isOfThisStep || verdict === null)`,
  },
  {
    does: 'asks a hook again on every look',
    file: core('evolve'),
    from: `if (event.type === 'hook-done') return [event.key];`,
    to: `if (event.type === 'hook-done') return [];`,
  },
  {
    does: 'leaves routes of the run behind',
    file: core('desired'),
    from: `if (isGenerated(textOf(route['name']))) return [];`,
    to: `if (isGenerated(textOf(route['name'])) && intent.matchMarker !== null) return [];`,
  },
  // Compare and swap
  {
    does: 'does not read again after a conflict',
    file: driver('live-objects'),
    from: `    isCurrent = false;\n    if (result.failure.type !== 'not-found') await`,
    to: `    if (result.failure.type === 'conflict') return memory.remember(next);\n    if (result.failure.type !== 'not-found') await`,
  },
  {
    does: 'believes that a lost answer was a success',
    file: driver('live-objects'),
    from: `    if (result.failure.type !== 'not-found') await worked(result, 'write');\n  };\n\n  const align`,
    to: `    memory.remember(next);\n  };\n\n  const align`,
  },
  // To write without a fresh read does no harm: the resourceVersion is refused.
  {
    does: 'takes a run that came back to an older state for what it wrote last',
    file: core('adopt'),
    from: `if (run === memory.run && revision < memory.revision) return { standing: 'wiped' };`,
    to: ``,
  },
  {
    does: 'takes the end of its own run, whose answer was lost, for the work of another engine',
    file: core('adopt'),
    from: `if (run === memory.run && isOver(rollout) && !isOver(memory)) return { standing: 'changed', rollout };`,
    to: ``,
  },
  {
    does: 'writes without resourceVersion',
    file: core('desired'),
    from: `  const { annotations: _, ...metadata } = live.metadata;`,
    to: `  const { annotations: _, resourceVersion: __, ...metadata } = live.metadata;`,
  },
  {
    does: 'drives on when somebody else is the holder',
    file: core('adopt'),
    from: `if (run !== memory.run || !isSameHolder(holder, memory.holder)) return { standing: 'lost', run, to: holder };`,
    to: `if (run !== memory.run) return { standing: 'lost', run, to: holder };`,
  },
  {
    does: 'does not hear commands',
    file: core('adopt'),
    from: `: { standing: 'changed', rollout: withMemory(rollout, memory) };`,
    to: `: { standing: 'ours' };`,
  },
  {
    does: 'takes a run from an engine that lives',
    file: core('claim'),
    from: `if (life === 'alive' || ageMs === null || Math.abs(ageMs) < SILENCE_MS) return { claim: 'held' };`,
    to: `if (ageMs === null) return { claim: 'held' };`,
  },
  {
    does: 'trusts the time of day',
    file: core('claim'),
    from: `return silentMs >= watchMs`,
    to: `return silentMs >= 0`,
  },
  {
    does: 'believes annotations that were edited',
    file: core('rollout-annotations'),
    from: `if (sealed !== seal(ours))`,
    to: `if (sealed === '')`,
  },
  {
    does: 'makes every heartbeat a push',
    file: core('rollout-annotations'),
    from: `export const CANARY_PREFIX = 'canary.weftmesh/';`,
    to: `export const CANARY_PREFIX = 'canary.istio.io/';`,
  },
  // Weights and routes
  {
    does: 'changes routes by their index',
    file: core('routes'),
    from: `.filter((route) => isMoved(route, { object, target, past }));`,
    to: `.filter((_, index) => index === 0);`,
  },
  {
    does: 'does not see a route to the canary that somebody adds',
    file: core('routes'),
    from: `return past !== undefined && canary !== undefined && weightOf(destinations, canary) > 0;`,
    to: `return false;`,
  },
  {
    does: 'does not see one where the plan names its routes',
    file: core('routes'),
    from: `return share > shareBefore ?`,
    to: `return share > 1 ?`,
  },
  {
    does: "takes a route to the canary that was there before for somebody else's",
    file: core('routes'),
    from: `stable === undefined && canary === undefined ? [] :`,
    to: `stable === undefined ? [] :`,
  },
  {
    does: 'puts a route right that somebody opened, and does not call it foreign',
    file: core('drift'),
    from: `isMore: more !== undefined,`,
    to: `isMore: false,`,
  },
  // To lose the destinations of a route without the stable arm does no harm: such a route is never moved.
  {
    does: 'leaves the mirror behind',
    file: core('desired'),
    from: `if (!isOurs) return route;`,
    to: `if (route !== undefined) return route;`,
  },
  {
    does: 'does not put the marker back',
    file: core('intent'),
    from: `    case 'Promoted':\n      return plain(ALL);`,
    to: `    case 'Promoted':\n      return plain(ALL, 'weft-r1-1');`,
  },
  {
    does: 'gives a failed canary something',
    file: core('intent'),
    from: `(to === 'none' ? NONE : to)`,
    to: `(to === 'none' ? (100 as BasisPoints) : to)`,
  },
  {
    does: 'forgets what was there before',
    file: core('decide'),
    from: `routesBefore(live, plan.target))`,
    to: `routesBefore(live, plan.target).slice(1))`,
  },
  {
    does: 'undoes to nothing instead of to what was there',
    file: core('evolve'),
    from: `    to: 'before',`,
    to: `    to: 'none',`,
  },
  // Hundredths alone do not matter: whatever the total, it is multiplied until all is whole.
  {
    does: 'rounds fine weights',
    file: core('destinations'),
    from: `const factor = ALL / greatestCommonDivisor(total * share, ALL);\n  const canary = (total * factor * share) / ALL;`,
    to: `const factor = 1;\n  const canary = Math.round(share / 100) * (total / 100);`,
  },
  {
    does: 'does not write further VirtualServices',
    file: core('decide'),
    from: `position > 0 && !isInStep(live, to, position)`,
    to: `position > 9 && !isInStep(live, to, position)`,
  },
  {
    does: 'does not see a rival VirtualService',
    file: core('rivals'),
    from: `if (!isForHost && !sendsToArm) return [];`,
    to: `return [];`,
  },
  {
    does: 'does not see that a subset is not declared',
    file: core('fit'),
    from: `if (subset === null || declared.includes(subset)) return [];`,
    to: `return [];`,
  },
  // The plan
  { does: 'does not hold a step', file: core('decide'), from: `heldMs < planned.holdMs`, to: `heldMs < 0` },
  {
    does: 'goes on with a bad canary',
    file: core('decide'),
    from: `if (bad === 'rollback') return rolledBack(rollout, observation, { cause: 'bad', message: verdict.why });`,
    to: `if (bad === 'rollback') return undefined;`,
  },
  {
    does: 'promotes without being asked',
    file: core('decide'),
    from: `if (plan.promotion === 'manual')`,
    to: `if (plan.promotion === 'none')`,
  },
  {
    does: 'begins a step again after a takeover',
    file: core('evolve'),
    from: `    case 'rewritten':\n    case 'restored':\n    case 'taken-over':\n      return rewritten(rollout);`,
    to: `    case 'taken-over':\n      return { phase: 'Preparing' };\n    case 'rewritten':\n    case 'restored':\n      return rewritten(rollout);`,
  },
];
