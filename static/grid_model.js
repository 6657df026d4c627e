/* The cells of the budget and every sum of them. Knows no page and no network.
   A cell is {requested, cofinancing, hours, hourly_cost, version}, named "block.county code.kind.year".
   The rules are those of the server (grants/checks/cells.py): it has the last word, this file has the first. */

const THIN = "\u202f";
const english = document.documentElement.lang.startsWith("en");

export const EMPTY = Object.freeze({ requested: 0, cofinancing: 0, hours: null, hourly_cost: null, version: 0 });
export const PARTS = ["requested", "cofinancing"];
export const HOURS = ["hours", "hourly_cost"];

export const grouped = (number) =>
  (number < 0 ? "\u2212" : "") + String(Math.abs(number)).replace(/\B(?=(\d{3})+$)/g, english ? "," : THIN);
export const kronor = (number) => (english ? `SEK\u00a0${grouped(number)}` : `${grouped(number)}\u00a0kr`);
export const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
export const valueOf = ({ requested, cofinancing, hours, hourly_cost }) => ({ requested, cofinancing, hours, hourly_cost });
export const isSame = (a, b) => JSON.stringify(valueOf(a)) === JSON.stringify(valueOf(b));
const isEmpty = (cell) => !(cell.requested || cell.cofinancing || cell.hours);

/* "1 000 000", "1 000 000 kr", "1000000,00" → 1000000; "" and "–" → 0; anything else → null. */
export function parse(text) {
  let bare = text.replace(/\s/g, "").replace(/\u2212/g, "-").replace(/^SEK|(kr\/tim|SEK\/h|tim|kr|SEK|:-|h)$/gi, "");
  if (english && /^-?\d{1,3}(,\d{3})+(\.0+)?$/.test(bare)) bare = bare.replace(/,/g, "");
  bare = bare.replace(/[.,]0{1,2}$/, "");
  if (bare === "" || bare === "-" || bare === "–") return 0;
  return /^\d{1,15}$/.test(bare) ? Number(bare) : null;
}

/* What becomes of a cell when some of its numbers are typed over: hours × hourly cost is the whole cost, and of
   requested and co-financing the one that was not typed takes the rest. */
export function typedOver(saved, typed, usual) {
  const hours = typed.hours ?? saved.hours;
  const version = saved.version;
  if (!hours) {
    const { requested, cofinancing } = { ...saved, ...typed };
    return { requested, cofinancing, hours: null, hourly_cost: null, version };
  }
  const cost = typed.hourly_cost || saved.hourly_cost || usual || null;
  const whole = hours * (cost || 0);
  const hasBoth = typed.requested !== undefined && typed.cofinancing !== undefined;
  if (hasBoth) return { requested: typed.requested, cofinancing: typed.cofinancing, hours, hourly_cost: cost, version };
  if (typed.requested !== undefined)
    return { requested: typed.requested, cofinancing: whole - typed.requested, hours, hourly_cost: cost, version };
  const own = typed.cofinancing ?? saved.cofinancing;
  return { requested: whole - own, cofinancing: own, hours, hourly_cost: cost, version };
}

/* Ctrl with an arrow: to the edge of what is filled, else to the next that is, else to the edge of the grid. */
export function edgeOf({ line, column }, [down, right], isFull, lines, columns) {
  const isInside = (row, place) => row >= 0 && row < lines && place >= 0 && place < columns;
  if (column < 0) return { line: down ? (down > 0 ? lines - 1 : 0) : line, column: right > 0 ? 0 : -1 };
  const isWithin = isFull(line, column) && isInside(line + down, column + right) && isFull(line + down, column + right);
  while (isInside(line + down, column + right)) {
    if (isWithin && !isFull(line + down, column + right)) break;
    [line, column] = [line + down, column + right];
    if (!isWithin && isFull(line, column)) break;
  }
  return { line, column };
}

export class Model {
  constructor(data) {
    Object.assign(this, { data, words: data.words, years: data.years });
    this.blocks = new Map(data.blocks.map((block) => [block.number, block]));
    this.cells = new Map();
    this.sums = new Map();
    this.costs = new Map(); // what an hour costs in a region a year, as was typed there before
    for (const block of data.blocks) {
      for (const [place, version] of Object.entries(block.emptied)) this.set(`${block.number}.${place}`, { ...EMPTY, version });
      for (const [row, numbers] of Object.entries(block.rows))
        this.years.forEach((year, at) => {
          const [requested, cofinancing, version] = numbers.slice(3 * at, 3 * at + 3);
          if (!version) return;
          const [hours, hourly_cost] = block.hours[`${row}.${year}`] || [null, null];
          this.set(`${block.number}.${row}.${year}`, { requested, cofinancing, hours, hourly_cost, version });
        });
    }
  }

  get(name) {
    return this.cells.get(name) || EMPTY;
  }

  mainOf(kind) {
    return kind.startsWith("expertise") ? "expertise" : kind;
  }

  /* Write a cell, and add what it differs to every sum that it is a part of. */
  set(name, cell) {
    const [block, code, kind, year] = name.split(".");
    const old = this.get(name);
    const main = this.mainOf(kind);
    const more = [cell.requested - old.requested, cell.cofinancing - old.cofinancing];
    this.cells.set(name, cell);
    if (cell.hours && cell.hourly_cost) this.costs.set(`${code}.${year}`, cell.hourly_cost);
    if (!more[0] && !more[1]) return;
    const axes = ["", `b${block}`, `b${block}r${code}`, `r${code}`, `k${main}`];
    for (const key of [...axes.flatMap((axis) => [axis, `${axis}y${year}`]), `b${block}r${code}l${kind}`]) {
      const sum = this.sums.get(key) || [0, 0];
      this.sums.set(key, [sum[0] + more[0], sum[1] + more[1]]);
    }
  }

  sum(key) {
    return this.sums.get(key) || [0, 0];
  }

  usual(code, year) {
    return this.costs.get(`${code}.${year}`) || this.data.usual;
  }

  has(block, code, kind, test = (cell) => !isEmpty(cell)) {
    return this.years.some((year) => test(this.get(`${block}.${code}.${kind}.${year}`)));
  }

  /* What is wrong with a cell, in words; "" when nothing is. Emptying is always right. */
  problem(name, cell) {
    const { words, data } = this;
    const year = Number(name.split(".")[3]);
    if (isEmpty(cell)) return "";
    const [first, last] = data.callYears;
    if (year < first || year > last) return filled(words.outsideCall, { first, last });
    if (cell.hours) {
      if (cell.hours > data.limits.hours) return filled(words.tooManyHours, { most: grouped(data.limits.hours) });
      if (!cell.hourly_cost) return words.noCost;
      if (cell.hourly_cost > data.limits.cost) return filled(words.tooDear, { most: grouped(data.limits.cost) });
      const [product, sum] = [cell.hours * cell.hourly_cost, cell.requested + cell.cofinancing];
      if (product !== sum) return filled(words.product, { product: grouped(product), sum: grouped(sum) });
      if (cell.requested < 0) return words.overOwn;
      if (cell.cofinancing < 0) return words.overRequested;
    }
    const most = Math.max(cell.requested, cell.cofinancing);
    return most > data.limits.amount ? filled(words.tooLarge, { most: grouped(data.limits.amount) }) : "";
  }

  /* "Block 1, Stockholm, Teknik, 2026 sökt" */
  placeOf(name, part) {
    const [block, code, kind, year] = name.split(".");
    const { words, data } = this;
    const region = data.regions.find(([each]) => each === code)?.[1] || code;
    const what = { requested: words.requested, cofinancing: words.cofinancingLong, hours: words.hoursCell, hourly_cost: words.costCell };
    return `${filled(words.block, { n: block })}, ${region}, ${data.kinds[kind]}, ${year}${part ? ` ${what[part].toLowerCase()}` : ""}`;
  }

  /* A cell for people: "120 000 kr sökt, 0 kr medfinansiering, 240 timmar à 500 kr". */
  inWords(cell) {
    const amounts = filled(this.words.cellWords, { requested: grouped(cell.requested), own: grouped(cell.cofinancing) });
    if (!cell.hours) return amounts;
    return `${amounts}, ${filled(this.words.cellHours, { hours: grouped(cell.hours), cost: grouped(cell.hourly_cost) })}`;
  }
}
