export interface KeepaliveOptions {
  /** After this much silence the other end is asked for a sign of life … */
  readonly keepaliveMs: number;
  /** … and given up when none comes within this. */
  readonly keepaliveTimeoutMs: number;
}

export interface KeepaliveParts extends KeepaliveOptions {
  /** Bytes that have come: when they grow, the other end lives. */
  readonly readBytes: () => number;
  readonly ask: () => void;
  readonly giveUp: () => void;
  /** Each second. */
  readonly relax: () => void;
}

const LOOK_MS_MAX = 1_000;
/** Silence is noticed this much later at most, by shares of what is allowed. */
const LOOKS = 10;

/** Watches over a connection. Returns how it is ended. */
export function keepAlive(parts: KeepaliveParts): () => void {
  const { keepaliveMs, keepaliveTimeoutMs, readBytes, ask, giveUp, relax } = parts;
  const lookMs = Math.min(LOOK_MS_MAX, Math.min(keepaliveMs, keepaliveTimeoutMs) / LOOKS);
  let seenBytes = readBytes();
  let silentMs = 0;
  let asked = false;
  let sinceRelaxedMs = 0;

  function look(): void {
    sinceRelaxedMs += lookMs;
    if (sinceRelaxedMs >= LOOK_MS_MAX) {
      sinceRelaxedMs = 0;
      relax();
    }
    if (readBytes() !== seenBytes) {
      seenBytes = readBytes();
      silentMs = 0;
      asked = false;
      return;
    }
    silentMs += lookMs;
    if (asked && silentMs >= keepaliveMs + keepaliveTimeoutMs) giveUp();
    else if (!asked && silentMs >= keepaliveMs) {
      asked = true;
      ask();
    }
  }

  const timer = setInterval(look, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}
