/** Running until told to stop. */

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once: whoever insists is obeyed. */
export function stopped(): Promise<NodeJS.Signals> {
	return new Promise((resolve) => {
		let asked = false;
		const stop = (signal: NodeJS.Signals): void => {
			if (asked) process.exit(130);
			asked = true;
			resolve(signal);
		};
		process.on('SIGINT', stop);
		process.on('SIGTERM', stop);
	});
}
