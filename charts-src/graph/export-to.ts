/** Whether an object whose `exportTo` is this is seen in a namespace. An empty list is Istio's default, everywhere. */
export function isExportedTo(exportTo: readonly string[], owner: string, client: string): boolean {
  if (exportTo.length === 0 || exportTo.includes('*')) return true;
  if (exportTo.includes('~')) return false;
  return exportTo.includes(client) || (client === owner && exportTo.includes('.'));
}

/** Whether an object is seen in its own namespace only. */
export const isPrivate = (exportTo: readonly string[], owner: string): boolean =>
  exportTo.length > 0 && exportTo.every((to) => to === '.' || to === owner);
