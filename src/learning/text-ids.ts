/** Texts as small numbers, without keeping the texts: a million rows must not keep a million strings. */

const first = 1 << 12;

/**
 * Numbers texts from 0 in the order in which they come, by 64-bit hashes, with some 24 bytes for each. Two of a hundred million
 * texts share a hash with a chance of about 1 in 4000; they would count as one.
 */
export class TextIds {
	count = 0;
	#high: Uint32Array;
	#low: Uint32Array;
	/** Number + 1 of the text in each slot; 0 where it is free. */
	#slots: Uint32Array;

	/** `room`: how many texts to be ready for, a power of two. It grows. */
	constructor(room = first) {
		this.#high = new Uint32Array(room);
		this.#low = new Uint32Array(room);
		this.#slots = new Uint32Array(room * 2);
	}

	/** The number of a text; `count` grows where it is a new one. */
	idOf(text: string): number {
		const high = hashOf(text, 0x811c9dc5);
		const low = hashOf(text, 0x9747b28c);
		const slot = this.#slotOf(high, low);
		const taken = this.#slots[slot] as number;
		if (taken !== 0) return taken - 1;
		if (this.count === this.#high.length) return this.#grown(high, low);
		return this.#put(slot, high, low);
	}

	#put(slot: number, high: number, low: number): number {
		const id = this.count++;
		this.#high[id] = high;
		this.#low[id] = low;
		this.#slots[slot] = id + 1;
		return id;
	}

	#slotOf(high: number, low: number): number {
		const mask = this.#slots.length - 1;
		for (let slot = (low ^ Math.imul(high, 0x9e3779b1)) & mask; ; slot = (slot + 1) & mask) {
			const id = (this.#slots[slot] as number) - 1;
			if (id < 0 || (this.#high[id] === high && this.#low[id] === low)) return slot;
		}
	}

	#grown(high: number, low: number): number {
		const size = this.count * 2;
		const [highs, lows] = [new Uint32Array(size), new Uint32Array(size)];
		highs.set(this.#high);
		lows.set(this.#low);
		[this.#high, this.#low, this.#slots] = [highs, lows, new Uint32Array(size * 2)];
		for (let id = 0; id < this.count; id++) this.#slots[this.#slotOf(highs[id] as number, lows[id] as number)] = id + 1;
		return this.#put(this.#slotOf(high, low), high, low);
	}
}

/** Which keys came before, and whether with the same content. */
export class SeenKeys {
	readonly #keys = new TextIds();
	#contents = new Uint32Array(first);

	/** Remembers a key. `new`, or whether its content is the `same` as the first time or `other`. */
	add(key: string, content: unknown): 'new' | 'same' | 'other' {
		const known = this.#keys.count;
		const id = this.#keys.idOf(key);
		const hash = valueHash(content);
		if (id < known) return this.#contents[id] === hash ? 'same' : 'other';
		if (id === this.#contents.length) {
			const larger = new Uint32Array(id * 2);
			larger.set(this.#contents);
			this.#contents = larger;
		}
		this.#contents[id] = hash;
		return 'new';
	}
}

/** 32 bits of a text (murmur-like mixing of its UTF-16 units). */
function hashOf(text: string, seed: number): number {
	let hash = seed;
	for (let i = 0; i < text.length; i++) {
		hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
		hash ^= hash >>> 15;
	}
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return (hash ^ (hash >>> 16)) >>> 0;
}

/** 32 bits of a JSON value, the same in whatever order the keys of an object come. Members without a value do not count. */
export function valueHash(value: unknown): number {
	if (typeof value === 'string') return hashOf(value, 0x2545f491);
	if (typeof value !== 'object' || value === null) return hashOf(String(value), 0x68bc21eb);
	if (Array.isArray(value))
		return value.reduce((hash: number, each) => Math.imul(hash ^ valueHash(each), 0x5bd1e995) + 1, value.length) >>> 0;
	let hash = 0x3c6ef372;
	for (const key of Object.keys(value)) {
		const member = (value as Readonly<Record<string, unknown>>)[key];
		// Added up, so that the order does not matter; mixed before, so that key and value belong together.
		if (member !== undefined) hash = (hash + Math.imul(hashOf(key, 0x1b873593) ^ valueHash(member), 0xcc9e2d51 | 1)) | 0;
	}
	return hash >>> 0;
}
