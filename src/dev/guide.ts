/** What to press first: four steps over the sample agent's actions. Each says what came of it once it is done. */
import { html, type Markup } from '../channels/markup.ts';
import type { ActionLine } from './lines.ts';
import { sampleAgent } from './sample-agent.ts';

/** The guide, or null where the sample agent has not proposed what it speaks of. */
export function guide(actions: readonly ActionLine[]): Markup | null {
	const of = (what: string) => actions.find((line) => line.agent === sampleAgent && line.what === what);
	const [tooMuch, good, late] = [of('Refund USD 2,400.00'), of('Refund USD 240.00'), of('Refund USD 129.00')];
	if (tooMuch === undefined || good === undefined || late === undefined) return null;
	const steps = [
		step(
			late,
			html`Leave <b>Refund USD 129.00</b> alone. Nobody answers within 45 seconds: the customer gets a holding reply, the refund never runs.`,
		),
		step(good, html`Approve <b>Refund USD 240.00</b>: ${mailTo(good)}, press Approve, select it, confirm. It runs, once.`),
		step(
			tooMuch,
			html`<b>Refund USD 2,400.00</b> was to be made on an order of USD 240.00, and the agent was 99.8 % sure. Reject it: on the phone below, press the answer that begins with N.`,
		),
		html`<li>Look at all of it as a reviewer does: <em>Inbox as Ana Ruiz</em>, above. Reminders and later deadlines: move the clock.</li>`,
	];
	return html`<section id="guide" aria-labelledby="h-guide"><h2 id="h-guide">What to press first</h2><ol>${steps}</ol></section>`;
}

/** A step about one action, ticked off when that has ended. */
const step = ({ stateText, ended }: ActionLine, text: Markup): Markup =>
	ended ? html`<li class="over">${text} <b>&#10003; ${stateText}</b></li>` : html`<li>${text}</li>`;

const mailTo = ({ mail }: ActionLine): Markup =>
	mail === null ? html`open its mail` : html`open <a href="/dev/mails/${mail}">its mail</a>`;
