/** @typedef {import("./place.js").Range} Range */

/** @typedef {{ label: string, insert: string, field: boolean, detail: string, doc: string }} OfferItem */
/** @typedef {{ range: Range, items: OfferItem[] }} Offer what may stand at a place */
/** @typedef {{ what: string, file: number, name: string, range: Range }} Lead a place where something is defined */
/** @typedef {{ range: Range, title: string, detail: string, text: string[], places: Lead[] }} Explanation */
/** @typedef {{ range: Range, name: string, what: string, places: number }} NameRow a name that can be changed */
/** @typedef {{ Ok: NameRow } | { Err: string }} Named */
/** @typedef {{ Ok: object[] } | { Err: string }} Renamed */

/**
 * Asks the engine of a place in the text: of the newest question alone the answer comes, of others `null`.
 * @typedef {<T>(wish: "offer" | "explain" | "lead" | "name" | "rename", at: number, name?: string) => Promise<T | null>} Ask
 */

export {};
