/** Server-side apply by a single manager, as far as the operator can tell it from the real one. */

type Fields = Readonly<Record<string, unknown>>;

/** `live` with what is applied; fields that were applied before and are named no more are gone. */
export function applyOver(live: unknown, before: unknown, applied: unknown): unknown {
  if (!isFields(applied)) return applied;
  const kept = isFields(live) ? live : {};
  const owned = isFields(before) ? before : {};
  const after: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(kept)) {
    if (!(field in owned) || field in applied) after[field] = value;
    // Of a field that was owned in part, the rest is somebody else's.
    else if (isFields(value) && isFields(owned[field])) {
      const rest = applyOver(value, owned[field], {}) as Fields;
      if (Object.keys(rest).length > 0) after[field] = rest;
    }
  }
  for (const [field, value] of Object.entries(applied)) {
    after[field] = applyOver(kept[field], owned[field], value);
  }
  return after;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
