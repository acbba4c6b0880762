/** What may happen to a call of the operator, and to the operator in the middle of one. */
export interface Trouble {
  /** No answer, and nothing was done. */
  lost: number;
  /** No answer, and it was done. */
  answerLost: number;
  /** The operator ends right after something was done. */
  crash: number;
  /** It stands still for so long that another one takes over. */
  pause: number;
  /** Events of which it knows nothing yet when it starts, at most. */
  behind: number;
  /** The API server answers nothing until then. */
  downUntilMs: number;
  /** Its watches tell nothing until then. */
  deafUntilMs: number;
}

export const NO_TROUBLE: Readonly<Trouble> = {
  lost: 0,
  answerLost: 0,
  crash: 0,
  pause: 0,
  behind: 0,
  downUntilMs: 0,
  deafUntilMs: 0,
};

/** The operator ended in the middle of something. */
export class OperatorCrash extends Error {
  override readonly name = 'OperatorCrash';
}

/** Another operator leads by now. */
export class LeadershipLost extends Error {
  override readonly name = 'LeadershipLost';
}
