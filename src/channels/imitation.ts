/**
 * Text that pretends to be the card around it (R-P8), and words that mix look-alike alphabets (R-P4). Such text is flagged and
 * never removed: the reader should see the attempt.
 */
import { catalogues } from './catalogue.ts';
import { cut } from './untrusted.ts';

/** Cyrillic and Greek letters that look like Latin ones; enough to see through the usual disguises, not a full UTS #39 table. */
const lookAlikes = new Map<string, string>();
const disguised = 'аеорсхукіѕјԁһАВЕКМНОРСТХУІЅαορνΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const undisguised = 'aeopcxykisjdhABEKMHOPCTXYISaopvABEZHIKMNOPTYX';
for (const [index, letter] of [...disguised].entries()) lookAlikes.set(letter, undisguised.charAt(index));

const skeleton = (text: string): string =>
	text
		.normalize('NFKC')
		.replace(/[\p{Cf}\p{DI}]/gu, '')
		.replace(/[\p{Script=Cyrillic}\p{Script=Greek}]/gu, (letter) => lookAlikes.get(letter) ?? letter)
		.toLowerCase();

const quoted = (text: string): string => text.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const labels = Object.values(catalogues)
	.flatMap(({ answers, caseAnswers }) => [...Object.values(answers), ...Object.values(caseAnswers)])
	.map(quoted)
	.join('|');
const fences = Object.values(catalogues)
	.flatMap(({ card, warnings, email }) => [card.proseUnverified, card.arguments, warnings.title, email.howToAnswer])
	.map(quoted)
	.join('|');

/** Each pattern is one way of speaking with our voice. Bounded repeats only: the text is an attacker's. */
const patterns: readonly RegExp[] = [
	/\b(?:pre-?|already |auto-?)?(?:approved|authori[sz]ed|verified|confirmed|rejected) by\b.{0,40}/u,
	/^[ \t>#*\-|[(]{0,8}(?:system|admin|administrator|security|reviewer|countersign)[ \t\])]{0,3}[:：].{0,40}/mu,
	/(?:已(?:由|经|被)[^\n]{0,12}(?:批准|审批|授权|核实)|(?:系统|管理员|安全|审批人|策略)(?:提示|消息|通知)?[ \t]{0,2}[:：])[^\n]{0,20}/u,
	new RegExp(`(?:\\b(?:click|press|tap|select|choose|hit)\\b|点击|请按|请选)[^\\n]{0,12}(?:${labels})`, 'u'),
	new RegExp(`^[ \\t>*\\-|]{0,8}[\\[(【「<]?[ \\t]{0,3}(?:${labels})[ \\t]{0,3}[\\])】」>]?[ \\t]{0,3}(?:[:：]|$)`, 'mu'),
	new RegExp(`(?:${fences})`, 'u'),
	/(?:\bend of (?:the )?agent|\bnot written by the agent|\[u\+[0-9a-f]{4,6}\])/u,
	/\bcountersign\b/u,
];

/** The first piece of `text` that imitates this system, or null. `host` is the host name of our own links. */
export function imitationIn(text: string, host: string): string | null {
	const seen = skeleton(text);
	for (const pattern of patterns) {
		const match = pattern.exec(seen);
		if (match !== null) return cut(match[0].trim().replaceAll('\n', ' '), 60);
	}
	return host !== '' && host !== 'localhost' && seen.includes(host.toLowerCase()) ? host : null;
}

const words = /[\p{L}\p{M}\p{N}_]{3,}/gu;
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** The first word that mixes Latin with Cyrillic or Greek letters (`раypal`), or null. */
export function mixedScriptIn(text: string): string | null {
	if (!foreign.test(text)) return null;
	for (const [word] of text.matchAll(words)) if (foreign.test(word) && /\p{Script=Latin}/u.test(word)) return cut(word, 40);
	return null;
}
