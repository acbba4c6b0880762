import type { Config } from './config/settings.ts';
export const runMember = async (config: Config): Promise<void> => { console.log(config); await Promise.resolve(); };
