/* Draws the budget: which lines are in view, the table of them, and the sums per block, region and kind below it. */
import { HOURS, PARTS, filled, grouped } from "./grid_model.js";

const html = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const amount = (number) => (number ? grouped(number) : "");

/* The lines that are in view, from the top: blocks, their regions when open, and the regions' kinds when open. */
export function linesOf(model, shown) {
  const { data, words } = model;
  const lines = [];
  const add = (line) => lines.push({ index: lines.length, ...line });
  for (const block of data.blocks) {
    const b = `b${block.number}`;
    const name = `${filled(words.block, { n: block.number })}. ${block.title}`;
    add({ type: "block", id: b, label: name, text: name, sum: b, level: 1, isExpanded: shown.open.has(b) });
    if (!shown.open.has(b)) continue;
    for (const [code, region, hasLeft] of data.regions) {
      if (shown.region && shown.region !== code) continue;
      const r = `${b}r${code}`;
      const isOpen = block.open.includes(code);
      const place = `${filled(words.block, { n: block.number })}, ${region}`;
      const text = hasLeft ? `${region} (${words.left})` : region;
      add({ type: "region", id: r, label: place, text, sum: r, level: 2, isExpanded: shown.open.has(r), isOpen });
      if (!shown.open.has(r)) continue;
      for (const kind of Object.keys(data.kinds)) {
        const isField = !data.mainKinds.includes(kind);
        if (isField && !shown.fields.has(`${r}lexpertise`) && !model.has(block.number, code, kind)) continue;
        const id = `${r}l${kind}`;
        const own = { block: block.number, code, kind, isOpen, level: 3, sum: id };
        const label = data.kinds[kind];
        const hours = `${r}lown_time`;
        const hasHours = kind === "own_time" && (shown.hours.has(hours) || model.has(block.number, code, kind, (cell) => cell.hours));
        const more = { own_time: words.hoursShort, expertise: words.fields }[kind];
        const isMore = kind === "own_time" ? hasHours : shown.fields.has(id);
        const help = { own_time: words.openHours, expertise: words.openFields }[kind];
        const title = help && filled(help, { place: `${place}` });
        add({ type: "kind", id, ...own, isField, label: `${place}, ${label}`, text: isField ? label.split(": ")[1] : label, more, title, isMore });
        if (hasHours) add({ type: "hours", id: `${id}h`, ...own, label: `${place}, ${words.hours}`, text: words.hours });
      }
    }
  }
  return lines;
}

/* The number of columns is two a year and two for the sums. */
export function draw(host, model, lines) {
  const { words, years } = model;
  const wide = years.map((year) => `<th scope="colgroup" colspan="2" class="num">${year}</th>`).join("");
  const pair = (year) =>
    `<th scope="col" class="num first"><span class="sr-only">${year} </span>${words.requested}</th>` +
    `<th scope="col" class="num"><span class="sr-only">${year} </span>${words.cofinancing}</th>`;
  const heads = [...years, words.sum].map(pair).join("");
  const columns = 2 * years.length + 2;
  const cells = (line) => {
    const isReadOnly = (column) => !(line.isOpen && (line.type === "kind" || line.type === "hours") && column < columns - 2);
    return Array.from({ length: columns }, (_none, column) => {
      const look = `num${column % 2 ? "" : " first"}${column >= columns - 2 ? " sum" : ""}`;
      return `<td role="gridcell" tabindex="-1" class="${look}"${isReadOnly(column) ? ' aria-readonly="true"' : ""}></td>`;
    }).join("");
  };
  const head = (line) => {
    const isGroup = line.type === "block" || line.type === "region";
    const sign = isGroup
      ? `<button type="button" tabindex="-1" class="grid-toggle" aria-hidden="true">${line.isExpanded ? "▾" : "▸"}</button>`
      : "";
    const more = line.more
      ? `<button type="button" tabindex="-1" class="grid-more" title="${html(line.title)}" aria-label="${html(`${line.more}: ${line.title}`)}" aria-pressed="${line.isMore}">${html(line.more)}</button>`
      : "";
    return `<th role="rowheader" scope="row" tabindex="-1"><span class="grid-name">${sign}<span>${html(line.text)}</span>${more}</span></th>`;
  };
  const rows = lines.map((line, place) => {
    const expanded = line.isExpanded === undefined ? "" : ` aria-expanded="${line.isExpanded}"`;
    const look = `is-${line.type}${line.isField ? " is-field" : ""}${line.isOpen === false ? " is-closed" : ""}`;
    return `<tr role="row" data-line="${place}" aria-level="${line.level}"${expanded} class="${look}">${head(line)}${cells(line)}</tr>`;
  });
  host.innerHTML =
    `<div class="table-scroll tall"><table role="treegrid" class="costs" aria-multiselectable="true" aria-describedby="grid-help">` +
    `<caption>${words.caption} <span class="quiet">${words.unit}</span></caption>` +
    `<thead><tr role="row"><th scope="col" rowspan="2" role="columnheader">${words.name}</th>${wide}<th scope="colgroup" colspan="2" class="num">${words.sum}</th></tr>` +
    `<tr role="row">${heads}</tr></thead><tbody>${rows.join("")}</tbody>` +
    `<tfoot><tr role="row"><th role="rowheader" scope="row">${words.all}</th>${'<td role="gridcell" class="num"></td>'.repeat(columns)}</tr></tfoot></table></div>`;
  const table = host.querySelector("table");
  if (!document.getElementById("grid-help")) table.removeAttribute("aria-describedby");
  return table;
}

/* Every number of the table, as the model has them now; only what differs is touched. */
export function paint(table, model, lines, pending) {
  const { years, words } = model;
  const put = (cell, text, look) => {
    if (cell.textContent !== text || cell.firstElementChild) cell.textContent = text;
    if (look !== undefined && cell.dataset.look !== look) cell.dataset.look = look;
  };
  const sums = (row, key) => {
    years.forEach((year, place) => model.sum(`${key}y${year}`).forEach((sum, part) => put(row.cells[1 + 2 * place + part], amount(sum))));
    model.sum(key).forEach((sum, part) => put(row.cells[1 + 2 * years.length + part], amount(sum)));
  };
  lines.forEach((line, place) => {
    const row = table.tBodies[0].rows[place];
    if (line.type === "block" || line.type === "region") return sums(row, line.sum);
    let total = 0;
    years.forEach((year, at) => {
      const name = `${line.block}.${line.code}.${line.kind}.${year}`;
      const cell = model.get(name);
      const look = pending.get(name) || "";
      if (line.type === "kind") {
        PARTS.forEach((part, which) => put(row.cells[1 + 2 * at + which], amount(cell[part]), look));
      } else {
        const [hours, cost] = HOURS.map((part) => cell[part]);
        const usual = model.usual(line.code, year);
        total += hours || 0;
        put(row.cells[1 + 2 * at], hours ? `${grouped(hours)} ${words.hourUnit}` : "", look);
        const text = cost || usual ? `${grouped(cost || usual)} ${words.costUnit}` : "";
        put(row.cells[2 + 2 * at], text, look || (cost ? "" : "usual"));
      }
    });
    const [requested, own] = model.sum(line.sum);
    put(row.cells[1 + 2 * years.length], line.type === "hours" ? (total ? `${grouped(total)} ${words.hourUnit}` : "") : amount(requested));
    put(row.cells[2 + 2 * years.length], line.type === "hours" ? "" : amount(own));
  });
  sums(table.tFoot.rows[0], "");
}

/* The sums per block, region and kind, year by year: as the server draws them, and with the same cells behind. */
export function sumTables(host, model) {
  const { data, words, years } = model;
  const isThere = ([, key]) => model.sum(key).some(Boolean);
  const tables = [
    [words.perBlock, words.oneBlock, data.blocks.map((block) => [`${block.number}. ${block.title}`, `b${block.number}`])],
    [words.perRegion, words.oneRegion, data.regions.map(([code, name]) => [name, `r${code}`])],
    [words.perKind, words.oneKind, data.mainKinds.map((kind) => [data.kinds[kind], `k${kind}`])],
  ];
  const cells = (key) => [...years.map((year) => `${key}y${year}`), key].flatMap((each) => model.sum(each)).map((sum) => `<td class="num">${grouped(sum)}</td>`).join("");
  const heads = [...years, words.sum];
  const pair = heads.map((head) => `<th scope="col" class="num">${words.requested}<span class="sr-only"> ${head}</span></th><th scope="col" class="num">${words.cofinancing}<span class="sr-only"> ${head}</span></th>`).join("");
  host.innerHTML = tables
    .map(([title, head, rows]) => [title, head, rows.filter(isThere)])
    .filter(([, , rows]) => rows.length)
    .map(
      ([title, head, rows]) =>
        `<div class="table-scroll" tabindex="0" role="region" aria-label="${title}"><table class="dense"><caption>${title} <span class="quiet">${words.unit}</span></caption>` +
        `<thead><tr><th scope="col" rowspan="2">${head}</th>${heads.map((head) => `<th scope="colgroup" colspan="2" class="num">${head}</th>`).join("")}</tr><tr>${pair}</tr></thead>` +
        `<tbody>${rows.map(([name, key]) => `<tr><th scope="row">${html(name)}</th>${cells(key)}</tr>`).join("")}</tbody>` +
        `<tfoot><tr><th scope="row">${words.sum}</th>${cells("")}</tr></tfoot></table></div>`,
    )
    .join("");
}
