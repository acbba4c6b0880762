import Mocha from 'mocha';

/** Mocha's spec reporter, with the count of results as the very last line of output. */
export default class CountingSpec extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
