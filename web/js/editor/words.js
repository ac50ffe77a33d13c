/**
 * A text with what stands in backticks as code.
 * @param {string} text
 */
export function words(text) {
  const out = document.createElement("span");
  text.split("`").forEach((part, at) => {
    const node = at % 2 ? document.createElement("code") : document.createElement("span");
    node.textContent = part;
    out.append(node);
  });
  return out;
}
