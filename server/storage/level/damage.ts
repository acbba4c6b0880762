/** Bytes that no healthy disk gives back: a codec says what is wrong, its caller knows where. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Whole, but of a layout that this program does not know. */
export class NewerFormat extends Damage {}
