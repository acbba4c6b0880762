/** Loaded into a member before its program: puts the bug in that the query of the URL names. */
import { installMutant } from '../../../server/sim/mutants/seam.ts';
import { mutantOf } from './catalogue.ts';

installMutant(mutantOf(new URL(import.meta.url).search.slice(1)));
