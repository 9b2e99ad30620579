/**
 * Standard output is data, standard error is talk. Both may end up on a terminal, and both may carry what an agent wrote:
 * nothing is printed that a terminal would obey.
 */
import { showLine, terminalJson } from '../channels/untrusted.ts';
import { Fault } from '../domain/errors.ts';
import { Exit, exitCodes, exitOf } from './exit.ts';

export interface OutputOptions {
	readonly json?: boolean;
}

export interface Output {
	/** Whether data is JSON. */
	readonly json: boolean;
	/** A line of data. */
	line(text: string): void;
	/** One JSON value on one line. */
	data(value: unknown): void;
	/** Talk. */
	say(text: string): void;
}

/** One line of somebody else's text, as a terminal may have it. */
export const inert = (text: string, max = 200): string => showLine(text, max);

/** A value as one line of JSON that a terminal shows as it is. */
export const jsonLine = (value: unknown): string => terminalJson(JSON.stringify(value));

const write = (stream: NodeJS.WriteStream, text: string): void => {
	stream.write(`${text}\n`);
};

/** The output of one command. */
export const openOutput = ({ json = false }: OutputOptions): Output => ({
	json,
	line: (text) => write(process.stdout, text),
	data: (value) => write(process.stdout, jsonLine(value)),
	say: (text) => write(process.stderr, text),
});

/** Lines of columns, each as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
	const widths: number[] = [];
	for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
	return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '));
}

/** Runs a command: what it throws becomes a message and an exit code. */
export async function run(options: OutputOptions, work: (output: Output) => Promise<void>): Promise<void> {
	const output = openOutput(options);
	try {
		await work(output);
	} catch (error) {
		report(error, output);
	}
}

/** Tells an error and sets the exit code. A stack is for faults of the program alone, and only where asked for. */
export function report(error: unknown, { json, say }: Pick<Output, 'json' | 'say'>): void {
	const exit = error instanceof Exit ? error.exit : error instanceof Fault ? exitOf(error.code) : 'error';
	process.exitCode = exitCodes[exit];
	const code = error instanceof Exit || error instanceof Fault ? error.code : null;
	const message = error instanceof Error ? error.message : String(error);
	if (json)
		say(
			jsonLine({
				code: code ?? exit,
				message,
				...(error instanceof Exit && error.details !== undefined && { details: error.details }),
			}),
		);
	else for (const line of `${code === null || code === 'usage' ? '' : `${code}: `}${message}`.split('\n')) say(inert(line, 500));
	if (process.env.COUNTERSIGN_STACK === '1' && error instanceof Error) say(error.stack ?? '');
}
