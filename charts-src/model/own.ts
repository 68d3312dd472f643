/**
 * What an object holds under a key that a user wrote; undefined when it is not there. Every object inherits
 * `constructor`, `__proto__` and more, and an index alone would find them.
 */
export const own = <T>(object: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
