/* Two texts of one origin: what differs, word by word, and both put together when they do not touch the same words.
   Pure: knows no page. */

const LARGEST = 4_000_000; // products of words: beyond, the middle counts as wholly rewritten
export const tokens = (text) => text.match(/\s+|[^\s]+/g) || [];

/* [[start, end in a, the tokens of b that stand there instead], …] in order, never touching each other. */
export function hunks(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  if (!n && !m) return [];
  if (!n || !m || n * m > LARGEST) return [[head, head + n, b.slice(head, head + m)]];
  /* Longest common run of tokens, from the end, so that the walk goes forward. */
  const row = m + 1;
  const best = new Uint16Array((n + 1) * row);
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      best[i * row + j] =
        a[head + i] === b[head + j]
          ? best[(i + 1) * row + j + 1] + 1
          : Math.max(best[(i + 1) * row + j], best[i * row + j + 1]);
  const found = [];
  let open = null;
  for (let i = 0, j = 0; i < n || j < m; ) {
    if (i < n && j < m && a[head + i] === b[head + j]) {
      open = null;
      i++;
      j++;
      continue;
    }
    if (!open) found.push((open = [head + i, head + i, []]));
    if (j >= m || (i < n && best[(i + 1) * row + j] >= best[i * row + j + 1])) open[1] = head + ++i;
    else open[2].push(b[head + j++]);
  }
  return found;
}

/* [["same" | "removed" | "added", text], …] on the way from one text to the other. */
export function difference(before, after) {
  const a = tokens(before);
  const pieces = [];
  const add = (kind, part) => part.length && pieces.push([kind, part.join("")]);
  let at = 0;
  for (const [start, end, instead] of hunks(a, tokens(after))) {
    add("same", a.slice(at, start));
    add("removed", a.slice(start, end));
    add("added", instead);
    at = end;
  }
  add("same", a.slice(at));
  return pieces;
}

/* Both writers' changes in one text, or null when they changed the same place differently. */
export function merged(origin, mine, theirs) {
  const words = tokens(origin);
  const all = [...hunks(words, tokens(mine)), ...hunks(words, tokens(theirs))].sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const result = [];
  let at = 0;
  let last = null;
  for (const [start, end, instead] of all) {
    if (last && last[0] === start && last[1] === end && last[2].join("") === instead.join("")) continue;
    if (last && start <= last[1]) return null;
    result.push(...words.slice(at, start), ...instead);
    at = end;
    last = [start, end, instead];
  }
  result.push(...words.slice(at));
  return result.join("");
}
