import { Http2Error } from './http2-error.ts';
import { WINDOW_BYTES_DEFAULT } from './peer-settings.ts';

/** The window of a whole connection. What arrives is kept within bounds elsewhere, so it opens again by itself. */
export interface ReceiveWindow {
  /** Makes it as large as it is to be. */
  open(): void;
  /** @throws Http2Error when the other end sent more than it may. */
  take(bytes: number): void;
}

/** @param update tells the other end that it may send so many bytes more. */
export function createReceiveWindow(
  bytesMax: number,
  update: (bytes: number) => void,
): ReceiveWindow {
  let left = WINDOW_BYTES_DEFAULT;
  function open(): void {
    update(bytesMax - left);
    left = bytesMax;
  }
  return {
    open,
    take: (bytes) => {
      left -= bytes;
      if (left < 0) throw new Http2Error('flowControlError', 'more than the connection may carry');
      if (left < bytesMax / 2) open();
    },
  };
}
