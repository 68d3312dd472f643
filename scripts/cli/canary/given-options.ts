/** What commands of `weft canary` have in common, as it was typed. */

export interface ClusterOptions {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
}

export interface MetricsOptions {
  readonly prometheus: string | undefined;
}

/** Where the run is kept. */
export interface HolderOptions {
  readonly virtualService: readonly string[];
}

/** A plan by file or by options. */
export interface PlanOptions extends HolderOptions {
  readonly service: string | undefined;
  readonly plan: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly destinationRule: string | undefined;
  readonly route: readonly string[];
  readonly steps: string | undefined;
  readonly hold: string | undefined;
  readonly promotion: 'automatic' | 'manual' | 'none' | undefined;
  readonly analysis: 'on' | 'off';
}

export interface WriteOptions {
  readonly dryRun: 'client' | 'server' | undefined;
  readonly yes: boolean;
}
