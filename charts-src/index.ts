// The app and its files
export { MeshApp } from './app/mesh-app.ts';
export { MeshChart, type MeshChartProps } from './constructs/mesh-chart.ts';
export { SynthError, type SynthProblem } from './constructs/synth-error.ts';
export { finalPatch } from './constructs/final-patch.ts';
export { warningsOf, type Warning } from './constructs/warning.ts';
export { renderYaml, YamlValueError } from './manifest/yaml.ts';
export type { KubernetesObject, ObjectMeta } from './manifest/kubernetes-object.ts';

// A mesh and what is in it
export {
  managedLabels,
  Mesh,
  SERVICE_URLS,
  type Member,
  type MemberPolicies,
  type MeshProps,
} from './constructs/mesh.ts';
export { MeshService } from './constructs/mesh-service.ts';
export type { Call, Callable, MeshServiceProps, RequestCall } from './constructs/mesh-service-props.ts';
export { MeshGateway, type Exposure, type MeshGatewayProps, type Routable } from './constructs/mesh-gateway.ts';
export { ExternalService, type ExternalServiceProps } from './constructs/external-service.ts';
export {
  ExternalPostgres,
  PostgresDatabase,
  type ExternalPostgresProps,
  type PostgresDatabaseProps,
} from './constructs/postgres-database.ts';
export { RabbitMq, type RabbitMqProps } from './constructs/rabbit-mq.ts';
export { Kafka, type KafkaProps, type KafkaTopic } from './constructs/kafka.ts';
export type { Broker } from './constructs/broker.ts';
export type { Client } from './constructs/client.ts';
export {
  StatefulCluster,
  type StatefulProps,
  type StatefulSoftware,
  type Storage,
} from './constructs/stateful-cluster.ts';

// Single pieces, for Deployments and namespaces that are somebody else's
export { StrictMtls, type StrictMtlsProps } from './constructs/strict-mtls.ts';
export { VersionedRoute, type VersionedRouteProps } from './constructs/versioned-route.ts';
export { ClusterService, type ClusterServiceProps } from './constructs/cluster-service.ts';
export { VersionDeployment, type VersionDeploymentProps } from './constructs/version-deployment.ts';
export { ManifestObject, type ManifestHead } from './constructs/manifest-object.ts';

// The words
export type { Acceptances, Trap } from './model/acceptance.ts';
export { grpcContract, tcpContract, type GrpcMethods } from './model/contract.ts';
export type {
  Contract,
  GrpcContract,
  HttpContract,
  HttpMethod,
  Operation,
  OperationId,
  TcpContract,
  UnsafeToRepeat,
} from './model/contract.ts';
export { durationMs, hours, milliseconds, minutes, seconds, type Duration } from './model/duration.ts';
export { gatewayIdentity, type GatewayIdentity } from './model/gateway-identity.ts';
export type { ConnectionEdge, Edge, ExternalEdge, RequestEdge } from './model/edge.ts';
export type { Callee, CalleePort, ExternalCallee, Party } from './model/party.ts';
export type { HealthPaths, Migrations, Scaling, SecretReference, Shutdown, VersionProps } from './model/service.ts';
export type {
  ConnectionPool,
  LoadBalancer,
  OutlierDetection,
  Retries,
  RetryCondition,
  TrafficPolicy,
} from './model/traffic-policy.ts';
export { weightsProblems, type OfVersions, type TotalsHundred, type Weights } from './model/weights.ts';
export type { Resources } from './model/workload.ts';
export type { GatewayTls } from './manifest/gateway.ts';
export type { LocalRateLimit } from './manifest/local-rate-limit.ts';
export type { PodPeer } from './manifest/network-policy.ts';
export type { JwtIssuer } from './manifest/request-authentication.ts';
export type { TelemetrySettings } from './manifest/telemetry.ts';

// Judging manifests is `weftmesh/check`; this is the plugin for the cdk8s command, which loads it when it runs
export { WeftValidation, type WeftValidationProps } from './app/weft-validation.ts';
export type { CheckSettings, IgnoreSetting } from './check/check-settings.ts';
export type { Code, Finding, Severity } from './check/rule.ts';

// Plans for `weft canary`
export { canaryPlan, type CanaryPlanProps, type VersionedService } from './canary/canary-plan.ts';
export type { PlanFile as CanaryPlanFile } from './canary/plan-file.ts';

// Istio's own resources, as its API has them
export * from './imports/istio-resources.ts';
export type * from './imports/istio.ts';
