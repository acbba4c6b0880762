/** Options of the commands that make a single voter. */
import { Option } from 'commander';

export const incidentOption = (): Option =>
  new Option('--incident <name>', 'names what happened; the same name again changes nothing');

export const consentOption = (): Option =>
  new Option(
    '--yes-make-new-cluster <member@term/index>',
    'consent, for the candidate that is recommended; without it, or a person who types it, nothing is changed',
  );
