/** Work on one subject one after the other, on different subjects at the same time. */
export interface SubjectLanes {
  /** Starts when all earlier work on this subject is done, however it ended. */
  readonly run: (subject: string, work: () => Promise<void>) => Promise<void>;
  /** Resolves when nothing is at work. */
  readonly idle: () => Promise<void>;
}

export function subjectLanes(): SubjectLanes {
  const lanes = new Map<string, Promise<void>>();
  return {
    run(subject, work) {
      const mine = (lanes.get(subject) ?? Promise.resolve()).then(work);
      const settled = mine
        .catch(() => {})
        .then(() => {
          if (lanes.get(subject) === settled) lanes.delete(subject);
        });
      lanes.set(subject, settled);
      return mine;
    },
    async idle() {
      while (lanes.size > 0) await Promise.all(lanes.values());
    },
  };
}
