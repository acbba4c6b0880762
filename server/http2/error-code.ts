/** Why a stream or a connection ends (RFC 9113 §7). */
export const ERROR_CODES = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  flowControlError: 0x3,
  settingsTimeout: 0x4,
  streamClosed: 0x5,
  frameSizeError: 0x6,
  refusedStream: 0x7,
  cancel: 0x8,
  compressionError: 0x9,
  connectError: 0xa,
  enhanceYourCalm: 0xb,
  inadequateSecurity: 0xc,
  http11Required: 0xd,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

const CODES = new Map<number, ErrorCode>(
  (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [ERROR_CODES[code], code]),
);

/** What a number on the wire stands for; one that is not known counts as an internal error (RFC 9113 §7). */
export const errorCodeOf = (number: number): ErrorCode => CODES.get(number) ?? 'internalError';
