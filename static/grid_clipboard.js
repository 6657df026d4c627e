/* What somebody pastes from a spreadsheet, as numbers: all of it, or the reason why none of it. */
import { filled, grouped, parse } from "./grid_model.js";

const LONGEST = 3_000_000; // characters

/* {numbers: [[…], …], width}, or {problem}. `rows` and `columns` say how much there is room for. */
export function numbersIn(text, words, rows, columns) {
  if (text.length > LONGEST) return { problem: words.pasteTooLong };
  const found = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  /* A paste that is far too long is not taken apart, only counted. */
  const cells = found.slice(0, rows + 1).map((row) => row.split("\t"));
  const width = Math.max(...cells.map((row) => row.length));
  if (found.length > rows || width > columns) {
    const sizes = { rows: found.length, columns: width, roomRows: rows, roomColumns: columns };
    const shown = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, grouped(size)]));
    return { problem: filled(words.pasteTooLarge, shown) };
  }
  const numbers = cells.map((row) => row.map(parse));
  for (const [row, each] of numbers.entries()) {
    const column = each.indexOf(null);
    if (column < 0) continue;
    const where = { row: row + 1, column: column + 1, text: cells[row][column].trim().slice(0, 30), problem: words.whole };
    return { problem: filled(words.pasteWrong, where) };
  }
  return { numbers, width };
}
