/** SMTP by hand: what no mail library would send. */
import { connect, type Socket } from 'node:net';

export interface SmtpTalk {
	/** Sends bytes as they are and waits for one answer: its code. */
	say(bytes: string | Uint8Array): Promise<number>;
	/** Waits for an answer without sending anything; 0 when the other side hangs up. */
	heard(): Promise<number>;
	/** The text of the last answer. */
	last(): string;
	close(): void;
}

/** Connects and waits for the greeting. */
export async function smtpTalk(port: number): Promise<SmtpTalk> {
	const socket: Socket = connect(port, '127.0.0.1');
	let text = '';
	let last = '';
	let gone = false;
	const waiting = new Set<() => void>();
	const told = (): void => {
		for (const notice of waiting) notice();
		waiting.clear();
	};
	socket.on('data', (chunk) => {
		text += chunk.toString('latin1');
		told();
	});
	for (const event of ['close', 'error'] as const)
		socket.on(event, () => {
			gone = true;
			told();
		});
	const heard = async (): Promise<number> => {
		for (;;) {
			// The last line of an answer has a space behind its code.
			const end = /^(\d{3}) [^\r\n]*\r\n/m.exec(text);
			if (end !== null) {
				last = text.slice(0, end.index + end[0].length);
				text = text.slice(last.length);
				return Number(end[1]);
			}
			if (gone) return 0;
			await new Promise<void>((resolve) => {
				waiting.add(resolve);
			});
		}
	};
	const talk: SmtpTalk = {
		async say(bytes) {
			socket.write(bytes);
			return heard();
		},
		heard,
		last: () => last,
		close: () => socket.destroy(),
	};
	await heard();
	return talk;
}

/** Hands in one mail; the code of the answer that settles it. Dots are doubled as the protocol wants it. */
export async function handIn(port: number, mail: Uint8Array, envelope: { from: string; to: readonly string[] }): Promise<number> {
	const talk = await smtpTalk(port);
	try {
		await talk.say('EHLO client.example\r\n');
		const steps = [`MAIL FROM:<${envelope.from}>`, ...envelope.to.map((address) => `RCPT TO:<${address}>`), 'DATA'];
		for (const step of steps) {
			const code = await talk.say(`${step}\r\n`);
			if (code >= 400) return code;
		}
		const text = Buffer.from(mail).toString('latin1').replace(/^\./gm, '..');
		return await talk.say(Buffer.from(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1'));
	} finally {
		talk.close();
	}
}
