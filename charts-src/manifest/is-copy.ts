import { objectName, type Manifest } from './manifest.ts';

/** Whether one object is written in two places: applied together, one of them replaces the other (W552). */
export const isCopy = (one: Manifest, other: Manifest): boolean =>
  one !== other && one.name !== '' && one.group === other.group && objectName(one) === objectName(other);
