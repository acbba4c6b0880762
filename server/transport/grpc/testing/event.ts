/** Things that happened, to be waited for in the order of their happening. */
export interface Events<Event> {
  readonly add: (event: Event) => void;
  /** The first not yet taken, as soon as there is one that `wanted` takes; others are skipped. */
  next(wanted?: (event: Event) => boolean): Promise<Event>;
  /** Those not yet taken. */
  rest(): readonly Event[];
}

export function createEvents<Event>(): Events<Event> {
  const events: Event[] = [];
  let told: () => void = () => undefined;
  return {
    add: (event) => {
      events.push(event);
      told();
    },
    next: async (wanted = () => true) => {
      for (;;) {
        const event = events.shift();
        if (event !== undefined && wanted(event)) return event;
        if (event !== undefined) continue;
        await new Promise<void>((resolve) => {
          told = resolve;
        });
      }
    },
    rest: () => events,
  };
}
