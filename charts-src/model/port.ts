/** What is wrong with the number of a port; undefined when it is fine. */
export const portProblem = (port: number | undefined): string | undefined =>
  port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535
    ? undefined
    : `${port ?? 'nothing'} is no port: use 1 to 65535`;
