// Text as lines: places in it, what two texts differ in, indentation and comments. Nothing here
// knows of a page.

const STEP = "  "; // one level of indentation

function startOfLine(text, offset) {
  return text.slice(0, offset).lastIndexOf("\n") + 1;
}

// The line and the character of it at `offset`, both counted from 0.
function placeAt(text, offset) {
  const line = text.slice(0, offset).split("\n").length - 1;
  return { line, column: offset - startOfLine(text, offset) };
}

// The offset of a place, or of the nearest one that there is.
function offsetAt(lines, { line, column }) {
  const row = Math.min(Math.max(line, 0), lines.length - 1);
  let offset = 0;
  for (let i = 0; i < row; i++) offset += lines[i].length + 1;
  return offset + Math.min(Math.max(column, 0), lines[row].length);
}

// Which lines `after` has in place of which of `before`: [start, end) of before, and the new ones.
function findChange(before, after) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  const end = before.length - same;
  return { start, end, lines: after.slice(start, after.length - same) };
}

// Where a line stands after a change; the nearest place if it was changed itself.
function followLine(change, line) {
  const { start, end, lines } = change;
  if (line < start) return line;
  if (line >= end) return line + lines.length - (end - start);
  return Math.min(line, start + Math.max(lines.length - 1, 0));
}

// `theirs` with what `mine` changed of `base`; null where both changed the same lines.
function mergeTexts(base, mine, theirs) {
  const lines = base.split("\n");
  const own = findChange(lines, mine.split("\n"));
  const other = findChange(lines, theirs.split("\n"));
  const apart = own.end < other.start || other.end < own.start;
  const touching = own.start < own.end && other.start < other.end;
  const adjacent = touching && (own.end === other.start || other.end === own.start);
  if (!apart && !adjacent) return null;
  const merged = theirs.split("\n");
  const start = own.start < other.start ? own.start : followLine(other, own.start);
  merged.splice(start, own.end - own.start, ...own.lines);
  return merged.join("\n");
}

function indentLines(lines) {
  return lines.map((line) => (line ? STEP + line : line));
}

function outdentLines(lines) {
  return lines.map((line) => line.replace(/^(?: {1,2}|\t)/, ""));
}

// Comments where one of the lines is none yet, no comments where all are.
function toggleComments(lines) {
  const filled = lines.filter((line) => line.trim());
  if (!filled.length) return lines;
  if (filled.every((line) => /^\s*#/.test(line))) {
    return lines.map((line) => line.replace(/^(\s*)# ?/, "$1"));
  }
  const edge = Math.min(...filled.map((line) => line.search(/\S/)));
  return lines.map((line) => (line.trim() ? `${line.slice(0, edge)}# ${line.slice(edge)}` : line));
}
