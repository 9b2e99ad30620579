/** How much room Redis has left: decisions and executions need some of it when no new action may come in any more. */

export interface Memory {
	/** In bytes. */
	readonly used: number;
	/** `maxmemory`; 0 for no bound. */
	readonly most: number;
}

/** New actions are refused from this share on; what is left is for those that are there. */
const fullFrom = 0.8;

/** What `INFO memory` says; null where the service hides it. */
export function memoryIn(info: string): Memory | null {
	const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? Number.NaN);
	const [used, most] = [field('used_memory'), field('maxmemory')];
	return Number.isNaN(used) || Number.isNaN(most) ? null : { used, most };
}

/** Whether too little is left to take in more. */
export const isShort = (memory: Memory | null): boolean =>
	memory !== null && memory.most > 0 && memory.used >= memory.most * fullFrom;
