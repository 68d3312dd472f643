/** A message of Envoy's API as JSON. Envoy itself judges it. */
export type Proto = Readonly<Record<string, unknown>>;

/** A message that says which one it is. */
export const typed = (type: string, value: Proto = {}): Proto => ({
  '@type': `type.googleapis.com/envoy.${type}`,
  ...value,
});
