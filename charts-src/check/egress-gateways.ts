/** Whether a Gateway's selector means an egress gateway: what comes in there is from inside the mesh. */
export const looksLikeEgress = (selector: Readonly<Record<string, string>>): boolean =>
  Object.values(selector).some((value) => /egress/i.test(value));
