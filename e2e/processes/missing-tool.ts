/** Something of the machine is missing; the message says in one sentence what to install or to do. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

/** What `prepare` returns. When a tool is missing, the program ends, and says what to do. */
export function unlessMissing<Value>(prepare: () => Value): Value {
  try {
    return prepare();
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
