/** Which keys came before, with some 26 bytes for each: a million rows must not keep a million strings. */

const first = 1 << 12;

/**
 * A set of texts by 64-bit hashes, each with the 32-bit hash of what stood beside it. Two of a hundred million texts share a hash
 * with a chance of about 1 in 4000; they would count as one.
 */
export class SeenKeys {
	#high = new Uint32Array(first);
	#low = new Uint32Array(first);
	#content = new Uint32Array(first);
	#used = new Uint8Array(first);
	#count = 0;

	/** Remembers a key. `new`, or whether its content is the `same` as the first time or `other`. */
	add(key: string, content: string): 'new' | 'same' | 'other' {
		const high = hashOf(key, 0x811c9dc5);
		const low = hashOf(key, 0x9747b28c);
		const found = this.#placeOf(high, low);
		const own = hashOf(content, 0x2545f491);
		if (this.#used[found] === 1) return this.#content[found] === own ? 'same' : 'other';
		this.#put(found, [high, low, own]);
		this.#count += 1;
		if (this.#count * 2 > this.#used.length) this.#grow();
		return 'new';
	}

	#placeOf(high: number, low: number): number {
		const mask = this.#used.length - 1;
		let place = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
		while (this.#used[place] === 1 && !(this.#high[place] === high && this.#low[place] === low)) place = (place + 1) & mask;
		return place;
	}

	#put(place: number, [high, low, content]: readonly [number, number, number]): void {
		this.#high[place] = high;
		this.#low[place] = low;
		this.#content[place] = content;
		this.#used[place] = 1;
	}

	#grow(): void {
		const [high, low, content, used] = [this.#high, this.#low, this.#content, this.#used];
		const size = used.length * 2;
		this.#high = new Uint32Array(size);
		this.#low = new Uint32Array(size);
		this.#content = new Uint32Array(size);
		this.#used = new Uint8Array(size);
		for (let i = 0; i < used.length; i++) {
			if (used[i] !== 1) continue;
			const entry = [high[i] as number, low[i] as number, content[i] as number] as const;
			this.#put(this.#placeOf(entry[0], entry[1]), entry);
		}
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
