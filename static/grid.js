/* The budget as one grid: block → region → kind of cost, two amounts a year. Drawn from the data that the page carries,
   written with the keyboard as in a spreadsheet, saved cell by cell through saving.js.
   Without this file the page shows the sums, and links to the costs of each block. */
import { HOURS, Model, PARTS, edgeOf, filled, grouped, isSame, kronor, parse, typedOver, valueOf } from "./grid_model.js";
import { numbersIn } from "./grid_clipboard.js";
import { draw, linesOf, paint, sumTables } from "./grid_drawing.js";
import { whatIsShown } from "./grid_shown.js";
import { showTrouble } from "./grid_trouble.js";
import { queue, word } from "./saving.js";

const root = document.getElementById("grid");
const data = JSON.parse(document.getElementById("grid-data").textContent);
const { words, years } = data;
const model = new Model(data);
const find = (name) => document.querySelector(`[data-grid-${name}]`);
const mayWrite = Boolean(root.dataset.mayWrite);
const LAST = 2 * years.length - 1; // the last column that holds amounts of a year
const NEWS_EVERY = 15000;

const { shown, remember, everything } = whatIsShown(data);

let lines = [];
let table = null;
let active = { line: 0, column: 0 };
let anchor = active;
let editing = null;
const clashes = new Map(); // name → what somebody else has saved
const refusals = new Map(); // name → why it was not taken
const pending = new Map(); // names of cells whose answer is awaited, or that need one's own choice

const rowOf = (line) => table.tBodies[0].rows[line];
const cellAt = (line, column) => rowOf(line)?.cells[column + 1];
const partAt = (line, column) => (lines[line].type === "hours" ? HOURS : PARTS)[column % 2];
const nameAt = (line, column) => {
  const { block, code, kind } = lines[line];
  return `${block}.${code}.${kind}.${years[column >> 1]}`;
};
const isLeaf = (line) => lines[line]?.type === "kind" || lines[line]?.type === "hours";
const isWritable = (line, column) => isLeaf(line) && lines[line].isOpen && column >= 0 && column <= LAST;
const placeOf = (name, part) => model.placeOf(name, part);
const tell = (text) => (find("told").textContent = text);

function redraw() {
  const kept = lines[active.line] && { id: lines[active.line].id, column: active.column };
  const hadFocus = table?.contains(document.activeElement);
  lines = linesOf(model, shown);
  table = draw(find("table"), model, lines);
  const line = kept ? Math.max(0, lines.findIndex((each) => each.id === kept.id)) : 0;
  active = anchor = { line, column: kept ? kept.column : -1 };
  refresh();
  if (hadFocus) focus(line, active.column);
  else cellAt(active.line, active.column).tabIndex = 0;
}

let sumsAreDue = false;
function refresh() {
  paint(table, model, lines, pending);
  mark();
  if (sumsAreDue) return;
  sumsAreDue = true;
  requestAnimationFrame(() => {
    sumsAreDue = false;
    sumTables(find("sums"), model);
    const [requested, own] = model.sum("");
    find('sum="requested"').textContent = kronor(requested);
    find('sum="cofinancing"').textContent = kronor(own);
  });
}

/* Where one is, and what is marked ----------------------------------------------------------------------------- */
const area = () => ({
  top: Math.min(active.line, anchor.line),
  bottom: Math.max(active.line, anchor.line),
  left: Math.max(0, Math.min(active.column, anchor.column)),
  right: Math.max(active.column, anchor.column),
});
const isOne = () => active.line === anchor.line && active.column === anchor.column;

function describe() {
  const bar = find("place");
  bar.classList.remove("is-wrong");
  const cell = cellAt(active.line, active.column);
  if (!isOne()) {
    const { top, bottom, left, right } = area();
    let [count, sum] = [0, 0];
    for (let line = top; line <= bottom; line++)
      for (let column = left; column <= Math.min(right, LAST); column++)
        if (lines[line].type === "kind") [count, sum] = [count + 1, sum + model.get(nameAt(line, column))[partAt(line, column)]];
    bar.textContent = filled(words.selected, { n: grouped(count), sum: grouped(sum) });
    return;
  }
  const label = active.column < 0 ? lines[active.line].label : labelOf(active.line, active.column);
  bar.textContent = label;
  if (active.column >= 0) cell.setAttribute("aria-label", label);
}

function labelOf(line, column) {
  const shownText = cellAt(line, column).textContent.trim() || "0";
  if (isLeaf(line) && column <= LAST) {
    const why = isWritable(line, column) ? "" : ` (${words.readOnly}${lines[line].isOpen ? "" : `: ${words.othersRow}`})`;
    return `${placeOf(nameAt(line, column), partAt(line, column))}: ${shownText}${why}`;
  }
  const part = [words.requested, words.cofinancingLong][column % 2].toLowerCase();
  return `${lines[line].label}, ${column > LAST ? words.sum : years[column >> 1]} ${part}: ${shownText}. ${words.computed}`;
}

let marked = [];
function mark() {
  marked.forEach((cell) => (cell.classList.remove("is-marked"), cell.removeAttribute("aria-selected")));
  marked = [];
  if (isOne() || !lines.length) return;
  const { top, bottom, left, right } = area();
  for (let line = top; line <= bottom; line++)
    for (let column = left; column <= right; column++) {
      const cell = cellAt(line, column);
      cell.classList.add("is-marked");
      cell.setAttribute("aria-selected", "true");
      marked.push(cell);
    }
}

function focus(line, column, { extend = false } = {}) {
  const to = { line: Math.max(0, Math.min(line, lines.length - 1)), column: Math.max(-1, Math.min(column, LAST + 2)) };
  if (extend) to.column = Math.max(0, to.column);
  cellAt(active.line, active.column)?.setAttribute("tabindex", "-1");
  cellAt(active.line, active.column)?.removeAttribute("aria-label");
  active = to;
  if (!extend) anchor = to;
  const cell = cellAt(to.line, to.column);
  cell.tabIndex = 0;
  mark();
  describe();
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const edge = (down, right) => {
  const isFull = (line, column) => Boolean(cellAt(line, column)?.textContent.trim());
  return edgeOf(active, [down, right], isFull, lines.length, LAST + 3);
};

/* Writing ------------------------------------------------------------------------------------------------------- */
const undone = [];
const done = [];

function refuse(text) {
  find("place").textContent = text;
  find("place").classList.add("is-wrong");
  tell(text);
  return false;
}

/* How many numbers are others than before. */
const countOf = (changes) => changes.flatMap(({ before, after }) => Object.keys(after).filter((part) => before[part] !== after[part])).length;

/* Type numbers into cells: all of them, or none and the reason. [{line, column, number}] */
function act(typed, said, { clears = false } = {}) {
  const wanted = new Map();
  for (const { line, column, number } of typed) {
    if (!isWritable(line, column)) {
      const why = isLeaf(line) ? words.othersRow : words.computed;
      return refuse(`${lines[line].label}: ${why} ${words.nothingChanged}`);
    }
    const name = nameAt(line, column);
    const part = partAt(line, column);
    wanted.set(name, { ...wanted.get(name), [part]: number });
    if (clears && part === "requested") wanted.get(name).hours = 0;
  }
  const changes = [];
  for (const [name, parts] of wanted) {
    const [, code, , year] = name.split(".");
    const before = model.get(name);
    if (parts.hourly_cost && !(parts.hours ?? before.hours)) model.costs.set(`${code}.${year}`, parts.hourly_cost);
    const after = typedOver(before, parts, model.usual(code, year));
    const problem = isSame(before, after) ? "" : model.problem(name, after);
    if (problem) return refuse(`${placeOf(name)}: ${problem}${wanted.size > 1 ? ` ${words.nothingChanged}` : ""}`);
    if (!isSame(before, after)) changes.push({ name, before: valueOf(before), after: valueOf(after) });
  }
  if (changes.length) {
    done.push(changes);
    undone.length = 0;
    write(changes.map(({ name, after }) => [name, after]));
  } else refresh();
  if (said) tell(filled(said, { n: grouped(countOf(changes)) }));
  return true;
}

function write(cells) {
  for (const [name, value] of cells) {
    const { version } = model.get(name);
    model.set(name, { ...value, version });
    if (!clashes.has(name)) pending.set(name, "waiting");
    refusals.delete(name);
    saver.put(name, value, { base: version });
  }
  if (cells.length) status.textContent = word("typing");
  refresh();
  trouble();
  if (!editing) describe();
}

function takeBack(from, to, side, said) {
  const changes = from.pop();
  if (!changes) return tell(words.nothingToUndo);
  to.push(changes);
  write(changes.map((change) => [change.name, change[side]]));
  const place = lines.findIndex((line) => isLeaf(line.index) && changes[0].name.startsWith(`${line.block}.${line.code}.${line.kind}.`));
  if (place >= 0) focus(place, 2 * years.indexOf(Number(changes[0].name.split(".")[3])));
  tell(filled(said, { n: grouped(countOf(changes)) }));
}
const undo = () => takeBack(done, undone, "before", words.undone);
const redo = () => takeBack(undone, done, "after", words.redone);

/* Right: the first year that is marked is the pattern of the others; down: the first row. One cell alone takes from
   its neighbour, as in a spreadsheet. */
function fill(direction) {
  let { top, bottom, left, right } = area();
  const step = 2; // a year is two columns
  if (isOne() && direction === "right") left -= step;
  if (isOne() && direction === "down") {
    top -= 1;
    while (top >= 0 && !isLeaf(top)) top -= 1;
  }
  if (left < 0 || top < 0) return refuse(words.nothingToFill);
  const writable = [];
  for (let line = top; line <= bottom; line++) if (isLeaf(line)) writable.push(line);
  const typed = [];
  const numberAt = (line, column) => model.get(nameAt(line, column))[partAt(line, column)] || 0;
  for (const line of writable)
    for (let column = left; column <= Math.min(right, LAST); column++) {
      const source = direction === "right" ? [line, left + ((column - left) % step)] : [writable[0], column];
      const isSource = source[0] === line && source[1] === column;
      const isAlike = lines[source[0]].type === lines[line].type;
      const isBeside = isOne() && direction === "right" && column !== right;
      if (!isSource && isAlike && !isBeside && source[1] <= LAST) typed.push({ line, column, number: numberAt(...source) });
    }
  return typed.length ? act(typed, words.filled) : refuse(words.nothingToFill);
}

function clear() {
  const { top, bottom, left, right } = area();
  const typed = [];
  for (let line = top; line <= bottom; line++)
    for (let column = left; column <= Math.min(right, LAST); column++)
      if (isLeaf(line)) typed.push({ line, column, number: 0 });
  return typed.length ? act(typed, words.cleared, { clears: true }) : false;
}

/* To and from a spreadsheet: rows of cells, without the rows that are sums ----------------------------------------- */
function copied() {
  const { top, bottom, left, right } = area();
  const rows = [];
  for (let line = top; line <= bottom; line++) {
    if (!isLeaf(line) && top !== bottom) continue;
    const row = [];
    for (let column = left; column <= right; column++) {
      const isCell = isLeaf(line) && column <= LAST;
      const number = isCell ? model.get(nameAt(line, column))[partAt(line, column)] : parse(cellAt(line, column).textContent);
      row.push(number || "");
    }
    rows.push(row.join("\t"));
  }
  return rows;
}

function paste(text) {
  const { top, bottom, left, right } = area();
  const room = [];
  for (let line = top; line < lines.length; line++) if (isLeaf(line)) room.push(line);
  const { problem, numbers, width } = numbersIn(text, words, room.length, Math.max(0, LAST + 1 - left));
  if (problem) return refuse(problem);
  const typed = numbers.flatMap((row, place) => row.map((number, at) => ({ line: room[place], column: left + at, number })));
  if (typed.length > 1 || isOne()) {
    const last = { line: room[numbers.length - 1], column: left + width - 1 };
    if (!act(typed, words.pasted)) return false;
    anchor = { line: top, column: left };
    focus(last.line, last.column, { extend: true });
    return true;
  }
  const [{ number }] = typed; // one number over all that is marked
  const everywhere = room.filter((line) => line <= bottom).flatMap((line) => {
    const row = [];
    for (let column = left; column <= Math.min(right, LAST); column++) row.push({ line, column, number });
    return row;
  });
  return act(everywhere, words.pasted);
}

/* Editing one cell ------------------------------------------------------------------------------------------------ */
function edit(typed) {
  const { line, column } = active;
  if (!mayWrite || !isWritable(line, column)) return describe();
  anchor = active;
  mark();
  const cell = cellAt(line, column);
  const input = document.createElement("input");
  const number = model.get(nameAt(line, column))[partAt(line, column)];
  Object.assign(input, { className: "grid-input", inputMode: "numeric", autocomplete: "off" });
  input.value = typed ?? (number ? String(number) : "");
  input.setAttribute("aria-label", placeOf(nameAt(line, column), partAt(line, column)));
  cell.replaceChildren(input);
  editing = { line, column, input, isTyped: typed !== undefined, name: nameAt(line, column) };
  input.addEventListener("blur", () => editing?.input === input && (commit() || cancel(true)));
  input.focus();
  if (typed === undefined) input.select();
}

/* True when the number is taken; else the field stays, with the reason. */
function commit() {
  const { line, column, input } = editing;
  const number = parse(input.value);
  const kept = editing;
  editing = null;
  if (number === null ? refuse(words.whole) : act([{ line, column, number }])) {
    later();
    return true;
  }
  editing = kept;
  input.setAttribute("aria-invalid", "true");
  return false;
}

function cancel(hasLeft = false) {
  const { line, column } = editing;
  editing = null;
  refresh();
  if (!hasLeft) focus(line, column);
  later();
}

function whileEditing(event) {
  const steps = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1] };
  if (editing.isTyped) Object.assign(steps, { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] });
  if (event.key === "Escape") {
    event.preventDefault();
    cancel();
  } else if (event.key === "F2") editing.isTyped = false;
  else if (steps[event.key]) {
    event.preventDefault();
    const [down, right] = steps[event.key];
    const { line, column } = editing;
    if (commit()) event.key === "Tab" ? tab(right, line, column) : focus(line + down, column + right);
  }
}

/* The next cell that can be written, row by row; false at the end of the grid. */
function tab(step, line = active.line, column = active.column) {
  for (let place = line * (LAST + 1) + Math.min(Math.max(column, step > 0 ? -1 : 0), LAST) + step; ; place += step) {
    const next = [Math.floor(place / (LAST + 1)), ((place % (LAST + 1)) + LAST + 1) % (LAST + 1)];
    if (place < 0 || next[0] >= lines.length) return false;
    if (isWritable(...next) || !mayWrite) return focus(...next), true;
  }
}

/* Opening and closing ----------------------------------------------------------------------------------------------- */
function toggle(line, { wanted } = {}) {
  const { type, id, kind } = lines[line];
  const group = type === "block" || type === "region" ? shown.open : kind === "own_time" ? shown.hours : shown.fields;
  const isThere = type === "block" || type === "region" || kind === "own_time" || kind === "expertise";
  if (!isThere || type === "hours" || wanted === group.has(id)) return false;
  if (group.has(id)) group.delete(id);
  else group.add(id);
  remember();
  redraw();
  return true;
}

/* Keys -------------------------------------------------------------------------------------------------------------- */
let isLeaving = false;
function onKey(event) {
  if (editing) return whileEditing(event);
  const { line, column } = active;
  const extend = event.shiftKey;
  const isCommand = event.ctrlKey || event.metaKey;
  const arrow = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  const wasLeaving = isLeaving;
  isLeaving = false;
  const commands = mayWrite ? { z: undo, y: redo, r: () => fill("right"), d: () => fill("down") } : {};
  if (arrow) {
    event.preventDefault();
    if (column < 0 && !isCommand && event.key === "ArrowRight" && toggle(line, { wanted: true })) return;
    if (column < 0 && event.key === "ArrowLeft") return void toggle(line, { wanted: false });
    const to = isCommand ? edge(...arrow) : { line: line + arrow[0], column: column + arrow[1] };
    focus(to.line, to.column, { extend });
  } else if (event.key === "Tab" && !wasLeaving) {
    if (tab(event.shiftKey ? -1 : 1)) event.preventDefault();
  } else if (event.key === "Escape") {
    isLeaving = true;
    focus(line, column);
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    focus(isCommand ? (event.key === "Home" ? 0 : lines.length - 1) : line, event.key === "Home" ? 0 : LAST, { extend });
  } else if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    focus(line + (event.key === "PageDown" ? 15 : -15), column, { extend });
  } else if (isCommand && event.key.toLowerCase() === "a") {
    event.preventDefault();
    anchor = { line: 0, column: 0 };
    focus(lines.length - 1, LAST, { extend: true });
  } else if (isCommand && commands[event.key.toLowerCase()]) {
    event.preventDefault();
    event.shiftKey && event.key.toLowerCase() === "z" ? redo() : commands[event.key.toLowerCase()]();
  } else if (isCommand || event.altKey) return;
  else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (column < 0 || !isLeaf(line)) toggle(line);
    else if (event.key === "Enter") focus(line + (event.shiftKey ? -1 : 1), column);
  } else if (event.key === "F2") {
    event.preventDefault();
    edit();
  } else if (mayWrite && (event.key === "Delete" || event.key === "Backspace")) {
    event.preventDefault();
    clear();
  } else if (event.key.length === 1 && /[\d\-−+.,]/.test(event.key)) {
    event.preventDefault();
    edit(event.key);
  }
}

/* Pointer ------------------------------------------------------------------------------------------------------------ */
let isDragging = false;
const pointed = (event) => {
  const cell = event.target.closest("td, th");
  const line = cell ? Number(cell.parentElement.dataset.line) : NaN;
  return Number.isNaN(line) ? null : { line, column: cell.cellIndex - 1 };
};
function onPointer(event) {
  const at = pointed(event);
  if (!at || (editing && event.target === editing.input)) return;
  if (editing && !commit()) return event.preventDefault();
  const isToggle = event.target.closest("button");
  if (event.pointerType === "touch" && event.type === "pointerdown") return;
  if (isToggle || event.button > 0) return;
  event.preventDefault();
  focus(at.line, at.column, { extend: event.shiftKey });
  isDragging = at.column >= 0;
}
function onClick(event) {
  const at = pointed(event);
  if (!at || editing) return;
  if (event.target.closest("button")) {
    focus(at.line, -1);
    toggle(at.line);
  } else if (event.pointerType === "touch") {
    focus(at.line, at.column);
    edit();
  }
}

/* What others save, and what became of one's own ------------------------------------------------------------------------ */
const trouble = () => showTrouble(find("trouble"), model, { clashes, refusals, placeOf, settleClash, goTo, forget });
const known = new Map(data.blocks.map((block) => [block.number, block.version]));
const status = find("status");
let deferred = false;
const later = () => deferred && news();

const saver = queue({
  name: `${data.number}/budget`,
  url: data.url,
  most: 400,
  wait: 500,
  longest: 3000,
  body: (entries) => ({
    cells: Object.fromEntries(
      entries.map(({ field, value, base }) => [field, { ...value, version: Math.max(base || 0, model.get(field).version) }]),
    ),
  }),
  each: (answer, entry) => answer.cells?.[entry.field] || { problem: answer.problem },
  on: {
    sending: () => (status.textContent = word("saving")),
    saved(entry, answer) {
      model.set(entry.field, { ...model.get(entry.field), version: answer.version });
      if (entry.isNewest) pending.delete(entry.field);
      if (!saver.unsent().length) status.textContent = answer.saved_words;
      refresh();
    },
    clash(entry, answer) {
      clashes.set(entry.field, answer);
      pending.set(entry.field, "clash");
      soon();
    },
    refused(entry, answer) {
      refusals.set(entry.field, answer.problem || words.unknown);
      pending.set(entry.field, "wrong");
      soon();
    },
    waiting: () => (status.textContent = word("kept")),
  },
});
/* A batch brings many answers: show what is wrong once. */
let isDue = false;
const soon = () => {
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    status.textContent = "";
    refresh();
    trouble();
  });
};

function settleClash(name, side) {
  const { theirs, version } = clashes.get(name);
  clashes.delete(name);
  if (side === "mine") {
    const mine = valueOf(model.get(name));
    model.set(name, { ...mine, version });
    pending.set(name, "waiting");
    saver.put(name, mine, { base: version, settles: true });
  } else {
    saver.drop(name);
    pending.delete(name);
    model.set(name, { ...theirs, version });
  }
  refresh();
  trouble();
  goTo(name);
}

function goTo(name) {
  const [block, code] = name.split(".");
  shown.region = shown.region && shown.region !== code ? "" : shown.region;
  find("region").value = shown.region;
  [`b${block}`, `b${block}r${code}`].forEach((id) => shown.open.add(id));
  redraw();
  const [, , kind, year] = name.split(".");
  const line = lines.findIndex((each) => each.id === `b${block}r${code}l${kind}`);
  if (line >= 0) focus(line, 2 * years.indexOf(Number(year)));
}

/* A cell that the server did not take: back to what is saved there. */
function forget(name) {
  saver.drop(name);
  refusals.delete(name);
  pending.delete(name);
  known.set(Number(name.split(".")[0]), 0);
  model.set(name, { ...valueOf(model.get(name)), requested: 0, cofinancing: 0, hours: null, hourly_cost: null, version: 0 });
  trouble();
  news();
}

async function news() {
  deferred = false;
  let answer;
  try {
    const kand = [...known].map((pair) => pair.join(".")).join(",");
    const response = await fetch(`${data.url}?kand=${kand}`, { headers: { Accept: "application/json" }, redirect: "manual" });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return; // no network: saving.js tells
  }
  let changed = 0;
  const waiting = new Set();
  for (const [name, [requested, cofinancing, version, hours = null, hourly_cost = null]] of Object.entries(answer.cells)) {
    if (pending.has(name) || editing?.name === name) {
      waiting.add(Number(name.split(".")[0]));
      deferred = deferred || editing?.name === name;
    } else if (version > model.get(name).version && model.blocks.has(Number(name.split(".")[0]))) {
      const cell = { requested, cofinancing, hours, hourly_cost, version };
      changed += isSame(cell, model.get(name)) ? 0 : 1;
      model.set(name, cell);
    }
  }
  for (const [number, version] of Object.entries(answer.blocks)) if (!waiting.has(Number(number)) && known.has(Number(number))) known.set(Number(number), version);
  if (changed) {
    if (!editing) refresh();
    tell(filled(words.others, { n: grouped(changed) }));
  }
  if (Object.keys(answer.blocks).length !== known.size) find("place").textContent = words.reload;
}

/* What an earlier visit did not get to save is tried again, on top of what it was read as. */
function restore() {
  let count = 0;
  for (const { field, value, base } of saver.left()) {
    const [block, code, kind, year] = field.split(".");
    const isHere = model.blocks.has(Number(block)) && data.regions.some(([each]) => each === code) && data.kinds[kind] && years.includes(Number(year));
    if (!isHere || isSame(model.get(field), { ...value })) saver.drop(field);
    else {
      model.set(field, { ...valueOf(value), version: base || 0 });
      pending.set(field, "waiting");
      saver.put(field, valueOf(value), { base: base || 0 });
      count += 1;
    }
  }
  if (count) tell(filled(words.restored, { n: grouped(count) }));
}

/* Start --------------------------------------------------------------------------------------------------------------- */
if (mayWrite) restore();
redraw();
["tools", "bar"].forEach((name) => (find(name).hidden = false));
const host = find("table");
host.addEventListener("keydown", onKey);
host.addEventListener("pointerdown", onPointer);
host.addEventListener("click", onClick);
host.addEventListener("dblclick", (event) => pointed(event) && !editing && !event.target.closest("button") && edit());
host.addEventListener("pointerover", (event) => {
  const at = isDragging && pointed(event);
  if (at && at.column >= 0) focus(at.line, at.column, { extend: true });
});
document.addEventListener("pointerup", () => (isDragging = false));
host.addEventListener("focusin", (event) => {
  const at = pointed(event);
  if (at && !editing && (at.line !== active.line || at.column !== active.column)) focus(at.line, at.column);
  else if (at && !editing) describe();
});
host.addEventListener("copy", (event) => {
  if (editing) return;
  const rows = copied();
  event.clipboardData.setData("text/plain", rows.join("\n"));
  event.preventDefault();
  tell(filled(words.copied, { n: grouped(rows.join("\t").split("\t").length) }));
});
host.addEventListener("cut", (event) => {
  if (editing || !mayWrite) return;
  event.clipboardData.setData("text/plain", copied().join("\n"));
  event.preventDefault();
  clear();
});
host.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  if (!mayWrite || (editing && !/[\t\n]/.test(text.trim()))) return;
  event.preventDefault();
  if (editing) cancel();
  if (active.column >= 0) paste(text);
});
const acts = {
  right: () => fill("right"),
  down: () => fill("down"),
  undo,
  redo,
  open: () => (everything().forEach((id) => shown.open.add(id)), remember(), redraw()),
  close: () => (shown.open.clear(), remember(), redraw()),
};
document.querySelectorAll("[data-grid-act]").forEach((each) => each.addEventListener("click", () => acts[each.dataset.gridAct]()));
find("region").addEventListener("change", (event) => {
  shown.region = event.target.value;
  if (shown.region) data.blocks.forEach((block) => [`b${block.number}`, `b${block.number}r${shown.region}`].forEach((id) => shown.open.add(id)));
  redraw();
});
setInterval(() => document.visibilityState === "visible" && news(), NEWS_EVERY);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && news());
