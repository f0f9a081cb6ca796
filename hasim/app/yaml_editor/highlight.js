// Which parts of a line are keys, comments, numbers: for the eye only, what YAML means is judged in
// Python. A piece is found by one pass from left to right; no expression goes back over a line.

// A comment, two kinds of quotes, what joins, space, and a run of plain words.
const PIECE = /#.*|"(?:[^"\\]|\\.)*"?|'[^']*'?|[{}[\](),]|[:-](?=\s|$)|\s+|(?:[^\s{}[\](),:#]|:(?=\S)|(?<=\S)#|\s+(?=[^\s{}[\](),:#]))+|./y;

// `description: >-`: what stands deeper below it is text.
const OPENS_TEXT = /(?:^|[\s:-])[|>][-+\d]*\s*(?:\s#.*)?$/;

const LONGEST_PAINTED = 2000; // characters; the rest of a longer line stays plain

// Tell for each line whether it belongs to a block of text.
function findTextLines(lines) {
  let edge = -1; // the indentation of the key that opened the block
  return lines.map((line) => {
    const indent = line.search(/\S/);
    if (edge >= 0 && (indent < 0 || indent > edge)) return true;
    edge = indent >= 0 && OPENS_TEXT.test(line) ? indent : -1;
    return false;
  });
}

// A number with one of these units, or with several: 1h30m, 2 / year, 0.05 EUR / GB / month.
function makeNumberPattern(units) {
  const escaped = units.map((unit) => unit.replace(/[^A-Za-z]/g, "\\$&"));
  const unit = `(?:${escaped.join("|")})(?![A-Za-z])`;
  const joined = `(?:${escaped.join("|")}|m)(?=\\d)`;
  const amount = "\\d[\\d._]*(?:[eE][-+]?\\d+)?";
  const per = `\\s?/\\s?(?:${amount}\\s?)?${unit}`;
  const number = `[-+]?${amount}(?:\\s?${joined}${amount})*(?:\\s?(?:${unit}|m(?![A-Za-z])))?`;
  return new RegExp(`(?<![\\w.:-])${number}(?:${per})*(?![\\w:-])`, "g");
}

// Put the line into `row` as pieces of text, each with the class of what it is.
function paintLine(row, line, { isText, numbers }) {
  const painted = line.slice(0, LONGEST_PAINTED);
  if (isText) addPiece(row, painted, "text");
  else paintPieces(row, painted, numbers);
  addPiece(row, line.slice(LONGEST_PAINTED), "");
}

function paintPieces(row, line, numbers) {
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < line.length) {
    const start = PIECE.lastIndex;
    const piece = PIECE.exec(line)[0];
    const end = PIECE.lastIndex;
    const kind = kindOf(piece, line, end);
    if (kind === "value") paintNumbers(row, piece, numbers);
    else addPiece(row, line.slice(start, end), kind);
    PIECE.lastIndex = end;
  }
}

function kindOf(piece, line, end) {
  const first = piece[0];
  if (first === "#") return "comment";
  if (/^(?:[{}[\](),]|[:-])$/.test(piece)) return "mark";
  if (!piece.trim()) return "";
  if (/^\s*:(?:\s|$)/.test(line.slice(end, end + 40))) return "key";
  return first === '"' || first === "'" ? "text" : "value";
}

function paintNumbers(row, value, numbers) {
  let done = 0;
  for (const found of value.matchAll(numbers)) {
    addPiece(row, value.slice(done, found.index), "");
    addPiece(row, found[0], "number");
    done = found.index + found[0].length;
  }
  addPiece(row, value.slice(done), "");
}

function addPiece(row, text, kind) {
  if (!text) return;
  const piece = document.createElement("span");
  piece.className = kind;
  piece.textContent = text;
  row.append(piece);
}
